#include "policy/archive/tar_reader.hpp"

#include "policy/archive/entry_path.hpp"
#include "policy/archive/tar_field.hpp"
#include "policy/request/utf8.hpp"

#include <algorithm>

namespace sealock::policy::archive {
namespace {

EntryType entry_type(char type) {
  switch (type) {
  case '1':
    return EntryType::hardlink;
  case '2':
    return EntryType::symlink;
  case '3':
    return EntryType::char_device;
  case '4':
    return EntryType::block_device;
  case '5':
    return EntryType::directory;
  case '6':
    return EntryType::fifo;
  default:
    return EntryType::file;
  }
}

bool has_link(EntryType type) {
  return type == EntryType::symlink || type == EntryType::hardlink;
}

// A header says sizes below 8 GiB itself: a pax record may repeat that, not change it.
Result<void> check_pax_size(std::uint64_t said, std::uint64_t in_pax) {
  constexpr std::uint64_t largest_octal = 077777777777;
  if (said == in_pax || in_pax > largest_octal) return {};
  return bad_request("the archive has an entry with two sizes");
}

}  // namespace

std::string_view name_of(EntryType type) {
  switch (type) {
  case EntryType::file:
    return "file";
  case EntryType::directory:
    return "directory";
  case EntryType::symlink:
    return "symlink";
  case EntryType::hardlink:
    return "hardlink";
  case EntryType::char_device:
    return "char-device";
  case EntryType::block_device:
    return "block-device";
  case EntryType::fifo:
    return "fifo";
  }
  return "";
}

TarReader::TarReader(EntryVisitor& visitor, const ArchiveLimits& limits)
    : visitor_(visitor), limits_(limits) {}

Result<void> TarReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto used = step(bytes);
    if (!used) return tl::unexpected<Error>(used.error());
    bytes.remove_prefix(*used);
  }
  return {};
}

// Takes at least one byte.
Result<std::size_t> TarReader::step(std::string_view bytes) {
  switch (state_) {
  case State::header:
    return gather_block(bytes);
  case State::text:
  case State::collected:
    return gather_text(bytes);
  case State::data:
  case State::padding:
    return pass(bytes);
  case State::end:
    if (!is_zero(bytes)) return bad_request("the archive goes on behind its end");
    position_ += bytes.size();
    return bytes.size();
  }
  return bytes.size();
}

Result<std::size_t> TarReader::gather_block(std::string_view bytes) {
  const std::size_t size = std::min(bytes.size(), block_bytes - gathered_.size());
  gathered_.append(bytes.substr(0, size));
  position_ += size;
  if (gathered_.size() < block_bytes) return size;
  const auto taken = take_block();
  if (!taken) return tl::unexpected<Error>(taken.error());
  return size;
}

bool TarReader::awaits_entry() const {
  return pax_ || long_name_ || long_link_;
}

Result<void> TarReader::take_block() {
  if (is_zero(gathered_)) {
    if (awaits_entry()) return bad_request("the archive ends behind a header of no entry");
    if (zeros_) state_ = State::end;
    zeros_ = true;
    gathered_.clear();
    return {};
  }
  if (zeros_) return bad_request("the archive goes on behind a block of zeros");
  auto header = parse_header(gathered_);
  if (!header) return tl::unexpected<Error>(header.error());
  gathered_.clear();
  return take_header(std::move(*header));
}

Result<void> TarReader::take_header(Header header) {
  switch (header.type) {
  case 'x':
  case 'g':
  case 'L':
  case 'K':
    return begin_text(header);
  default:
    return begin_entry(std::move(header));
  }
}

Result<void> TarReader::begin_text(const Header& header) {
  if (header.size > limits_.text_bytes) {
    return fail(ErrorKind::too_large, "the archive has a name or a pax header of more than " +
                                          std::to_string(limits_.text_bytes) + " bytes");
  }
  const bool gnu = header.type == 'L' || header.type == 'K';
  const bool twice = (header.type == 'x' && pax_) || (header.type == 'L' && long_name_) ||
                     (header.type == 'K' && long_link_) || (header.type == 'g' && awaits_entry());
  const bool mixed = gnu ? pax_.has_value() : long_name_.has_value() || long_link_.has_value();
  if (twice || mixed) return bad_request("the archive has two headers that name the same entry");
  text_type_ = header.type;
  left_ = header.size;
  state_ = State::text;
  begin_padding();
  return left_ == 0 ? take_text() : Result<void>();
}

void TarReader::begin_padding() {
  padding_ = (block_bytes - left_ % block_bytes) % block_bytes;
}

// A text, or the content of a file that is read: with its padding, which must be zero.
Result<std::size_t> TarReader::gather_text(std::string_view bytes) {
  if (left_ > 0) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_));
    gathered_.append(bytes.substr(0, size));
    left_ -= size;
    position_ += size;
    if (left_ > 0 || padding_ > 0) return size;
    const auto taken = take_text();
    if (!taken) return tl::unexpected<Error>(taken.error());
    return size;
  }
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), padding_));
  if (!is_zero(bytes.substr(0, size))) return bad_request("the archive has bytes behind a text");
  padding_ -= size;
  position_ += size;
  if (padding_ > 0) return size;
  const auto taken = take_text();
  if (!taken) return tl::unexpected<Error>(taken.error());
  return size;
}

Result<void> TarReader::take_text() {
  const bool collected = state_ == State::collected;
  state_ = State::header;
  if (collected) {
    const auto taken = visitor_.content(entry_, gathered_);
    gathered_ = std::string();
    if (taken) settled_ = position_;
    return taken;
  }
  if (text_type_ == 'L') return take_long_text(long_name_);
  if (text_type_ == 'K') return take_long_text(long_link_);
  auto records = parse_pax(gathered_);
  gathered_ = std::string();
  if (!records) return tl::unexpected<Error>(records.error());
  return take_pax(std::move(*records));
}

