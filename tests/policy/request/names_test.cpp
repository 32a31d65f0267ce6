#include "policy/request/names.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

using namespace std::string_view_literals;

TEST_CASE("names: names of objects are one plain word") {
  for (const auto name :
       {"a"sv, "0"sv, "web_1"sv, "Web.2-x"sv, "a--"sv, "0123456789ab"sv, "a_"sv}) {
    CAPTURE(name);
    CHECK(is_object_name(name));
  }
  for (const auto name : {""sv, "."sv, ".."sv, "-a"sv, "_a"sv, "a/b"sv, "/a"sv, "a b"sv, "a:b"sv,
                          "a@b"sv, "a%"sv, "*"sv, "a\0"sv, "a\n"sv, "\u017f"sv, "a\xff"sv}) {
    CAPTURE(name);
    CHECK_FALSE(is_object_name(name));
  }
}

TEST_CASE("names: image references") {
  const std::string sha256 = "@sha256:" + std::string(64, 'a');
  const std::string references[] = {
      "a",
      "alpine",
      "alpine:3.10",
      "a:A_.-9",
      "a:_",
      "a.b_c__d-e---f",
      "library/alpine",
      "a/b/c/d:1",
      "docker.io/library/alpine:latest",
      "localhost/a",
      "localhost:5000/a/b",
      "127.0.0.1:5000/cli/bb",
      "Registry/a",
      "a:1/b",
      "my-host.example.com:80/x",
      "a" + sha256,
      "h.io/a:1" + sha256,
      "a@sha512:" + std::string(128, '0'),
      "a@sha384:" + std::string(96, '0'),
      "d59337be06dd",
      std::string(64, 'f'),
      "sha256:" + std::string(64, 'f'),
      "sha256:d59337be",
      "a:" + std::string(128, 'x'),
      std::string(255, 'a'),
  };
  for (const auto& reference : references) {
    CAPTURE(reference);
    CHECK(is_image_reference(reference));
  }
  const std::string others[] = {
      "",
      ":",
      "@",
      "a:",
      "a@",
      ":1",
      "/a",
      "a/",
      "a//b",
      "A",
      "a/B",
      "library/Alpine",
      "-a",
      "a-",
      "a.",
      ".a",
      "a..b",
      "a.-b",
      "a___b",
      "_a",
      "a:.x",
      "a:-x",
      "a:x:y",
      "a:b c",
      "a b",
      "<none>",
      "<none>:<none>",
      "a?b",
      "a#b",
      "a%2f",
      "a\\b",
      "../a",
      "a/../b",
      "./a",
      "http://h/a",
      "host:/a",
      "host:port/a",
      "host:123456/a",
      "h..io/a",
      ".io/a",
      "io./a",
      "-h.io/a",
      "h-.io/a",
      "h.io-/a",
      "h.io/",
      "user@h.io/a",
      "[::1]:5000/a",
      "a@sha256:" + std::string(63, 'a'),
      "a@sha256:" + std::string(65, 'a'),
      "a@sha256:" + std::string(64, 'A'),
      "a@sha256:" + std::string(64, 'g'),
      "a@md5:" + std::string(32, 'a'),
      "a@" + std::string(64, 'a'),
      "a" + sha256 + sha256,
      "a:" + std::string(129, 'x'),
      std::string(256, 'a'),
      "\u017fa",
      std::string("a\0", 2),
      "a\n",
  };
  for (const auto& text : others) {
    CAPTURE(text);
    CHECK_FALSE(is_image_reference(text));
  }
}

}  // namespace
}  // namespace sealock::policy
