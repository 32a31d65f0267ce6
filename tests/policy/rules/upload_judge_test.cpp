// Rules on what is in an upload: when they hit, hold and miss, entry by entry.
#include "policy/rules/upload_judge.hpp"

#include "policy/archive/tar_writer.hpp"
#include "policy/request/query.hpp"
#include "policy/request/request.hpp"
#include "policy/request/route.hpp"
#include "policy/request/target.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/upload_fields.hpp"
#include "tests/policy/rules/rules_folder.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {
namespace {

constexpr std::string_view one_test =
    "  - it: pings\n"
    "    request: GET /_ping\n"
    "    expect: {deny: default}\n";

std::shared_ptr<const PolicySet> load(const RulesFolder& folder, std::string_view rules) {
  folder.write("probe.yaml", policy_text(rules, one_test));
  Diagnostics diagnostics;
  auto set = load_policies(folder.path(), {}, diagnostics);
  REQUIRE_MESSAGE(set != nullptr, diagnostics.to_text());
  return set;
}

Request request(Method method, std::string_view text) {
  const auto target = parse_target(text);
  REQUIRE(target.has_value());
  auto made = route(method, *target);
  REQUIRE(made.has_value());
  REQUIRE(parse_query(target->query, *made).has_value());
  return std::move(*made);
}

archive::Entry entry(archive::EntryType type, std::string path) {
  archive::Entry made;
  made.type = type;
  made.path = std::move(path);
  made.mode = 0644;
  if (type == archive::EntryType::symlink) made.link = "x";
  return made;
}

std::string tar(const std::vector<std::pair<archive::Entry, std::string>>& entries) {
  std::string bytes;
  for (const auto& [one, text] : entries)
    archive::append_entry(one, text, bytes);
  archive::append_end(bytes);
  return bytes;
}

struct Judged {
  Decision decision;
  std::string error;
  std::uint64_t cleared = 0;
};

Judged judge(const Policy& policy, const Request& asked, std::string_view upload) {
  const Facts facts;
  Decision decision = policy.evaluate(asked, facts).decision;
  UploadJudge judge(policy, asked, facts, decision);
  auto result = judge.feed(upload);
  if (result) result = judge.finish();
  return {judge.decision(), result ? "" : result.error().text, judge.cleared()};
}

const archive::EntryType plain = archive::EntryType::file;
const archive::EntryType device = archive::EntryType::block_device;
const archive::EntryType link = archive::EntryType::symlink;

}  // namespace

TEST_CASE("upload: a deny hits when one entry fits all its conditions, not several together") {
  const RulesFolder folder;
  const auto set = load(folder, R"(  - allow: all
    actions: [ImageCreate]
    may_set: every_field
  - deny: device-in-dev
    actions: [ImageCreate]
    when:
      archive.type: {one_of: [block-device]}
      archive.path: {under: /dev}
    because: no devices there, please
)");
  const Policy& policy = *set->find("probe");
  const Request asked = request(Method::post, "/images/create?fromSrc=-");
  CHECK(policy.reads_upload(*asked.operation));
  CHECK_FALSE(policy.reads_upload(operation(OperationId::image_load)));
  CHECK_FALSE(policy.reads_upload(operation(OperationId::container_create)));
  const Judged apart =
      judge(policy, asked, tar({{entry(plain, "dev/a"), ""}, {entry(device, "b"), ""}}));
  CHECK(apart.error == "");
  CHECK(apart.decision.by == "probe/all");
  const Judged together =
      judge(policy, asked,
            tar({{entry(plain, "a"), "x"}, {entry(device, "dev/b"), ""}, {entry(plain, "c"), ""}}));
  CHECK(together.decision.by == "probe/device-in-dev");
  CHECK(together.decision.at == "dev/b");
  CHECK(together.cleared <= 1024);  // nothing of the device
  CHECK(
      denial_text(together.decision, "ImageCreate", "me", "1") ==
      "denied by policy probe, rule probe/device-in-dev: no devices there, please (at dev/b). Ask "
      "me, request 1.");
}

