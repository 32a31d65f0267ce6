#include "proxy/config/key_file.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>

namespace sealock::proxy {
namespace {

using Folder = tests::TemporaryFolder;

std::string problem(const std::filesystem::path& file) {
  const auto key = read_redaction_key(file);
  return key ? std::string() : key.error().text;
}

TEST_CASE("key file: made once, for its owner alone, and read again") {
  const Folder folder;
  const auto file = folder.path() / "state/deep/redaction.key";
  const auto made = read_redaction_key(file);
  REQUIRE(made.has_value());
  struct stat status {};
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(status.st_size == 32);
  const auto read = read_redaction_key(file);
  REQUIRE(read.has_value());
  CHECK(*read == *made);
  const auto other = read_redaction_key(folder.path() / "other.key");
  REQUIRE(other.has_value());
  CHECK(*other != *made);
  // Nothing is left beside it.
  CHECK(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}) == 1);
}

TEST_CASE("key file: many that make it at once get the same") {
  const Folder folder;
  std::vector<policy::DisguiseKeys::Secret> secrets(8);
  std::vector<std::thread> threads;
  for (auto& secret : secrets) {
    threads.emplace_back([&secret, &folder] {
      // Two of one process would write beside it under one name: whoever comes second tries again.
      auto made = read_redaction_key(folder.path() / "k");
      while (!made)
        made = read_redaction_key(folder.path() / "k");
      secret = *made;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (const auto& secret : secrets)
    CHECK(secret == secrets.front());
}

TEST_CASE("key file: what others can read, is of another size or no file is refused") {
  const Folder folder;
  const auto write = [&](const char* name, std::size_t size, mode_t mode) {
    std::ofstream(folder.path() / name, std::ios::binary) << std::string(size, 'x');
    REQUIRE(chmod((folder.path() / name).c_str(), mode) == 0);
    return problem(folder.path() / name);
  };
  CHECK(write("open", 32, 0640).find("others can read it") != std::string::npos);
  CHECK(write("short", 31, 0600).find("does not hold 32 bytes") != std::string::npos);
  CHECK(write("long", 33, 0600).find("does not hold 32 bytes") != std::string::npos);
  CHECK(write("empty", 0, 0600).find("does not hold 32 bytes") != std::string::npos);
  CHECK(write("right", 32, 0400).empty());
  std::filesystem::create_symlink(folder.path() / "right", folder.path() / "link");
  CHECK_FALSE(problem(folder.path() / "link").empty());
  std::filesystem::create_directory(folder.path() / "folder");
  CHECK_FALSE(problem(folder.path() / "folder").empty());
  CHECK_FALSE(problem(folder.path() / "right/below").empty());
}

}  // namespace
}  // namespace sealock::proxy
