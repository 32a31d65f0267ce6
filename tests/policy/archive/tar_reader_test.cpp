#include "policy/archive/tar_reader.hpp"

#include "tests/policy/archive/archive_maker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy::archive::tests {
namespace {

using namespace std::string_literals;

struct Read {
  std::string notes;
  std::string error;
  ErrorKind kind = ErrorKind::internal;
};

Read read(std::string_view tar, std::size_t piece, const ArchiveLimits& limits = {}) {
  Notes notes("watched");
  TarReader reader(notes, limits);
  Result<void> result;
  while (result && !tar.empty()) {
    const std::size_t size = std::min(piece, tar.size());
    const std::uint64_t before = reader.settled();
    result = reader.feed(tar.substr(0, size));
    CHECK(reader.settled() >= before);
    tar.remove_prefix(size);
  }
  if (result) result = reader.finish();
  Read got{notes.text(), {}, {}};
  if (!result) {
    got.error = result.error().text;
    got.kind = result.error().kind;
  }
  return got;
}

std::string entry_block(char type,
                        std::string name,
                        std::string link = {},
                        std::uint64_t size = 0) {
  Header header;
  header.type = type;
  header.name = std::move(name);
  header.link = std::move(link);
  header.size = size;
  header.mode = 0644;
  return block(header);
}

TEST_CASE("tar reader: entries are named, whatever the pieces") {
  struct Row {
    std::string_view name;
    std::string tar;
    std::string_view notes;
  };
  const std::string end(1024, '\0');
  const std::string path(150, 'p');
  const Row rows[] = {
      {"nothing", "", ""},
      {"only the end", end, ""},
      {"one block of zeros", end.substr(512), ""},
      {"padded end", end + std::string(9000, '\0'), ""},
      {"a file", tar_of({file("a", "hello")}), "file a 5"},
      {"without an end", padded(entry_block('0', "a", "", 5)) + padded("hello"), "file a 5"},
      {"exact block", tar_of({file("a", std::string(512, 'x')), file("b")}), "file a 512; file b"},
      {"all types",
       tar_of({made(EntryType::directory, "d"), made(EntryType::symlink, "s", "d"),
               made(EntryType::hardlink, "h", "d/x"), made(EntryType::char_device, "c"),
               made(EntryType::block_device, "b"), made(EntryType::fifo, "f")}),
       "directory d; symlink s -> d; hardlink h -> d/x; char-device c; block-device b; fifo f"},
      {"the root", tar_of({made(EntryType::directory, "")}), "directory "},
      {"names are cleaned", entry_block('5', ".//a/./b//") + entry_block('0', "/c/d"),
       "directory a/b; file c/d"},
      {"a watched file", tar_of({file("watched", "hello"), file("b")}),
       "file watched 5; content watched = hello; file b"},
      {"a watched file that is empty", tar_of({file("watched")}),
       "file watched; content watched = "},
      {"a watched name that is no file", tar_of({made(EntryType::symlink, "watched", "b")}),
       "symlink watched -> b"},
      {"pax path", pax('x', pax_record("path", path)) + entry_block('0', "short"),
       "file "
       "ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
       "p"
       "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"},
      {"pax link", pax('x', pax_record("linkpath", "to")) + entry_block('2', "a", "t"),
       "symlink a -> to"},
      {"pax size repeats",
       pax('x', pax_record("size", "5")) + entry_block('0', "a", "", 5) + padded("hello"),
       "file a 5"},
      {"pax is of one entry",
       pax('x', pax_record("path", "x")) + entry_block('0', "a") + entry_block('0', "b"),
       "file x; file b"},
      {"capabilities",
       pax('x', pax_record("SCHILY.xattr.security.capability", "\1")) + entry_block('0', "a"),
       "file a capabilities"},
      {"an empty pax header", pax('x', "") + entry_block('0', "a"), "file a"},
      {"the comment of git", pax('g', pax_record("comment", "0123")) + entry_block('0', "a"),
       "file a"},
      {"gnu long name", gnu_long('L', "long\0"s) + entry_block('0', "l"), "file long"},
      {"gnu long name and link",
       gnu_long('K', "to\0"s) + gnu_long('L', "long"s) + entry_block('2', "l", "t"),
       "symlink long -> to"},
      {"a name again", tar_of({file("a", "1"), file("a", "22")}), "file a 1; file a 2"},
      {"beside a link", tar_of({made(EntryType::symlink, "l", "d"), file("lx/a")}),
       "symlink l -> d; file lx/a"},
      {"in place of a link", tar_of({made(EntryType::symlink, "l", "d"), file("l")}),
       "symlink l -> d; file l"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{7}, std::size_t{512}, row.tar.size() + 1}) {
      const Read got = read(row.tar, piece);
      CHECK(got.error.empty());
      CHECK(got.error == "");
      CHECK(got.notes == row.notes);
    }
  }
}

