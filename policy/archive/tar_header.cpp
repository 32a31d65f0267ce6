#include "policy/archive/tar_header.hpp"

#include "policy/archive/tar_field.hpp"

#include <algorithm>
#include <numeric>

namespace sealock::policy::archive {
namespace {

struct Range {
  std::size_t at;
  std::size_t size;
};

// Where the fields of a header are.
constexpr Range name_range{0, 100};
constexpr Range mode_range{100, 8};
constexpr Range uid_range{108, 8};
constexpr Range gid_range{116, 8};
constexpr Range size_range{124, 12};
constexpr Range mtime_range{136, 12};
constexpr Range checksum_range{148, 8};
constexpr std::size_t type_at = 156;
constexpr Range link_range{157, 100};
constexpr Range magic_range{257, 8};
constexpr Range user_range{265, 32};
constexpr Range group_range{297, 32};
constexpr Range major_range{329, 8};
constexpr Range minor_range{337, 8};
constexpr Range prefix_range{345, 155};       // ustar
constexpr Range rest_range{500, 12};          // ustar; star has a mark and times there
constexpr Range gnu_atime_range{345, 12};     // GNU
constexpr Range gnu_ctime_range{357, 12};     // GNU
constexpr Range gnu_special_range{369, 143};  // GNU: volumes, sparse maps
constexpr Range after_link_range{257, 255};   // seventh edition: nothing

constexpr std::string_view ustar_magic{"ustar\00000", 8};
constexpr std::string_view gnu_magic{"ustar  \0", 8};

enum class Form : std::uint8_t { seventh_edition, ustar, gnu };

std::string_view part(std::string_view block, Range range) {
  return block.substr(range.at, range.size);
}

Result<void> check_sum(std::string_view block) {
  const auto said = read_number_field(part(block, checksum_range), "checksum");
  if (!said) return tl::unexpected<Error>(said.error());
  const auto sum = [](std::string_view bytes) {
    return std::accumulate(
        bytes.begin(), bytes.end(), std::uint64_t{0},
        [](std::uint64_t total, char c) { return total + static_cast<unsigned char>(c); });
  };
  const std::uint64_t real =
      sum(block) - sum(part(block, checksum_range)) + checksum_range.size * ' ';
  if (*said != real) return bad_request("the upload is no tar: a header has a wrong checksum");
  return {};
}

Result<Form> form_of(std::string_view block) {
  const std::string_view magic = part(block, magic_range);
  if (magic == ustar_magic) {
    // The mark of star, whose prefix is shorter.
    if (is_zero(part(block, rest_range))) return Form::ustar;
    return bad_request("the archive has bytes where the ustar format has none");
  }
  if (magic == gnu_magic) {
    for (const Range range : {gnu_atime_range, gnu_ctime_range}) {
      const auto time = check_time_field(part(block, range), "time");
      if (!time) return tl::unexpected<Error>(time.error());
    }
    if (is_zero(part(block, gnu_special_range))) return Form::gnu;
    return bad_request("sparse and multi-volume archives are not taken; make one without --sparse");
  }
  if (is_zero(part(block, after_link_range))) return Form::seventh_edition;
  return bad_request("the archive is neither in the format of ustar nor in that of GNU tar");
}

// Those that readers agree about. '7' is a plain file to some of them, and unknown to the engine.
Result<char> type_of(std::string_view block, Form form) {
  constexpr std::string_view known = "0123456xgLK";
  const char type = block[type_at] == '\0' ? '0' : block[type_at];
  if (type == 'S' || type == 'M' || type == 'V' || type == 'D') {
    return bad_request("sparse and multi-volume archives are not taken; make one without --sparse");
  }
  if (known.find(type) == std::string_view::npos) {
    return bad_request("the archive has an entry of an unknown type");
  }
  const bool gnu_type = type == 'L' || type == 'K';
  const bool pax_type = type == 'x' || type == 'g';
  if ((gnu_type && form != Form::gnu) || (pax_type && form != Form::ustar)) {
    return bad_request("the archive mixes the formats of pax and GNU tar in one header");
  }
  return type;
}

Result<void> check_numbers(std::string_view block, Form form) {
  for (const Range range : {uid_range, gid_range}) {
    const auto owner = read_number_field(part(block, range), "owner");
    if (!owner) return tl::unexpected<Error>(owner.error());
  }
  const auto time = check_time_field(part(block, mtime_range), "time");
  if (!time) return time;
  if (form == Form::seventh_edition) return {};
  for (const Range range : {user_range, group_range}) {
    const auto name = read_text_field(part(block, range), "owner");
    if (!name) return tl::unexpected<Error>(name.error());
  }
  for (const Range range : {major_range, minor_range}) {
    const auto number = read_number_field(part(block, range), "device number");
    if (!number) return tl::unexpected<Error>(number.error());
  }
  return {};
}

}  // namespace

Result<Header> parse_header(std::string_view block) {
  const auto sum = check_sum(block);
  if (!sum) return tl::unexpected<Error>(sum.error());
  const auto form = form_of(block);
  if (!form) return tl::unexpected<Error>(form.error());
  const auto type = type_of(block, *form);
  if (!type) return tl::unexpected<Error>(type.error());
  const auto numbers = check_numbers(block, *form);
  if (!numbers) return tl::unexpected<Error>(numbers.error());
  const auto name = read_text_field(part(block, name_range), "name");
  const auto link = read_text_field(part(block, link_range), "link");
  const auto size = read_number_field(part(block, size_range), "size");
  const auto mode = read_number_field(part(block, mode_range), "mode");
  if (!name) return tl::unexpected<Error>(name.error());
  if (!link) return tl::unexpected<Error>(link.error());
  if (!size) return tl::unexpected<Error>(size.error());
  if (!mode) return tl::unexpected<Error>(mode.error());
  Header header;
  header.type = *type;
  header.name = *name;
  header.link = *link;
  header.size = *size;
  header.mode = static_cast<std::uint32_t>(*mode & 07777);
  if (*form == Form::ustar) {
    const auto prefix = read_text_field(part(block, prefix_range), "prefix");
    if (!prefix) return tl::unexpected<Error>(prefix.error());
    if (!prefix->empty()) header.name = std::string(*prefix) + "/" + header.name;
  }
  return header;
}

bool may_be_header(std::string_view block) {
  const std::string_view field = part(block, checksum_range);
  const std::size_t first =
      std::min(field.find_first_not_of(std::string_view(" \0", 2)), field.size());
  std::int64_t said = 0;
  for (const char c : field.substr(first)) {
    if (c < '0' || c > '7') break;
    said = said * 8 + (c - '0');
  }
  // The field counts as blanks.
  std::int64_t unsigned_sum = checksum_range.size * ' ';
  std::int64_t signed_sum = unsigned_sum;
  for (std::size_t at = 0; at < block.size(); ++at) {
    if (at - checksum_range.at < checksum_range.size) continue;
    unsigned_sum += static_cast<unsigned char>(block[at]);
    signed_sum += static_cast<signed char>(block[at]);
  }
  return said == unsigned_sum || said == signed_sum;
}

}  // namespace sealock::policy::archive
