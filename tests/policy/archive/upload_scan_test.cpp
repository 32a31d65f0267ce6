#include "policy/archive/upload_scan.hpp"

#include "policy/request/query.hpp"
#include "policy/request/request.hpp"
#include "policy/request/route.hpp"
#include "policy/request/target.hpp"
#include "tests/policy/archive/archive_maker.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sealock::policy::archive::tests {
namespace {

Request request(Method method, std::string_view text) {
  const auto target = parse_target(text);
  REQUIRE(target.has_value());
  auto made = route(method, *target);
  REQUIRE(made.has_value());
  REQUIRE(parse_query(target->query, *made).has_value());
  return std::move(*made);
}

// What rules are told, in one line; "! text" at its end when the upload is refused.
std::string scan(const Request& request, const std::string& upload) {
  std::string notes;
  UploadScan scan(plan_upload(request, Texts::read),
                  [&](const UploadItem& item) -> Result<void> {
                    if (!notes.empty()) notes += "; ";
                    switch (item.kind) {
                    case ItemKind::upload:
                      notes += name_of(item.compression);
                      break;
                    case ItemKind::entry:
                      notes += item.path + " " + std::to_string(item.number) + " " +
                               std::to_string(item.total_bytes);
                      break;
                    case ItemKind::instruction:
                      notes += item.problem.empty() ? item.instruction : "?instruction";
                      break;
                    case ItemKind::build_image:
                    case ItemKind::loaded_image:
                      notes += item.problem.empty()
                                   ? item.image.registry + "/" + item.image.repository + ":" +
                                         item.image.tag
                                   : "?image";
                      break;
                    }
                    return {};
                  },
                  {});
  auto result = scan.feed(upload);
  if (result) result = scan.finish();
  if (!result) notes += "! " + result.error().text;
  return notes;
}

TEST_CASE("upload scan: paths of a copy are those in the container") {
  const std::string tar =
      tar_of({file("a", "123"), made(EntryType::directory, ""), file("b/c", "4")});
  CHECK(scan(request(Method::put, "/containers/web/archive?path=/srv/../etc/"), tar) ==
        "none; /etc/a 1 3; /etc 2 3; /etc/b/c 3 4");
  CHECK(scan(request(Method::put, "/containers/web/archive?path=tmp"), tar) ==
        "none; /tmp/a 1 3; /tmp 2 3; /tmp/b/c 3 4");
  CHECK(scan(request(Method::post, "/images/create?fromSrc=-"), tar) ==
        "none; /a 1 3; / 2 3; /b/c 3 4");
}

TEST_CASE("upload scan: the Dockerfile is the one that the engine takes") {
  const auto with = [](std::string path) { return tar_of({file(std::move(path), "FROM x\n")}); };
  const std::string seen = "FROM; docker.io/library/x:latest";
  struct Row {
    std::string_view target;
    std::string path;
    bool is_read;
  };
  const Row rows[] = {
      {"/build", "Dockerfile", true},
      {"/build", "dockerfile", true},
      {"/build", "DOCKERFILE", false},
      {"/build", "x/Dockerfile", false},
      {"/build?dockerfile=Dockerfile", "dockerfile", true},
      {"/build?dockerfile=x/y", "x/y", true},
      {"/build?dockerfile=./x//y", "x/y", true},
      {"/build?dockerfile=/x/y", "x/y", true},
      {"/build?dockerfile=x/y", "Dockerfile", false},
      {"/build?dockerfile=X", "x", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.target);
    CAPTURE(row.path);
    CHECK((scan(request(Method::post, row.target), with(row.path)).find(seen) !=
           std::string::npos) == row.is_read);
  }
  CHECK(scan(request(Method::post, "/build?buildargs={\"V\":\"7\"}"),
             tar_of({file("Dockerfile", "ARG V\nFROM a:$V")}))
            .ends_with("docker.io/library/a:7"));
}

TEST_CASE("upload scan: a Dockerfile that cannot be read is said to be so") {
  const Request build = request(Method::post, "/build");
  const std::string unknown = "?instruction; ?image";
  const auto link = [](std::string path, std::string to) {
    return made(EntryType::symlink, std::move(path), std::move(to));
  };
  CHECK(scan(build, tar_of({link("Dockerfile", "x")})).ends_with(unknown));
  CHECK(scan(build, tar_of({made(EntryType::hardlink, "Dockerfile", "x")})).ends_with(unknown));
  CHECK(scan(request(Method::post, "/build?dockerfile=a/b/c"), tar_of({link("a", "x")}))
            .ends_with(unknown));
  CHECK(scan(request(Method::post, "/build?dockerfile=a/../b"), tar_of({})) == "none; " + unknown);
  // CVE-like: sockguard #332, the engine keeps the last one.
  CHECK(scan(build, tar_of({file("Dockerfile", "FROM a"), file("./Dockerfile", "FROM evil")}))
            .ends_with("! the archive has two entries called 'Dockerfile'"));
  CHECK(scan(build, tar_of({file("Dockerfile", "FROM a"), link("Dockerfile", "x")}))
            .ends_with("! the archive has two entries called 'Dockerfile'"));
}

TEST_CASE("upload scan: the names of a load") {
  const Request load = request(Method::post, "/images/load");
  const auto with = [&](std::string path, std::string text) {
    return scan(load, tar_of({file(std::move(path), std::move(text))}));
  };
  struct Row {
    std::string path, text;
    std::string_view end;
  };
  const Row rows[] = {
      {"manifest.json", R"([{"Config":"c","RepoTags":["a:1","r.example/b:2"],"Layers":[]}])",
       "docker.io/library/a:1; r.example/b:2"},
      {"manifest.json", R"([{"RepoTags":null},{}])", "manifest.json 1 22"},
      {"manifest.json", R"([{"RepoTags":["Bad"]}])", "?image"},
      {"manifest.json", R"([{"repotags":["a:1"]}])",
       "! the archive's manifest.json is not what docker save writes"},
      {"manifest.json", "[{\"RepoTag\xc5\xbf\":[\"a:1\"]}]",
       "! the archive's manifest.json is not what docker save writes"},
      {"manifest.json", R"([{"RepoTags":"a:1"}])",
       "! the archive's manifest.json is not what docker save writes"},
      {"manifest.json", R"({"RepoTags":["a:1"]})",
       "! the archive's manifest.json is not what docker save writes"},
      {"repositories", R"({"shop/web":{"1":"0","2":"0"}})",
       "docker.io/shop/web:1; docker.io/shop/web:2"},
      {"repositories", "[]", "! the archive's repositories is not what docker save writes"},
      {"index.json",
       R"({"manifests":[{"annotations":{"io.containerd.image.name":"r.example/a:1","org.opencontainers.image.ref.name":"1"}},
           {"annotations":{"org.opencontainers.image.ref.name":"r.example/b:2"}},{}]})",
       "r.example/a:1; r.example/b:2"},
      {"index.json", R"({"Manifests":[]})",
       "! the archive's index.json is not what docker save writes"},
      {"x/manifest.json", "no json", "/x/manifest.json 1 7"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.text);
    const std::string got = with(row.path, row.text);
    CHECK_MESSAGE(got.ends_with(row.end), got);
  }
  CHECK(with("manifest.json", "[{]").find("! the archive's manifest.json: ") != std::string::npos);
  CHECK(scan(load, tar_of({made(EntryType::symlink, "manifest.json", "x")}))
            .ends_with("! the archive's manifest.json is no file"));
  CHECK(scan(load, tar_of({file("manifest.json", "[]"), file("manifest.json", "[]")}))
            .ends_with("! the archive has two entries called 'manifest.json'"));
}

}  // namespace
}  // namespace sealock::policy::archive::tests