TEST_CASE("tar reader: what two readers could read differently is refused") {
  struct Row {
    std::string_view name;
    std::string tar;
    std::string_view error;
  };
  const std::string zero(512, '\0');
  const std::string x_path = pax('x', pax_record("path", "p"));
  const Row rows[] = {
      {"no tar", "FROM busybox\nRUN id\n", "inside of an entry"},
      {"a block of text", std::string(512, 'x'), "checksum"},
      {"cut in the header", entry_block('0', "a").substr(0, 100), "inside of an entry"},
      {"cut in the content", entry_block('0', "a", "", 5) + "hel", "inside of an entry"},
      {"cut in the padding", entry_block('0', "a", "", 5) + "hello", "inside of an entry"},
      {"cut in a pax header", x_path.substr(0, 600), "inside of an entry"},
      {"behind a block of zeros", zero + entry_block('0', "a"), "behind a block of zeros"},
      {"behind the end", zero + zero + entry_block('0', "a"), "behind its end"},
      {"one byte behind the end", zero + zero + std::string(100, '\0') + "x", "behind its end"},
      {"pax and no entry", x_path, "inside of an entry"},
      {"pax and the end", x_path + zero, "header of no entry"},
      {"two pax headers", x_path + x_path + entry_block('0', "a"), "name the same entry"},
      {"two long names", gnu_long('L', "a\0"s) + gnu_long('L', "b\0"s) + entry_block('0', "a"),
       "name the same entry"},
      {"pax and long name", x_path + gnu_long('L', "b\0"s) + entry_block('0', "a"),
       "name the same entry"},
      {"long name and pax", gnu_long('L', "b\0"s) + x_path + entry_block('0', "a"),
       "name the same entry"},
      {"global between", x_path + pax('g', pax_record("comment", "c")) + entry_block('0', "a"),
       "name the same entry"},
      {"a global path", pax('g', pax_record("path", "etc/passwd")) + entry_block('0', "a"),
       "global pax header"},
      {"long name with a NUL", gnu_long('L', "a\0b\0"s) + entry_block('0', "a"), "NUL in it"},
      {"empty long name", gnu_long('L', "\0"s) + entry_block('0', "a"), "long name that is empty"},
      {"bytes behind a text",
       pax('x', pax_record("path", "p")).replace(1000, 1, "x") + entry_block('0', "a"),
       "bytes behind a text"},
      {"two sizes", pax('x', pax_record("size", "512")) + entry_block('0', "a", "", 0) + zero,
       "two sizes"},
      {"a link with content", entry_block('2', "a", "b", 512) + zero, "with content"},
      {"a hard link with content", entry_block('1', "a", "b", 512) + zero, "with content"},
      {"a directory with content", entry_block('5', "a", "", 512) + zero, "with content"},
      {"a device with content", entry_block('4', "a", "", 512) + zero, "with content"},
      {"a link with a size of pax",
       pax('x', pax_record("size", "8589934592")) + entry_block('2', "a", "b"), "with content"},
      {"no name", entry_block('0', ""), "without a name"},
      {"not UTF-8", entry_block('0', "a\xff"), "UTF-8"},
      {"a link not UTF-8", entry_block('2', "a", "\xff"), "UTF-8"},
      {"up", entry_block('0', "../a"), "'..'"},
      {"down and up", entry_block('0', "a/../b"), "'..'"},
      {"up in a pax path", pax('x', pax_record("path", "a/..")) + entry_block('5', "a"), "'..'"},
      {"a hard link that leaves", entry_block('1', "a", "../../etc/shadow"), "'..'"},
      {"a file like a directory", entry_block('0', "a/"), "called like a directory"},
      {"a file as the root", entry_block('0', "."), "in place of its root"},
      {"a link to nowhere", entry_block('2', "a"), "leads nowhere"},
      {"a target without a link", entry_block('0', "a", "b"), "where no link is"},
      {"through a link", tar_of({made(EntryType::symlink, "l", "/etc"), file("l/passwd")}),
       "behind a symbolic link"},
      {"through a link, deep", tar_of({made(EntryType::symlink, "a/l", "b"), file("a/l/c/d")}),
       "behind a symbolic link"},
      {"through another name of a link",
       tar_of({made(EntryType::symlink, "l", "/etc"), made(EntryType::hardlink, "h", "l"),
               file("h/passwd")}),
       "behind a symbolic link"},
      {"a hard link through a link",
       tar_of({made(EntryType::symlink, "l", "/etc"), made(EntryType::hardlink, "h", "l/shadow")}),
       "hard link through"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, row.tar.size()}) {
      const Read got = read(row.tar, piece);
      CHECK_MESSAGE(got.error.find(row.error) != std::string::npos, got.error);
      CHECK(got.kind == ErrorKind::bad_request);
    }
  }
}

