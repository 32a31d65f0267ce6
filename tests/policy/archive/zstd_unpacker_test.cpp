#include "policy/archive/zstd_unpacker.hpp"

#include "policy/archive/upload_reader.hpp"
#include "tests/policy/archive/archive_maker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy::archive::tests {
namespace {

using namespace std::string_literals;

constexpr std::string_view magic{"\x28\xb5\x2f\xfd", 4};
constexpr std::uint64_t memory = ArchiveLimits{}.unpacking_memory;
constexpr std::size_t most_of_block = 128 * 1024;

enum class Last { no, yes };
enum BlockType : unsigned { raw = 0, repeated = 1 };

// The header of a block: its size is that of what it unpacks to.
std::string block_head(Last last, BlockType type, std::size_t size) {
  const auto bits = static_cast<unsigned>(size) << 3U | type << 1U | (last == Last::yes ? 1U : 0U);
  return {static_cast<char>(bits), static_cast<char>(bits >> 8U), static_cast<char>(bits >> 16U)};
}

// What stands behind a magic number, and one raw block.
std::string frame(const std::string& header, std::string_view content) {
  REQUIRE(content.size() <= most_of_block);
  return std::string(magic) + header + block_head(Last::yes, raw, content.size()) +
         std::string(content);
}

// A window of 2^log bytes, and nothing said of the content.
std::string window(int log) {
  return {'\0', static_cast<char>((log - 10) << 3)};
}

std::string skippable(char start, std::string_view content) {
  return start + "\x2a\x4d\x18"s + static_cast<char>(content.size()) + "\0\0\0"s +
         std::string(content);
}

struct Got {
  std::string bytes;
  std::string error;
  ErrorKind kind = ErrorKind::internal;
};

Got unpack(std::string_view upload, std::size_t piece, std::uint64_t allowed = memory) {
  Got got;
  const auto unpacker = make_zstd_unpacker(allowed);
  const Unpacker::Sink sink = [&](std::string_view bytes) {
    got.bytes += bytes;
    return Result<void>();
  };
  Result<void> result;
  for (; result && !upload.empty(); upload.remove_prefix(std::min(piece, upload.size()))) {
    const std::string part(upload.substr(0, piece));  // a copy: a look past its end is seen
    result = unpacker->feed(part, sink);
  }
  if (result) result = unpacker->finish(sink);
  if (!result) {
    got.error = result.error().text;
    got.kind = result.error().kind;
  }
  return got;
}

// Refused with the same words, at once and one byte at a time.
void check_refused(const std::string& upload,
                   std::string_view error,
                   ErrorKind kind = ErrorKind::bad_request) {
  for (const std::size_t piece : {std::size_t{1}, upload.size()}) {
    const Got got = unpack(upload, piece);
    CHECK(got.error == error);
    CHECK(got.kind == kind);
  }
}

constexpr std::string_view goes_on = "the upload goes on behind its zstd stream with what is none";
constexpr std::string_view ends_inside = "the upload ends inside of its zstd stream";
constexpr std::string_view broken = "the upload is no zstd stream, though it begins so";
constexpr std::string_view is_skippable =
    "the upload has a skippable zstd frame, which is not taken; pack it with plain zstd or gzip";
constexpr std::string_view too_much =
    "the upload needs too much memory to unpack; use a lower level of zstd, and no --long";

TEST_CASE("zstd: what is packed comes out, whatever the pieces it comes in") {
  const std::string text = noise(100'000) + std::string(300'000, 'x') + noise(100'000);
  const std::string upload = pack(Compression::zstd, text);
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{7}, std::size_t{4096}, upload.size()}) {
    const Got got = unpack(upload, piece);
    CHECK(got.error == "");
    CHECK(got.bytes == text);
  }
  CHECK(unpack(pack(Compression::zstd, ""), 1).error == "");
}

TEST_CASE("zstd: two frames are one stream, each with a form of its own") {
  const std::vector<std::string> frames = {
      frame(window(10), "a"),
      frame(window(26), "b"),
      frame("\x20\x01"s, "c"),                // one segment of 1 byte
      frame("\x60\x00\x00"s, noise(256)),     // of 256 bytes, which is how 0 is read there
      frame("\x80\x58\x01\0\0\0"s, "d"),      // with a window, and the size in 4 bytes
      frame("\xe0\x01\0\0\0\0\0\0\0"s, "e"),  // in 8 bytes
      frame(window(10), ""),
      pack(Compression::zstd, "f"),
  };
  for (const std::string& first : frames) {
    for (const std::string& second : frames) {
      const std::string wanted = unpack(first, 1).bytes + unpack(second, 1).bytes;
      const std::string upload = first + second;
      for (const std::size_t piece : {std::size_t{1}, std::size_t{6}, upload.size()}) {
        const Got got = unpack(upload, piece);
        CHECK(got.error == "");
        CHECK(got.bytes == wanted);
      }
    }
  }
  CHECK(unpack(frames[0] + frames[3] + frames[7], 1).bytes == "a" + noise(256) + "f");
}

