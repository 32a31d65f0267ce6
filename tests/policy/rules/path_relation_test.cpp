#include "policy/rules/path_relation.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

TEST_CASE("paths: cleaning") {
  const struct {
    std::string_view path;
    std::string_view clean;
  } rows[] = {
      {"/", "/"},
      {"//", "/"},
      {"/./", "/"},
      {"/..", "/"},
      {"/../../etc", "/etc"},
      {"/srv/apps/", "/srv/apps"},
      {"/srv//apps/./web", "/srv/apps/web"},
      {"/srv/apps/../secrets", "/srv/secrets"},
      {"/srv/..apps/.web", "/srv/..apps/.web"},
      {"/a/b/../../c/..", "/"},
      {"/srv/...", "/srv/..."},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    REQUIRE(clean_path(row.path).has_value());
    CHECK(*clean_path(row.path) == row.clean);
  }
}

TEST_CASE("paths: what is not absolute lies nowhere") {
  for (const std::string_view path : {"", "srv", "./srv", "~", "C:\\"}) {
    CAPTURE(path);
    CHECK_FALSE(clean_path(path).has_value());
    CHECK_FALSE(is_under(path, "/").has_value());
    CHECK_FALSE(paths_overlap(path, "/").has_value());
  }
  CHECK_FALSE(clean_path(std::string_view("/srv\0/x", 7)).has_value());
}

TEST_CASE("paths: under goes by component, overlaps in both directions") {
  const struct {
    std::string_view path;
    std::string_view directory;
    bool under;
    bool overlaps;
  } rows[] = {
      {"/srv/apps/web", "/srv/apps", true, true},
      {"/srv/apps", "/srv/apps", true, true},
      {"/srv/apps/", "/srv/apps", true, true},
      {"/srv/apps-evil", "/srv/apps", false, false},  // prefix confusion
      {"/srv/apps/../../etc", "/srv/apps", false, false},
      {"/srv", "/srv/apps", false, true},
      {"/", "/etc", false, true},  // binding the root exposes /etc
      {"/etc/passwd", "/", true, true},
      {"/etcetera", "/etc", false, false},
      {"/proc/self/root/", "/proc", true, true},
      {"/ETC", "/etc", false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.directory);
    CHECK(is_under(row.path, row.directory) == row.under);
    CHECK(paths_overlap(row.path, row.directory) == row.overlaps);
  }
}

}  // namespace
}  // namespace sealock::policy