TEST_CASE("tar reader: limits hold at their edge") {
  ArchiveLimits limits;
  limits.entries = 2;
  limits.text_bytes = 100;
  limits.link_bytes = 2 * 65;
  const std::string long_pax =
      pax('x', pax_record("path", std::string(100, 'p'))) + entry_block('0', "a");
  const auto link = [](const char* name) { return made(EntryType::symlink, name, "x"); };
  struct Row {
    std::string_view name;
    std::string tar;
    bool fits;
  };
  const Row rows[] = {
      {"two entries", tar_of({file("a"), file("b")}), true},
      {"three entries", tar_of({file("a"), file("b"), file("c")}), false},
      {"a text", tar_of({file("watched", std::string(100, 'x'))}), true},
      {"a longer text", tar_of({file("watched", std::string(101, 'x'))}), false},
      {"a longer file that nobody reads", tar_of({file("a", std::string(101, 'x'))}), true},
      {"a long pax header", long_pax, false},
      {"a long gnu name", gnu_long('L', std::string(101, 'x')) + entry_block('0', "a"), false},
      {"two links", tar_of({link("a"), link("b")}), true},
      {"a long link", tar_of({link("abc"), link("b")}), false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Read got = read(row.tar, 64, limits);
    CHECK(got.error.empty() == row.fits);
    if (!row.fits) CHECK(got.kind == ErrorKind::too_large);
  }
}

TEST_CASE("tar reader: nothing counts as settled before the visitor has judged it") {
  Notes notes("watched");
  TarReader reader(notes, {});
  const std::string first = tar_of({file("a", std::string(600, 'x'))}).substr(0, 512 + 1024);
  REQUIRE(reader.feed(first.substr(0, 511)).has_value());
  CHECK(reader.settled() == 0);
  REQUIRE(reader.feed(first.substr(511, 101)).has_value());
  CHECK(reader.settled() == 612);  // the header, and what of the content is here
  REQUIRE(reader.feed(first.substr(612)).has_value());
  CHECK(reader.settled() == 1536);
  const std::string second =
      pax('x', pax_record("path", "watched")) + entry_block('0', "w", "", 5) + padded("hello");
  REQUIRE(reader.feed(second.substr(0, second.size() - 1)).has_value());
  CHECK(reader.settled() == 1536);
  REQUIRE(reader.feed(second.substr(second.size() - 1)).has_value());
  CHECK(reader.settled() == 1536 + second.size());
  REQUIRE(reader.feed(std::string(2048, '\0')).has_value());
  CHECK(reader.settled() == 1536 + second.size());  // an engine that waits for the end has nothing
  REQUIRE(reader.finish().has_value());
  CHECK(reader.settled() == 1536 + second.size() + 2048);
}

}  // namespace
}  // namespace sealock::policy::archive::tests
