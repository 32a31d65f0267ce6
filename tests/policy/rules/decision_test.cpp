#include "policy/rules/decision.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <type_traits>

namespace sealock::policy {
namespace {

Hit hit(std::string rule, Effect effect, Mode mode, Severity severity = Severity::medium) {
  return Hit{std::move(rule), effect, mode, severity, "reason of the rule"};
}

bool by_name(const Hit& a, const Hit& b) {
  return a.rule < b.rule;
}

TEST_CASE("combine: no rule matched is a deny by default") {
  const Verdict verdict = combine("ci", {});
  CHECK(verdict.decision.effect == Effect::deny);
  CHECK(verdict.decision.policy == "ci");
  CHECK(verdict.decision.by == "default");
  CHECK_FALSE(verdict.permit.has_value());
}

TEST_CASE("combine: deny wins in every order") {
  std::vector<Hit> hits{hit("baseline/all", Effect::deny, Mode::enforce),
                        hit("ci/read", Effect::allow, Mode::enforce, Severity::critical),
                        hit("ci/soon", Effect::deny, Mode::warn)};
  do {
    const Verdict verdict = combine("ci", hits);
    CHECK(verdict.decision.effect == Effect::deny);
    CHECK(verdict.decision.by == "baseline/all");
    CHECK(verdict.decision.because == "reason of the rule");
    CHECK(verdict.decision.denies == std::vector<std::string>{"baseline/all"});
    CHECK_FALSE(verdict.permit.has_value());
  } while (std::next_permutation(hits.begin(), hits.end(), by_name));
}

TEST_CASE("combine: the deny with the highest severity, then the lowest name, is named") {
  std::vector<Hit> hits{hit("ci/a", Effect::deny, Mode::enforce, Severity::low),
                        hit("ci/b", Effect::deny, Mode::enforce, Severity::critical),
                        hit("ci/c", Effect::deny, Mode::enforce, Severity::critical)};
  do {
    const Verdict verdict = combine("ci", hits);
    CHECK(verdict.decision.by == "ci/b");
    CHECK(verdict.decision.denies == std::vector<std::string>{"ci/b", "ci/c", "ci/a"});
  } while (std::next_permutation(hits.begin(), hits.end(), by_name));
}

// Every pair of effect x mode: what each decides.
TEST_CASE("combine: two hits of every effect and mode") {
  const Effect effects[] = {Effect::deny, Effect::allow};
  const Mode modes[] = {Mode::enforce, Mode::warn, Mode::audit};
  for (const Effect e1 : effects) {
    for (const Mode m1 : modes) {
      for (const Effect e2 : effects) {
        for (const Mode m2 : modes) {
          const bool denied = (e1 == Effect::deny && m1 == Mode::enforce) ||
                              (e2 == Effect::deny && m2 == Mode::enforce);
          const bool allowed = (e1 == Effect::allow && m1 == Mode::enforce) ||
                               (e2 == Effect::allow && m2 == Mode::enforce);
          const Verdict verdict = combine("p", {hit("p/1", e1, m1), hit("p/2", e2, m2)});
          CAPTURE(static_cast<int>(e1));
          CAPTURE(static_cast<int>(m1));
          CAPTURE(static_cast<int>(e2));
          CAPTURE(static_cast<int>(m2));
          CHECK(verdict.permit.has_value() == (allowed && !denied));
          CHECK((verdict.decision.effect == Effect::allow) == (allowed && !denied));
          CHECK((verdict.decision.by == "default") == (!allowed && !denied));
          const std::size_t warned =
              (e1 == Effect::deny && m1 == Mode::warn) + (e2 == Effect::deny && m2 == Mode::warn);
          CHECK(verdict.decision.warns.size() == warned);
          const std::size_t audited =
              (e1 == Effect::deny && m1 == Mode::audit) + (e2 == Effect::deny && m2 == Mode::audit);
          CHECK(verdict.decision.audits.size() == audited);
        }
      }
    }
  }
}

TEST_CASE("combine: the permit names the rule that allowed") {
  const Verdict verdict = combine("ci", {hit("ci/read", Effect::allow, Mode::enforce)});
  REQUIRE(verdict.permit.has_value());
  CHECK(verdict.permit->rule() == "ci/read");
}

TEST_CASE("permit: only combine() makes one, and it does not copy") {
  CHECK_FALSE(std::is_constructible_v<Permit, std::string>);
  CHECK_FALSE(std::is_default_constructible_v<Permit>);
  CHECK_FALSE(std::is_copy_constructible_v<Permit>);
  CHECK_FALSE(std::is_copy_assignable_v<Permit>);
}

TEST_CASE("denial: the texts that people read") {
  Decision decision;
  decision.policy = "ci-runner";
  decision.because = "with HostConfig.CgroupParent set";
  decision.closest = "create-job";
  CHECK(denial_text(decision, "ContainerCreate", "ci-team", "01J9Z6Q3") ==
        "denied by policy ci-runner: no rule allows ContainerCreate with HostConfig.CgroupParent "
        "set (closest: create-job). Ask ci-team, request 01J9Z6Q3.");

  Decision bare;
  bare.policy = "monitoring";
  CHECK(denial_text(bare, "ContainerStop", "ops", "7") ==
        "denied by policy monitoring: no rule allows ContainerStop. Ask ops, request 7.");
  CHECK(denial_text(bare, "ContainerStop", "", "7") ==
        "denied by policy monitoring: no rule allows ContainerStop. Request 7.");

  Decision denied;
  denied.policy = "deployer";
  denied.by = "baseline/privileged-container";
  denied.because = "a privileged container is root on the host";
  CHECK(denial_text(denied, "ContainerCreate", "release-team", "9") ==
        "denied by policy deployer, rule baseline/privileged-container: a privileged container is "
        "root on the host. Ask release-team, request 9.");
}

}  // namespace
}  // namespace sealock::policy
