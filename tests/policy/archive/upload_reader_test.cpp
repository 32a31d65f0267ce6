#include "policy/archive/upload_reader.hpp"

#include "tests/policy/archive/archive_maker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace sealock::policy::archive::tests {
namespace {

using namespace std::string_literals;

constexpr Compression packed[] = {Compression::gzip, Compression::bzip2, Compression::xz,
                                  Compression::zstd};

struct Read {
  std::string notes;
  std::string error;
  ErrorKind kind = ErrorKind::internal;
  std::uint64_t cleared = 0;
};

Read read(std::string_view upload, std::size_t piece, const ArchiveLimits& limits = {}) {
  Notes notes("watched");
  std::string begin;
  UploadReader reader(
      notes,
      [&](Compression compression) {
        CHECK(begin.empty());
        begin = "[" + std::string(name_of(compression)) + "] ";
        return Result<void>();
      },
      limits);
  Result<void> result;
  const std::size_t size = upload.size();
  while (result && !upload.empty()) {
    const std::size_t part = std::min(piece, upload.size());
    const std::uint64_t before = reader.cleared();
    result = reader.feed(upload.substr(0, part));
    upload.remove_prefix(part);
    CHECK(reader.cleared() >= before);
    CHECK(reader.cleared() < std::max<std::uint64_t>(1, size));  // the last byte stays
  }
  if (result) result = reader.finish();
  Read got{begin + notes.text(), {}, {}, reader.cleared()};
  if (!result) {
    got.error = result.error().text;
    got.kind = result.error().kind;
  } else {
    CHECK(got.cleared == size);
  }
  return got;
}

TEST_CASE("upload reader: packed or not, the entries are the same") {
  const std::string tar =
      tar_of({file("a", noise(30'000)), file("watched", "hello"), file("b", "x")});
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::bzip2,
                                        Compression::xz, Compression::zstd}) {
    const std::string upload = pack(compression, tar);
    CAPTURE(name_of(compression));
    for (const std::size_t piece : {std::size_t{1}, std::size_t{999}, upload.size()}) {
      const Read got = read(upload, piece);
      CHECK(got.error == "");
      CHECK(got.notes == "[" + std::string(name_of(compression)) +
                             "] file a 30000; file watched 5; content watched = hello; file b 1");
    }
  }
}

TEST_CASE("upload reader: an empty upload, and one of a few bytes") {
  CHECK(read("", 1).notes == "[none] ");
  CHECK(read("", 1).error == "");
  CHECK(read("FROM x\n", 1).error == "the archive ends inside of an entry");
  CHECK(read("\x1f\x8b\x08", 1).error == "the upload ends inside of its gzip stream");
}

TEST_CASE("upload reader: streams behind each other are one") {
  const std::string tar = tar_of({file("a", "hello"), file("b", "x")});
  for (const Compression compression : packed) {
    CAPTURE(name_of(compression));
    const std::string upload = pack(compression, tar.substr(0, 700)) + pack(compression, "") +
                               pack(compression, tar.substr(700));
    for (const std::size_t piece : {std::size_t{1}, upload.size()}) {
      const Read got = read(upload, piece);
      CHECK(got.error == "");
      CHECK(got.notes.ends_with("file a 5; file b 1"));
    }
  }
}

TEST_CASE("upload reader: broken, cut and continued streams are refused") {
  const std::string tar = tar_of({file("a", noise(5000))});
  for (const Compression compression : packed) {
    CAPTURE(name_of(compression));
    const std::string upload = pack(compression, tar);
    for (const std::size_t piece : {std::size_t{1}, upload.size() + 100}) {
      CHECK(read(upload.substr(0, upload.size() - 1), piece).error.find("ends inside") !=
            std::string::npos);
      CHECK(read(upload + "x", piece).error != "");
      CHECK(read(upload + tar, piece).error != "");
      std::string damaged = upload;
      damaged[upload.size() / 2] = static_cast<char>(~damaged[upload.size() / 2]);
      CHECK(read(damaged, piece).error != "");
    }
    // A tar that begins like a packed stream is one for the engine.
    std::string odd =
        tar_of({file(upload.substr(0, compression == Compression::zstd ? 4 : 3) + "name")});
    CHECK(read(odd, 512).error != "");
  }
}

TEST_CASE("upload reader: bombs are refused before they are unpacked") {
  const std::string zeros = tar_of({file("zeros", std::string(40'000'000, '\0'))});
  for (const Compression compression : packed) {
    CAPTURE(name_of(compression));
    const std::string upload = pack(compression, zeros);
    const Read got = read(upload, 65536);
    CHECK(got.error == "the upload unpacks to more than 200 times its size");
    CHECK(got.kind == ErrorKind::too_large);
  }
  ArchiveLimits limits;
  limits.unpacked_bytes = 10'000;
  const Read got = read(tar_of({file("a", noise(9000))}), 512, limits);
  CHECK(got.kind == ErrorKind::too_large);
}

TEST_CASE("upload reader: input that says nothing is not held for ever") {
  ArchiveLimits limits;
  limits.held_bytes = 20'000;
  std::string empty_members;
  const std::string member = pack(Compression::gzip, "");
  while (empty_members.size() < 50'000)
    empty_members += member;
  CHECK(read(empty_members + pack(Compression::gzip, tar_of({file("a")})), 100, limits).error ==
        "");
  const std::string watched = tar_of({file("watched", noise(30'000))});
  CHECK(read(watched, 100, limits).kind == ErrorKind::too_large);
  CHECK(read(pack(Compression::gzip, watched), 100, limits).kind == ErrorKind::too_large);
  CHECK(read(tar_of({}) + std::string(30'000, '\0'), 100, limits).kind == ErrorKind::too_large);
}

TEST_CASE("upload reader: an xz stream that wants much memory is refused") {
  ArchiveLimits limits;
  limits.unpacking_memory = 64 * 1024;
  const Read got = read(pack(Compression::xz, tar_of({file("a")})), 100, limits);
  CHECK(got.kind == ErrorKind::too_large);
  CHECK(got.error == "the upload needs too much memory to unpack; use a lower level of xz");
}

TEST_CASE(
    "upload reader: packed bytes are passed on while they come, but not before they are judged") {
  const std::string tar = tar_of(
      {file("a", noise(200'000)), file("watched", noise(50'000)), file("b", noise(200'000))});
  for (const Compression compression : packed) {
    CAPTURE(name_of(compression));
    const std::string upload = pack(compression, tar);
    Notes notes("watched");
    UploadReader reader(notes, [](Compression) { return Result<void>(); }, {});
    std::uint64_t most_held = 0;
    std::uint64_t cleared_at_watched = 0;
    for (std::size_t at = 0; at < upload.size(); at += 1000) {
      REQUIRE(reader.feed(std::string_view(upload).substr(at, 1000)).has_value());
      most_held =
          std::max<std::uint64_t>(most_held, std::min(at + 1000, upload.size()) - reader.cleared());
      if (notes.text().find("content") == std::string::npos) cleared_at_watched = reader.cleared();
    }
    REQUIRE(reader.finish().has_value());
    // bzip2 gives out a block of 100 kB at a time.
    CHECK(most_held < 170'000);
    // What was passed on unpacks to nothing of the watched entry.
    std::size_t unpacked = 0;
    const auto unpacker = make_unpacker(compression, 1 << 27);
    REQUIRE(unpacker
                ->feed(std::string_view(upload).substr(0, cleared_at_watched),
                       [&](std::string_view bytes) {
                         unpacked += bytes.size();
                         return Result<void>();
                       })
                .has_value());
    CHECK(unpacked <= 512 + 200'192);
    CHECK(cleared_at_watched > 100'000);
    CHECK(reader.cleared() == upload.size());
  }
}

}  // namespace
}  // namespace sealock::policy::archive::tests