TEST_CASE("upload: an allow must hold for everything, and one of several is enough") {
  const RulesFolder folder;
  const auto set = load(folder, R"(  - allow: into-srv
    actions: [PutContainerArchive]
    when:
      archive.path: {under: /srv}
      archive.type: {one_of: [file, directory]}
  - allow: links
    actions: [PutContainerArchive]
    when:
      archive.type: symlink
  - allow: packed
    actions: [PutContainerArchive]
    when:
      archive.compression: gzip
)");
  const Policy& policy = *set->find("probe");
  const Request asked = request(Method::put, "/containers/web/archive?path=/srv/x");
  CHECK(judge(policy, asked, tar({{entry(plain, "a"), ""}})).decision.by == "probe/into-srv");
  CHECK(judge(policy, asked, tar({{entry(link, "a"), ""}})).decision.by == "probe/links");
  CHECK(judge(policy, asked, tar({})).decision.by == "probe/into-srv");
  const std::string both = tar({{entry(plain, "a"), ""}, {entry(link, "l"), ""}});
  const Judged mixed = judge(policy, asked, both);
  CHECK(mixed.decision.by == "default");
  CHECK(mixed.decision.at == "l");
  CHECK(
      denial_text(mixed.decision, "PutContainerArchive", "", "1") ==
      "denied by policy probe: no rule allows PutContainerArchive with this archive.type (closest: "
      "into-srv) (at l). Request 1.");
  CHECK(judge(policy, asked, archive::pack(archive::Compression::gzip, both)).decision.by ==
        "probe/packed");
  const Request elsewhere = request(Method::put, "/containers/web/archive?path=/srvx");
  CHECK(judge(policy, elsewhere, tar({{entry(plain, "a"), ""}})).decision.by == "default");
}

TEST_CASE("upload: other conditions of a rule count as ever") {
  const RulesFolder folder;
  const auto set = load(folder, R"(  - allow: all
    actions: [PutContainerArchive]
  - deny: no-files-in-tmp
    actions: [PutContainerArchive]
    when:
      query.path: /tmp
      archive.type: file
    because: nothing goes there at all
)");
  const Policy& policy = *set->find("probe");
  const std::string files = tar({{entry(plain, "a"), ""}});
  CHECK(
      judge(policy, request(Method::put, "/containers/web/archive?path=/tmp"), files).decision.by ==
      "probe/no-files-in-tmp");
  CHECK(
      judge(policy, request(Method::put, "/containers/web/archive?path=/srv"), files).decision.by ==
      "probe/all");
}

TEST_CASE("upload: warn and audit rules watch, and stop nothing") {
  const RulesFolder folder;
  const auto set = load(folder, R"(  - allow: all
    actions: [ImageLoad]
  - deny: latest
    actions: [ImageLoad]
    when: {load.tag: latest}
    because: give it a version, please
    mode: warn
  - deny: many
    actions: [ImageLoad]
    when: {archive.number: {at_least: 2}}
    because: who loads so many things
    mode: audit
)");
  const Policy& policy = *set->find("probe");
  const Request asked = request(Method::post, "/images/load");
  const Judged seen =
      judge(policy, asked,
            tar({{entry(plain, "a"), ""},
                 {entry(plain, "manifest.json"), R"([{"RepoTags":["b:1","a"]}])"}}));
  CHECK(seen.error == "");
  CHECK(seen.decision.by == "probe/all");
  REQUIRE(seen.decision.warns.size() == 1);
  CHECK(seen.decision.warns[0].rule == "probe/latest");
  CHECK(seen.decision.audits == std::vector<std::string>{"probe/many"});
}

TEST_CASE("upload: what cannot be computed is hit by a deny and missed by an allow") {
  const RulesFolder folder;
  const auto set = load(folder, R"(  - allow: ours
    actions: [ImageBuild]
    when: {build.from.registry: registry.example.com}
  - deny: run
    actions: [ImageBuild]
    when: {build.instruction: RUN}
    because: nothing is run in builds
)");
  const Policy& policy = *set->find("probe");
  const Request asked = request(Method::post, "/build");
  const auto build = [&](std::string_view text) {
    return judge(policy, asked, tar({{entry(plain, "Dockerfile"), std::string(text)}})).decision.by;
  };
  CHECK(build("FROM registry.example.com/a") == "probe/ours");
  CHECK(build("FROM scratch") == "probe/ours");
  CHECK(build("FROM alpine") == "default");
  CHECK(build("FROM $X") == "default");
  CHECK(build("FROM registry.example.com/a\nRUN id") == "probe/run");
  CHECK(build("FROM registry.example.com/a\nONBUILD RUN id") == "probe/run");
  CHECK(build("FROM registry.example.com/a\nCOPY <<x y\nx") == "probe/run");
}

