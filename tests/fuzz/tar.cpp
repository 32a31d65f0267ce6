// libFuzzer target: an upload. Whatever it is, the reader answers the same in pieces as at once, passes
// nothing on that it has not judged, and names no entry outside of the archive.
//
// The checksums of headers are made right first, or nothing would get past them.

#include "policy/archive/entry_path.hpp"
#include "policy/archive/upload_reader.hpp"
#include "tests/fuzz/property.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sealock::policy::archive;
using sealock::Result;
using sealock::fuzz::require;

class Watcher final : public EntryVisitor {
public:
  Result<Content> entry(const Entry& entry) override {
    const auto clean = clean_entry_path(entry.path.empty() ? "." : entry.path);
    require(clean.has_value() && *clean == entry.path, "a path is clean");
    const bool link = entry.type == EntryType::symlink || entry.type == EntryType::hardlink;
    require(link == !entry.link.empty(), "links, and nothing else, lead somewhere");
    require(entry.type == EntryType::file || entry.bytes == 0, "only files have content");
    seen_ += entry.path + "\n" + entry.link + "\n" + std::to_string(entry.bytes) + "\n";
    return entry.path.ends_with('D') ? Content::collect : Content::pass;
  }
  Result<void> content(const Entry& entry, std::string_view text) override {
    require(text.size() == entry.bytes, "a text is whole");
    seen_ += text;
    return {};
  }
  [[nodiscard]] const std::string& seen() const { return seen_; }

private:
  std::string seen_;
};

struct Outcome {
  std::string seen;
  bool taken = false;
};

Outcome read(std::string_view upload, std::size_t piece) {
  Watcher watcher;
  ArchiveLimits limits;
  limits.text_bytes = 4096;
  limits.link_bytes = 4096;
  limits.unpacked_bytes = 1 << 22;
  UploadReader reader(
      watcher, [](Compression) { return Result<void>(); }, limits);
  std::uint64_t fed = 0;
  bool good = true;
  while (good && !upload.empty()) {
    const std::string part(upload.substr(0, piece));  // a copy: a look past its end is seen
    const std::uint64_t before = reader.cleared();
    good = reader.feed(part).has_value();
    fed += part.size();
    require(reader.cleared() >= before, "what was passed on stays passed on");
    require(reader.cleared() < std::max<std::uint64_t>(fed, 1), "the last byte stays");
    upload.remove_prefix(part.size());
  }
  good = good && reader.finish().has_value();
  require(!good || reader.cleared() == fed, "a good upload is passed on whole");
  return {watcher.seen(), good};
}

// Every block that looks like a header gets its checksum.
void repair(std::string& tar) {
  for (std::size_t at = 0; at + 512 <= tar.size(); at += 512) {
    if (tar.compare(at + 257, 5, "ustar") != 0) continue;
    tar.replace(at + 148, 8, "        ");
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i)
      sum += static_cast<unsigned char>(tar[at + i]);
    for (std::size_t i = 6; i-- > 0; sum /= 8)
      tar[at + 148 + i] = static_cast<char>('0' + sum % 8);
    tar[at + 154] = '\0';
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] * 4U;
  std::string upload(data + 1, data + size);
  const bool packed = upload.starts_with("\x1f\x8b") || upload.starts_with("BZh") ||
                      upload.starts_with("\xfd") || upload.starts_with("\x28\xb5\x2f\xfd");
  if (!packed) repair(upload);
  const Outcome whole = read(upload, upload.size() + 1);
  const Outcome pieces = read(upload, piece);
  require(whole.taken == pieces.taken, "pieces are taken as the whole is");
  if (whole.taken) require(whole.seen == pieces.seen, "pieces are read as the whole is");
  return 0;
}