TEST_CASE("zstd: one that is cut anywhere is refused") {
  const std::string upload = pack(Compression::zstd, "one" + noise(200)) + frame(window(17), "two");
  const std::size_t whole = pack(Compression::zstd, "one" + noise(200)).size();
  for (std::size_t size = 1; size < upload.size(); ++size) {
    CAPTURE(size);
    if (size != whole) check_refused(upload.substr(0, size), ends_inside);
  }
}

TEST_CASE("zstd: garbage behind it is refused") {
  const std::string good = pack(Compression::zstd, "text");
  for (const std::string& behind : {"x"s, "\0"s, std::string(512, '\0'), "\x28\xb5\x2f\xfc"s,
                                    pack(Compression::gzip, "text"), tar_of({file("a")})}) {
    check_refused(good + behind, goes_on);
  }
  check_refused(good + "\x28\xb5\x2f"s, ends_inside);
  // The forms of zstd 0.1 to 0.7, which libzstd may have been built to read.
  for (const char old : {'\x1e', '\x22', '\x23', '\x24', '\x25', '\x26', '\x27'})
    check_refused(good + old + "\xb5\x2f\xfd\0\x58\x01\0\0"s, goes_on);
}

TEST_CASE("zstd: a skippable frame is refused first, between and last") {
  const std::string good = pack(Compression::zstd, "text");
  for (const char start : {'\x50', '\x5a', '\x5f'}) {
    const std::string skipped = skippable(start, tar_of({}).substr(0, 100));
    check_refused(skipped + good, is_skippable);
    check_refused(good + skipped + good, is_skippable);
    check_refused(good + skipped, is_skippable);
    check_refused(good + skippable(start, ""), is_skippable);
  }
  check_refused("\x60\x2a\x4d\x18\0\0\0\0"s + good, goes_on);
  check_refused(good + "\x50\x2a\x4d\x19\0\0\0\0"s, goes_on);
}

TEST_CASE("zstd: a frame that wants a dictionary is refused, and one that names none as 0") {
  constexpr std::string_view wanted =
      "the upload is packed with a zstd dictionary; pack it without one";
  check_refused(frame("\x01\x58\x07"s, "text"), wanted);
  check_refused(frame("\x02\x58\x07\x07"s, "text"), wanted);
  check_refused(frame("\x03\x58\x07\x07\x07\x07"s, "text"), wanted);
  check_refused(frame("\x01\x58\x00"s, "text"), wanted);
  check_refused(pack(Compression::zstd, "text") + frame("\x21\x07\x04"s, "text"), wanted);
}

TEST_CASE("zstd: a frame with bits that mean nothing yet is refused") {
  for (const char bits : {'\x08', '\x10', '\x18'})
    check_refused(frame(bits + "\x58"s, "text"), "the upload has a zstd frame of an unknown form");
}

TEST_CASE("zstd: a window that is too large is refused, before memory is taken for it") {
  CHECK(unpack(frame(window(26), "text"), 1).bytes == "text");
  check_refused(frame("\0\x81"s, "text"), too_much, ErrorKind::too_large);  // 9/8 of 2^26
  for (const int log : {27, 31, 41})
    check_refused(frame(window(log), "text"), too_much, ErrorKind::too_large);
  // One segment is its own window.
  check_refused(frame("\xa0\0\0\0\x05"s, "text"), too_much, ErrorKind::too_large);
  check_refused(frame("\xe0\0\0\0\0\0\0\0\x05"s, "text"), too_much, ErrorKind::too_large);
  CHECK(unpack(frame(window(16), "text"), 1, 64 * 1024).bytes == "text");
  CHECK(unpack(frame(window(17), "text"), 1, 128 * 1024 - 1).kind == ErrorKind::too_large);
}

