#include "proxy/deploy/store.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>

namespace sealock::proxy {
namespace {

using Folder = tests::TemporaryFolder;

constexpr std::string_view table = "CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY)";

void add(Store& store, std::string_view name) {
  Statement(store, "INSERT INTO things VALUES (?)").bind(name).run();
}

std::int64_t count(Store& store) {
  Statement rows(store, "SELECT count(*) FROM things");
  REQUIRE(rows.next());
  return rows.integer(0);
}

std::string refusal(const std::filesystem::path& folder) {
  const auto store = Store::open(folder);
  REQUIRE(!store.has_value());
  return store.error().text;
}

}  // namespace

TEST_CASE("store: keeps what was committed, and nothing else") {
  const Folder folder;
  {
    auto store = Store::open(folder.path());
    REQUIRE(store.has_value());
    (*store)->create_tables(table);
    {
      Transaction writing(**store, Transaction::Purpose::write);
      add(**store, "kept");
      writing.commit();
    }
    {
      const Transaction writing(**store, Transaction::Purpose::write);
      add(**store, "left");
    }
    CHECK(count(**store) == 1);
  }
  auto store = Store::open(folder.path());
  REQUIRE(store.has_value());
  (*store)->create_tables(table);
  CHECK(count(**store) == 1);
  struct stat status {};
  REQUIRE(stat((*store)->file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("store: text with quotes and null bytes comes back as it was") {
  auto store = Store::open(":memory:");
  REQUIRE(store.has_value());
  (*store)->create_tables(table);
  const std::string odd("it's; \0 DROP", 12);
  add(**store, odd);
  Statement rows(**store, "SELECT name FROM things");
  REQUIRE(rows.next());
  CHECK(rows.text(0) == odd);
  CHECK_THROWS_AS(add(**store, odd), StoreError);
}

TEST_CASE("store: what is damaged is an error with a way out, never an empty start") {
  const Folder folder;
  const std::filesystem::path file = folder.path() / "sealock.db";
  {
    auto store = Store::open(folder.path());
    REQUIRE(store.has_value());
    (*store)->create_tables(table);
    for (int i = 0; i < 2000; ++i)
      add(**store, "thing number " + std::to_string(i));
  }
  SUBCASE("overwritten in the middle") {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(8192);
    stream << std::string(8192, 'x');
  }
  SUBCASE("something else") {
    std::ofstream(file, std::ios::trunc) << std::string(9000, 'y');
  }
  SUBCASE("cut off") {
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  }
  SUBCASE("emptied") {
    std::filesystem::resize_file(file, 0);
  }
  SUBCASE("removed, but for its log") {
    std::filesystem::rename(file, file.string() + "-wal");
  }
  const std::string text = refusal(folder.path());
  CAPTURE(text);
  CHECK(text.find(file.string()) != std::string::npos);
  CHECK(text.find("Put a backup in its place") != std::string::npos);
  CHECK(refusal(folder.path()) == text);  // and it stays so
}

TEST_CASE("store: refuses what is not its own, and what a newer one wrote") {
  const Folder folder;
  {
    auto store = Store::open(folder.path());
    REQUIRE(store.has_value());
    (*store)->create_tables("PRAGMA user_version=99");
  }
  CHECK(refusal(folder.path()).find("newer sealock") != std::string::npos);
}

TEST_CASE("store: belongs to one process at a time") {
  const Folder folder;
  auto first = Store::open(folder.path());
  REQUIRE(first.has_value());
  CHECK(refusal(folder.path()).find("in use by another sealock") != std::string::npos);
  first->reset();
  CHECK(Store::open(folder.path()).has_value());
}

TEST_CASE("store: a folder that cannot be made is named") {
  const Folder folder;
  std::ofstream(folder.path() / "state") << "a file";
  CHECK(refusal(folder.path() / "state").find("state") != std::string::npos);
}

}  // namespace sealock::proxy
