#include "policy/effective/image_reference.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::effective {
namespace {

std::string show(std::string_view text) {
  const auto parsed = parse_image_reference(text);
  if (!parsed) return "refused";
  if (!parsed->id.empty()) return "id " + parsed->id;
  std::string shown = parsed->registry + " " + parsed->repository;
  if (!parsed->tag.empty()) shown += (parsed->tag_is_said ? " :" : " (:") + parsed->tag;
  if (!parsed->tag.empty() && !parsed->tag_is_said) shown += ")";
  if (!parsed->digest.empty()) shown += " @" + parsed->digest.substr(0, 11);
  return shown;
}

const std::string hex64 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

TEST_CASE("image reference: what distribution/reference reads, taken apart as it does") {
  const struct {
    std::string text;
    std::string shown;
  } rows[] = {
      {"alpine", "docker.io library/alpine (:latest)"},
      {"alpine:3.20", "docker.io library/alpine :3.20"},
      {"library/alpine", "docker.io library/alpine (:latest)"},
      {"user/app", "docker.io user/app (:latest)"},
      {"a/b/c/d", "docker.io a/b/c/d (:latest)"},
      {"docker.io/alpine", "docker.io library/alpine (:latest)"},
      {"index.docker.io/alpine:1", "docker.io library/alpine :1"},
      {"index.docker.io/user/app", "docker.io user/app (:latest)"},
      {"docker.io/library/alpine:latest", "docker.io library/alpine :latest"},
      {"docker.io", "docker.io library/docker.io (:latest)"},
      {"registry.example.com/shop/web:1.4.2", "registry.example.com shop/web :1.4.2"},
      {"registry.example.com:5000/web", "registry.example.com:5000 web (:latest)"},
      {"localhost/web", "localhost web (:latest)"},
      {"localhost:5000/web", "localhost:5000 web (:latest)"},
      {"localhost", "docker.io library/localhost (:latest)"},
      {"127.0.0.1:5000/evil", "127.0.0.1:5000 evil (:latest)"},
      {"[::1]/x", "[::1] x (:latest)"},
      {"[fe80::1]:5000/x:1", "[fe80::1]:5000 x :1"},
      {"host:5000", "docker.io library/host :5000"},
      {"a.b/c", "a.b c (:latest)"},
      {"a/b.c", "docker.io a/b.c (:latest)"},
      {"a__b/c_d/e-f/g---h/i.j", "docker.io a__b/c_d/e-f/g---h/i.j (:latest)"},
      {"x:_tag", "docker.io library/x :_tag"},
      {"x:UPPER.-_9", "docker.io library/x :UPPER.-_9"},
      {"x@sha256:" + hex64, "docker.io library/x @sha256:9f86"},
      {"x:1@sha256:" + hex64, "docker.io library/x :1 @sha256:9f86"},
      {"r.example/x@sha512:" + hex64 + hex64, "r.example x @sha512:9f86"},
      {"x@sha384:" + hex64 + hex64.substr(32), "docker.io library/x @sha384:9f86"},
      {hex64, "id sha256:" + hex64},
      {"sha256:" + hex64, "id sha256:" + hex64},
      // Names as long as they are not the whole of an id; see is_short_image_id.
      {"cafe", "docker.io library/cafe (:latest)"},
      {hex64.substr(1), "docker.io library/" + hex64.substr(1) + " (:latest)"},
      {hex64 + ":1", "docker.io library/" + hex64 + " :1"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(show(row.text) == row.shown);
  }
}

TEST_CASE("image reference: refuses what is none, or what two versions read differently") {
  const std::string rows[] = {"",
                              " ",
                              "Alpine",
                              "user/App",
                              "Foo/bar",
                              "Registry.Example.com/x",
                              "DOCKER.IO/alpine",
                              "-a",
                              "a-",
                              "a..b",
                              "a___b",
                              "a._b",
                              "_a",
                              "a_",
                              ".a",
                              "a/",
                              "/a",
                              "a//b",
                              "a/./b",
                              "a/../b",
                              "../a",
                              "a b",
                              "a\tb",
                              "a\n",
                              "a:",
                              "a:-x",
                              "a:.x",
                              "a:x y",
                              "a:b:c",
                              "a:b/c",
                              "a@",
                              "a@x",
                              "a@sha256:",
                              "a@sha256:abc",
                              "a@md5:" + hex64.substr(32),
                              "a@sha256:" + hex64 + "0",
                              "a@SHA256:" + hex64,
                              "a@sha256:" + std::string(64, 'A'),
                              "a@@sha256:" + hex64,
                              "a@sha256:" + hex64 + ":x",
                              "a:" + std::string(129, 'x'),
                              "sha256:abc",
                              "sha256:" + hex64 + "0",
                              "r.example:/x",
                              "r.example:80a/x",
                              "r.example:-1/x",
                              "-r.example/x",
                              "r-.example/x",
                              "r..example/x",
                              ".example/x",
                              "example./x",
                              "[]/x",
                              "[::1/x",
                              "[::1]5000/x",
                              "[g::1]/x",
                              "[::1%25eth0]/x",
                              "http://r.example/x",
                              "r.example/x?y",
                              "r.example/x#y",
                              "r.example/x%2fy",
                              "user:pw@r.example/x",
                              "a\\b",
                              std::string("a\0b", 3),
                              "\xc3\xa4",
                              "r.example/" + std::string(256, 'a'),
                              std::string(300, 'a')};
  for (const std::string& row : rows) {
    CAPTURE(row);
    CHECK(show(row) == "refused");
  }
}

TEST_CASE("image reference: a name is at most 255 characters, a tag at most 128") {
  CHECK(show("r.example/" + std::string(245, 'a')) != "refused");
  CHECK(show("r.example/" + std::string(246, 'a')) == "refused");
  CHECK(show("a:" + std::string(128, 'x')) != "refused");
}

TEST_CASE("image reference: hexadecimal digits may be the beginning of an id") {
  CHECK(is_short_image_id("f"));
  CHECK(is_short_image_id("cafe"));
  CHECK(is_short_image_id(hex64.substr(1)));
  CHECK_FALSE(is_short_image_id(""));
  CHECK_FALSE(is_short_image_id(hex64));
  CHECK_FALSE(is_short_image_id("cafe:latest"));
  CHECK_FALSE(is_short_image_id("CAFE"));
  CHECK_FALSE(is_short_image_id("alpine"));
}

}  // namespace
}  // namespace sealock::policy::effective
