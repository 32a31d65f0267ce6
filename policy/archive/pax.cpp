#include "policy/archive/pax.hpp"

#include "policy/request/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>

namespace sealock::policy::archive {
namespace {

struct Record {
  std::string_view key;
  std::string_view value;
};

tl::unexpected<Error> odd(std::string_view what) {
  return bad_request("the archive has a pax header " + std::string(what));
}

// Decimal digits without a sign or needless zeros.
std::optional<std::uint64_t> read_decimal(std::string_view text) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return value;
}

// Takes the next record off `text`.
Result<Record> take_record(std::string_view& text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return odd("that is not made of records");
  const auto length = read_decimal(text.substr(0, space));
  if (!length || *length > text.size() || *length < space + 3) {
    return odd("with a record of a wrong length");
  }
  std::string_view record = text.substr(0, *length);
  text.remove_prefix(*length);
  if (record.back() != '\n') return odd("with a record of a wrong length");
  record = record.substr(space + 1, record.size() - space - 2);
  const std::size_t equals = record.find('=');
  if (equals == std::string_view::npos || equals == 0) return odd("with a record without a name");
  return Record{record.substr(0, equals), record.substr(equals + 1)};
}

bool is_known_word(std::string_view key) {
  constexpr std::array<std::string_view, 10> words{"path",  "linkpath", "size",  "uid",   "gid",
                                                   "uname", "gname",    "mtime", "atime", "ctime"};
  return std::find(words.begin(), words.end(), key) != words.end();
}

Result<void> check_key(std::string_view key) {
  if (key.find('\0') != std::string_view::npos || !is_utf8(key)) {
    return odd("with a name that is no text");
  }
  if (key.starts_with("GNU.") || key == "SCHILY.realsize") {
    return bad_request("sparse and multi-volume archives are not taken; make one without --sparse");
  }
  if (is_known_word(key) || key == "comment") return {};
  if (key.find('.') != std::string_view::npos) return {};
  return odd("that says '" + std::string(key.substr(0, 64)) + "', which nobody here knows");
}

Result<void> check_value(const Record& record) {
  const bool attribute = record.key.find('.') != std::string_view::npos;
  if (attribute) return {};  // binary
  if (record.value.find('\0') != std::string_view::npos) return odd("with a NUL in it");
  if (!is_utf8(record.value)) return odd("that is not in UTF-8");
  return {};
}

Result<void> apply(const Record& record, PaxRecords& records) {
  const bool overrides = record.key == "path" || record.key == "linkpath" || record.key == "size";
  if (overrides && record.value.empty()) return odd("with an empty path, link or size");
  if (record.key == "path") records.path = record.value;
  if (record.key == "linkpath") records.link = record.value;
  if (record.key == "SCHILY.xattr.security.capability") records.capabilities = true;
  if (record.key != "size") return {};
  records.size = read_decimal(record.value);
  if (!records.size) return odd("whose size is no number");
  return {};
}

}  // namespace

Result<PaxRecords> parse_pax(std::string_view text) {
  PaxRecords records;
  std::set<std::string_view> seen;
  while (!text.empty()) {
    const auto record = take_record(text);
    if (!record) return tl::unexpected<Error>(record.error());
    const auto key = check_key(record->key);
    if (!key) return tl::unexpected<Error>(key.error());
    const auto value = check_value(*record);
    if (!value) return tl::unexpected<Error>(value.error());
    if (!seen.insert(record->key).second) return odd("that says the same twice");
    records.only_comments = records.only_comments && record->key == "comment";
    const auto applied = apply(*record, records);
    if (!applied) return tl::unexpected<Error>(applied.error());
  }
  return records;
}

}  // namespace sealock::policy::archive
