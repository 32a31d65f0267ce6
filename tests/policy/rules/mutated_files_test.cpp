// Files that people broke in every way: whatever is in a rule file, reading it ends with a policy or
// with errors that have a place in it.
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/rule_set.hpp"
#include "tests/policy/rules/rules_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace sealock::policy {
namespace {

constexpr std::string_view original = R"(version: 1
policy: probe
description: A policy with one of everything.
owner: nobody
applies_to: [{listener: probe, uid: 1001}]
use: [lists/docker.yaml]
lists: {networks: [apps, edge]}
rules:
  - allow: look
    actions: [$probe, ContainerList, ContainerInspect]
    when:
      target.Labels[team]: web
  - allow: create
    actions: [ContainerCreate]
    when:
      effective.networks: {every: {one_of: $networks}}
      body.HostConfig.Memory: {at_least: 16MiB, at_most: 4GiB}
      body.Image: {matches: "registry/[a-z]+"}
    may_set: [$plain_container_fields, query.platform]
  - deny: latest
    actions: [ImageCreate]
    when: {query.tag: {one_of: [latest]}}
    because: deploy a version, please
    severity: high
    mode: warn
    since: 2026-09-01
    references: [attack/T1611]
  - redact: no-environment
    actions: [ContainerInspect]
    remove: [Config.Env]
    mask: ["Config.Labels{secrets}", $secrets]
    because: secrets live there
tests:
  - it: shows no environment
    request: GET /containers/web/json
    target: {Labels: {team: web}}
    answer: {Id: a, Config: {Env: [A=b]}}
    expect: {allow: look, client_sees: {Id: a, Config: {}}}
  - it: cannot pull
    request: POST /images/create?fromImage=a&tag=latest
    objects: {image: {a: null}}
    expect: {deny: default, warns: [latest]}
)";

constexpr std::array<std::string_view, 24> pieces{
    "[",   "]",  "{",   "}",  ": ", "- ",  "\"",    "'",      "$",    "\n", "  ",   "null",
    "&a ", "*a", "!t ", "[]", "{}", "|\n", "every", "rules:", "\xFF", "\t", "0755", "#"};

// One to four changes: pieces put in, bytes and lines taken out, moved or repeated.
std::string mutated(std::mt19937& random) {
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  std::string text(original);
  for (std::size_t changes = below(4) + 1; changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    const std::size_t line = text.rfind('\n', at) + 1;
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    switch (below(5)) {
    case 0:
      text.insert(at, pieces.at(below(pieces.size())));
      break;
    case 1:
      text.erase(at, below(8) + 1);
      break;
    case 2:
      text.erase(line, end - line);
      break;
    case 3:
      text.insert(line, text.substr(line, end - line));
      break;
    default:
      text.at(at) = static_cast<char>(below(256));
      break;
    }
  }
  return text;
}

std::size_t rounds() {
  const char* wanted = std::getenv("SEALOCK_MUTATIONS");
  return wanted == nullptr ? 300 : std::strtoul(wanted, nullptr, 10);
}

}  // namespace

TEST_CASE("mutated files: load, or say where they are wrong") {
  const RulesFolder folder;
  folder.write("probe.yaml", original);
  CHECK(folder.problems().find("error[") == std::string::npos);

  const unsigned seed = std::random_device{}();
  MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::size_t refused = 0;
  const std::size_t count = rounds();
  for (std::size_t round = 0; round < count; ++round) {
    const std::string text = mutated(random);
    CAPTURE(text);
    folder.write("probe.yaml", text);
    Diagnostics diagnostics;
    const auto set = load_policies(folder.path(), {}, diagnostics);
    CHECK((set == nullptr) == diagnostics.has_errors());
    if (set == nullptr) ++refused;
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      CAPTURE(diagnostic.text);
      CHECK(diagnostic.place.line >= 1);
      CHECK(diagnostic.place.line <= lines);
      CHECK(diagnostic.place.column >= 1);
    }
    CHECK(diagnostics.to_text().empty() == diagnostics.all().empty());
  }
  CHECK(refused > count / 2);
}

}  // namespace sealock::policy