TEST_CASE("zstd: a checksum or a size that is wrong is refused") {
  const std::string good = pack(Compression::zstd, "text" + noise(100));
  for (std::size_t from_end = 1; from_end <= 104; ++from_end) {  // the checksum, and the noise
    std::string damaged = good;
    damaged[good.size() - from_end] = static_cast<char>(~damaged[good.size() - from_end]);
    check_refused(damaged, broken);
  }
  check_refused(frame("\x20\x03"s, "text"), broken);
  check_refused(frame("\x20\x05"s, "text"), broken);
  check_refused(frame("\x20\x00"s, "text"), broken);
}

TEST_CASE("zstd: blocks that nobody knows, and blocks larger than the window, are refused") {
  check_refused(std::string(magic) + window(17) + "\x27\0\0text"s, broken);
  check_refused(frame(window(10), noise(1025)), broken);
  CHECK(unpack(frame(window(10), noise(1024)), 1).bytes == noise(1024));
}

TEST_CASE("zstd: a bomb of a few bytes a block is refused before it is unpacked") {
  Header header;
  header.name = "zeros";
  header.size = 60'000 * most_of_block;
  std::string upload =
      std::string(magic) + window(17) + block_head(Last::no, raw, block_bytes) + block(header);
  for (int i = 0; i < 60'000; ++i)
    upload += block_head(Last::no, repeated, most_of_block) + '\0';
  Notes notes("");
  UploadReader reader(notes, [](Compression) { return Result<void>(); }, {});
  const auto fed = reader.feed(upload);
  REQUIRE(!fed.has_value());
  CHECK(fed.error().kind == ErrorKind::too_large);
  CHECK(fed.error().text == "the upload unpacks to more than 200 times its size");
  CHECK(reader.unpacked_bytes() < 34'000'000);
}

// For zstd a tar with the file "1", which holds `hidden`; for an engine before 23.0 a tar with a file
// of 1 byte, and then `hidden`. Blocks that unpack to nothing are the zeros of the outer header, and
// leave a byte free now and then. An empty checksum is right when the bytes add up to 0, with those
// above 127 taken as negative. Docker 20.10.24 unpacks `hidden`.
std::string zstd_and_tar(const std::string& hidden) {
  const std::string inner = tar_of({file("1", std::string(6, '\0') + hidden)});
  const std::string zeros = block_head(Last::no, raw, 0);
  const std::string zeros_and_byte = block_head(Last::no, repeated, 0);
  std::string end(27, '\0');
  end += block_head(Last::no, raw, 6) + inner.substr(0, 6);  // owner 0, size 1
  for (int i = 0; i < 10; ++i)
    end += zeros;
  end += zeros_and_byte + '\0';
  for (int i = 0; i < 115; ++i)
    end += zeros;
  end += block_head(Last::yes, raw, inner.size() - 6);
  std::string start = std::string(magic) + window(21);
  int sum = 8 * ' ' + 22 * zeros_and_byte[0];
  for (const char c : start + end)
    sum += static_cast<signed char>(c);
  for (int i = 0; i < 22; ++i) {
    const int byte = std::clamp(-sum, -128, 127);
    start += zeros_and_byte + static_cast<char>(byte);
    sum += byte;
  }
  REQUIRE(sum == 0);
  REQUIRE(start.size() + end.size() == block_bytes);
  return start + end + inner.substr(6);
}

TEST_CASE("zstd: a stream that is a tar for an engine that knows no zstd is refused") {
  const std::string inner = tar_of({file("hidden")});
  std::string upload = zstd_and_tar(inner);
  check_refused(upload, "the upload is a zstd stream and a tar at once");
  CHECK(unpack(upload.substr(0, block_bytes - 1), 1).error == ends_inside);
  // With another sum it is no tar: just odd.
  upload[9] = static_cast<char>(upload[9] + 1);
  const Got got = unpack(upload, 1);
  CHECK(got.error == "");
  CHECK(got.bytes == tar_of({file("1", std::string(6, '\0') + inner)}));
}

TEST_CASE("zstd: of an upload, nothing is passed on that is only begun to be a frame") {
  const std::string good = pack(Compression::zstd, tar_of({file("a", "text")}));
  Notes notes("");
  UploadReader reader(notes, [](Compression) { return Result<void>(); }, {});
  REQUIRE(reader.feed(good).has_value());
  REQUIRE(reader.feed("\x50\x2a\x4d").has_value());
  CHECK(reader.cleared() < good.size() + 3);
  CHECK_FALSE(reader.finish().has_value());
}

}  // namespace
}  // namespace sealock::policy::archive::tests