// GNU tar ends the text with one NUL.
Result<void> TarReader::take_long_text(std::optional<std::string>& into) {
  if (gathered_.ends_with('\0')) gathered_.pop_back();
  if (gathered_.empty() || gathered_.find('\0') != std::string::npos) {
    return bad_request("the archive has a long name that is empty or has a NUL in it");
  }
  into = std::move(gathered_);
  gathered_ = std::string();
  return {};
}

// git writes the commit as a comment for all entries. The engine ignores what a global header says,
// and GNU tar does not: so it may say nothing else.
Result<void> TarReader::take_pax(PaxRecords records) {
  if (text_type_ == 'x') {
    pax_ = std::move(records);
    return {};
  }
  if (!records.only_comments) {
    return bad_request("the archive has a global pax header, which tar programs read differently");
  }
  settled_ = position_;
  return {};
}

Result<Entry> TarReader::make_entry(Header& header) {
  Entry entry;
  std::string name = long_name_ ? std::move(*long_name_) : std::move(header.name);
  if (pax_ && pax_->path) name = std::move(*pax_->path);
  entry.type = entry_type(header.type);
  const bool folder_name = name.ends_with('/');
  if (entry.type == EntryType::file && folder_name) {
    return bad_request("the archive has a file that is called like a directory");
  }
  auto path = clean_entry_path(name);
  if (!path) return tl::unexpected<Error>(path.error());
  entry.path = std::move(*path);
  if (entry.path.empty() && entry.type != EntryType::directory) {
    return bad_request("the archive has a file in place of its root");
  }
  entry.link = long_link_ ? std::move(*long_link_) : std::move(header.link);
  if (pax_ && pax_->link) entry.link = std::move(*pax_->link);
  if (has_link(entry.type) == entry.link.empty()) {
    return bad_request(
        "the archive has a link that leads nowhere, or a link's target where no link is");
  }
  if (!is_utf8(entry.link)) return bad_request("the archive has a link that is not in UTF-8");
  entry.bytes = header.size;
  if (pax_ && pax_->size) {
    const auto agree = check_pax_size(header.size, *pax_->size);
    if (!agree) return tl::unexpected<Error>(agree.error());
    entry.bytes = *pax_->size;
  }
  if (entry.type != EntryType::file && entry.bytes != 0) {
    return bad_request("the archive has a link, directory or device with content");
  }
  entry.mode = header.mode;
  entry.capabilities = pax_ && pax_->capabilities;
  return entry;
}

// No folder of the entry's path may be a symbolic link of this archive, and a hard link must name
// something in it in the same way.
Result<void> TarReader::check_parts(const Entry& entry) {
  const auto goes_through_link = [this](std::string_view path) {
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1)) {
      if (links_.contains(path.substr(0, slash))) return true;
    }
    return false;
  };
  if (goes_through_link(entry.path)) {
    return bad_request("the archive has an entry behind a symbolic link of its own");
  }
  bool is_link = entry.type == EntryType::symlink;
  if (entry.type == EntryType::hardlink) {
    const auto target = clean_entry_path(entry.link);
    if (!target) return tl::unexpected<Error>(target.error());
    if (goes_through_link(*target)) {
      return bad_request("the archive has a hard link through a symbolic link of its own");
    }
    is_link = links_.contains(*target);  // another name of a symbolic link
  }
  if (!is_link || links_.contains(entry.path)) return {};
  link_bytes_ += entry.path.size() + 64;
  if (link_bytes_ > limits_.link_bytes) {
    return fail(ErrorKind::too_large, "the archive has too many symbolic links");
  }
  links_.insert(entry.path);
  return {};
}

Result<void> TarReader::begin_entry(Header header) {
  if (++entries_ > limits_.entries) {
    return fail(ErrorKind::too_large,
                "the archive has more than " + std::to_string(limits_.entries) + " entries");
  }
  auto entry = make_entry(header);
  if (!entry) return tl::unexpected<Error>(entry.error());
  if (entry->bytes > limits_.unpacked_bytes) {
    return fail(ErrorKind::too_large, "the archive has a file of more than " +
                                          std::to_string(limits_.unpacked_bytes) + " bytes");
  }
  pax_.reset();
  long_name_.reset();
  long_link_.reset();
  const auto parts = check_parts(*entry);
  if (!parts) return parts;
  entry_ = std::move(*entry);
  const auto wanted = visitor_.entry(entry_);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  left_ = entry_.bytes;
  begin_padding();
  if (*wanted == Content::pass || entry_.type != EntryType::file) {
    state_ = left_ > 0 ? State::data : State::header;
    settled_ = position_;
    return {};
  }
  if (left_ > limits_.text_bytes) {
    return fail(ErrorKind::too_large, "'" + entry_.path + "' has more than " +
                                          std::to_string(limits_.text_bytes) + " bytes");
  }
  state_ = State::collected;
  return left_ == 0 ? take_text() : Result<void>();
}

std::size_t TarReader::pass(std::string_view bytes) {
  std::uint64_t& left = state_ == State::data ? left_ : padding_;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left));
  left -= size;
  position_ += size;
  settled_ = position_;
  if (left > 0) return size;
  state_ = state_ == State::data && padding_ > 0 ? State::padding : State::header;
  return size;
}

Result<void> TarReader::finish() {
  const bool between = state_ == State::header && gathered_.empty() && !awaits_entry();
  if (!between && state_ != State::end) return bad_request("the archive ends inside of an entry");
  settled_ = position_;
  return {};
}

}  // namespace sealock::policy::archive
