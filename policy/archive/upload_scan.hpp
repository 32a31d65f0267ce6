// Reads one upload for the rules: names its entries, and what its Dockerfile or its list of images says,
// as items, in the order in which they come.
//
// The Dockerfile of a build is the one that the request names; without a name, `dockerfile` too, which
// the engine takes where there is no `Dockerfile`. A second copy of a file that is read is refused,
// because the engine keeps one of them. A Dockerfile that is a link, or stands behind one, cannot be
// read: rules are told so.
//
// Errors:  bad_request, too_large; the sink's.
// Threads: one upload; not shared.
// Sources: moby builder/remotecontext/detect.go (20.10), pkg/archive; engine-facts.md 5, sockguard
//          #332 (two Dockerfiles in one tar).

#pragma once

#include "policy/archive/dockerfile_words.hpp"
#include "policy/archive/upload_item.hpp"
#include "policy/archive/upload_reader.hpp"
#include "policy/result.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace sealock::policy {
struct Request;
}

namespace sealock::policy::archive {

// What must be known of the request to read its upload.
struct UploadPlan {
  std::string base = "/";    // where entries go
  std::string dockerfile;    // clean; empty when there is none to read
  bool lower_case = false;   // `dockerfile` counts as well
  Variables arguments;       // of the build
  std::string problem;       // why nobody here can say which file is the Dockerfile
  bool image_names = false;  // of a load
};

// Which texts are worth reading.
enum class Texts : std::uint8_t { none, read };

[[nodiscard]] UploadPlan plan_upload(const Request& request, Texts texts);

class UploadScan final : private EntryVisitor {
public:
  UploadScan(UploadPlan plan, ItemSink sink, const ArchiveLimits& limits);

  [[nodiscard]] Result<void> feed(std::string_view bytes) { return reader_.feed(bytes); }
  [[nodiscard]] Result<void> finish();
  // UploadReader::cleared().
  [[nodiscard]] std::uint64_t cleared() const { return reader_.cleared(); }

private:
  [[nodiscard]] Result<void> start(Compression compression);
  [[nodiscard]] Result<Content> entry(const Entry& entry) override;
  [[nodiscard]] Result<void> content(const Entry& entry, std::string_view text) override;
  [[nodiscard]] bool is_dockerfile(std::string_view path) const;
  [[nodiscard]] bool holds_dockerfile(std::string_view path) const;

  UploadPlan plan_;
  ItemSink sink_;
  ItemSink text_sink_;  // for what stands in a text
  Compression compression_ = Compression::none;
  std::uint64_t entries_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::set<std::string, std::less<>> read_;  // paths of files that were read
  UploadReader reader_;
};

}  // namespace sealock::policy::archive