TEST_CASE("upload: every field can be asked, and only of operations that have it") {
  const RulesFolder folder;
  for (const UploadField& field : all_upload_fields()) {
    const std::string name(field.name);
    CAPTURE(name);
    folder.write("probe.yaml",
                 policy_text("  - deny: asked\n    actions: [ImageBuild, ImageLoad]\n    when: {" +
                                 name + ": {is: set}}\n    because: somebody asked for it\n",
                             one_test));
    CHECK(folder.problems().find("error") == std::string::npos);
    folder.write("probe.yaml",
                 policy_text("  - deny: asked\n    actions: [ContainerCreate]\n    when: {" + name +
                                 ": {is: set}}\n    because: somebody asked for it\n",
                             one_test));
    CHECK(folder.problems().find("error[R14]: ContainerCreate has no field '" + name + "'") !=
          std::string::npos);
  }
}

TEST_CASE("upload: mistakes in rules are reported") {
  const RulesFolder folder;
  const auto problems = [&](std::string_view when) {
    folder.write("probe.yaml",
                 policy_text("  - deny: asked\n    actions: [ImageBuild]\n    when:\n" +
                                 std::string(when) + "    because: somebody asked for it\n",
                             one_test));
    return folder.problems();
  };
  struct Row {
    std::string_view when;
    std::string_view text;
  };
  const Row rows[] = {
      {"      archive.pth: a\n", "did you mean 'archive.path'?"},
      {"      archve.path: a\n", "did you mean 'archive.path'?"},
      {"      build.from.registy: a\n", "did you mean 'build.from.registry'?"},
      {"      load.tag: a\n", "ImageBuild has no field 'load.tag'"},
      {"      archive.bytes: {starts_with: [a]}\n", "'archive.bytes' is a whole number, not text"},
      {"      archive.link_leaves: 'yes'\n", "error[R24]"},
      {"      archive.privileges: setuid\n", "'archive.privileges' is a list"},
      {"      archive.path: {under: srv}\n", "error[R25]"},
      {"      archive.path: /a\n      build.instruction: RUN\n",
       "asks about different things of an upload at once"},
      {"      build.from.tag: latest\n      build.instruction: RUN\n",
       "asks about different things of an upload at once"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.when);
    const std::string found = problems(row.when);
    CHECK_MESSAGE(found.find(row.text) != std::string::npos, found);
  }
  CHECK(problems("      archive.path: /a\n      archive.compression: gzip\n").find("error") ==
        std::string::npos);
}

TEST_CASE("upload: tests in rule files say what is in one") {
  const RulesFolder folder;
  const auto problems = [&](std::string_view test) {
    folder.write(
        "probe.yaml",
        policy_text("  - allow: all\n    actions: [ImageLoad]\n  - deny: big\n    actions: "
                    "[ImageLoad]\n    when: {archive.bytes: {at_least: 1MiB}}\n    because: "
                    "that is too much\n",
                    "  - it: t\n    request: POST /images/load\n" + std::string(test)));
    return folder.problems();
  };
  CHECK(
      problems(
          "    archive: [{path: a, bytes: 1MiB}]\n    compression: gzip\n    expect: {deny: big}\n")
          .find("error") == std::string::npos);
  CHECK(problems("    archive: [{path: a, bytes: 1048575}]\n    expect: {allow: all}\n")
            .find("error") == std::string::npos);
  CHECK(
      problems("    archive: [{path: ../a}]\n    expect: {deny: ambiguous-body}\n").find("error") ==
      std::string::npos);
  struct Row {
    std::string_view test;
    std::string_view text;
  };
  const Row rows[] = {
      {"    archive: [{path: a, bytes: 2MiB}]\n    expect: {allow: all}\n",
       "expected allow by probe/all, got deny by probe/big"},
      {"    archive: a\n    expect: {allow: all}\n", "'archive' must be a list of entries"},
      {"    archive: [a]\n    expect: {allow: all}\n", "an entry must be a map"},
      {"    archive: [{pth: a}]\n    expect: {allow: all}\n", "did you mean 'path'?"},
      {"    archive: [{path: a, type: device}]\n    expect: {allow: all}\n",
       "there is no type 'device'"},
      {"    archive: [{path: a, mode: 755}]\n    expect: {allow: all}\n", "octal digits in quotes"},
      {"    archive: [{path: a, text: b, bytes: 1}]\n    expect: {allow: all}\n", "not both"},
      {"    compression: gzip\n    expect: {allow: all}\n", "needs an 'archive'"},
      {"    archive: []\n    compression: zip\n    expect: {allow: all}\n",
       "there is no compression 'zip'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.test);
    const std::string found = problems(row.test);
    CHECK_MESSAGE(found.find(row.text) != std::string::npos, found);
  }
}

}  // namespace sealock::policy
