#include "proxy/net/host_files.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace sealock::proxy {
namespace {

namespace fs = std::filesystem;

// srv/apps with a folder, a file, and links of every kind; etc beside it.
class Host {
public:
  Host() {
    fs::create_directories(root() / "srv/apps/data");
    fs::create_directories(root() / "etc");
    std::ofstream(root() / "srv/apps/file") << "x";
    link("/etc", "srv/apps/absolute");
    link("../../etc", "srv/apps/relative");
    link("../../../../../../../../etc", "srv/apps/climbing");
    link("absolute", "srv/apps/twice");
    link("round", "srv/apps/round");
    link("/later", "srv/apps/nowhere");
    link("/srv/apps", "apps");
  }
  [[nodiscard]] const fs::path& root() const { return folder_.path(); }

private:
  void link(const char* target, const char* name) { fs::create_symlink(target, root() / name); }

  tests::TemporaryFolder folder_;
};

TEST_CASE("host files: a path leads where its links lead, within the host's root") {
  const Host host;
  const HostFiles files(host.root());
  REQUIRE(files.visible());
  CHECK(files.follow("/srv/apps/data") == "/srv/apps/data");
  CHECK(files.follow("/srv/apps/file") == "/srv/apps/file");
  for (const char* name : {"absolute", "relative", "climbing", "twice"}) {
    CAPTURE(name);
    CHECK(files.follow("/srv/apps/" + std::string(name)) == "/etc");
    CHECK(files.follow("/srv/apps/" + std::string(name) + "/passwd") == "/etc/passwd");
  }
  CHECK(files.follow("/apps/data") == "/srv/apps/data");
  CHECK(files.follow("/") == "/");
}

TEST_CASE("host files: what does not exist leads where its folder does") {
  const Host host;
  const HostFiles files(host.root());
  CHECK(files.follow("/srv/apps/new/deep") == "/srv/apps/new/deep");
  CHECK(files.follow("/srv/apps/absolute/new/deep") == "/etc/new/deep");
  CHECK(files.follow("/srv/apps/file/below") == "/srv/apps/file/below");
  CHECK(files.follow("/nothing") == "/nothing");
}

TEST_CASE("host files: a link that leads nowhere cannot be judged") {
  const Host host;
  const HostFiles files(host.root());
  CHECK_FALSE(files.follow("/srv/apps/nowhere"));
  CHECK_FALSE(files.follow("/srv/apps/nowhere/below"));
  CHECK_FALSE(files.follow("/srv/apps/round"));
  CHECK_FALSE(HostFiles(host.root() / "missing").follow("/srv"));
}

TEST_CASE("host files: without a root nothing is seen") {
  CHECK_FALSE(HostFiles("").visible());
}

}  // namespace
}  // namespace sealock::proxy
