#include "tests/policy/rules/policy_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

using namespace testing;
using Id = OperationId;

const Value yes{true};

Verdict judge(const std::shared_ptr<const CompiledPolicy>& own,
              const Request& request,
              const Facts& facts = {},
              const std::shared_ptr<const CompiledPolicy>& baseline = nullptr) {
  return Policy(own, baseline).evaluate(request, facts);
}

TEST_CASE("evaluate: an empty policy denies every operation") {
  const auto own = compiled("empty", {});
  for (const Operation& operation : all_operations()) {
    Request request;
    request.operation = &operation;
    const Verdict verdict = judge(own, request);
    CHECK_FALSE(verdict.permit.has_value());
    CHECK(verdict.decision.by == "default");
    CHECK_FALSE(Policy(own, nullptr).could_allow(operation));
  }
}

// Every pair of operations x effects x modes: what one rule on one operation and one rule on
// another say about a request of the first.
TEST_CASE("evaluate: two rules of every kind and mode, on the same and on different operations") {
  const Effect effects[] = {Effect::deny, Effect::allow};
  const Mode modes[] = {Mode::enforce, Mode::warn, Mode::audit};
  const Id operations[] = {Id::container_list, Id::container_create, Id::system_ping};
  std::size_t cases = 0;
  for (const Id asked : operations) {
    for (const Id first : operations) {
      for (const Id second : operations) {
        for (int i = 0; i < 36; ++i) {
          const Effect e1 = effects[i % 2];
          const Effect e2 = effects[i / 2 % 2];
          const Mode m1 = modes[i / 4 % 3];
          const Mode m2 = modes[i / 12];
          CompiledRule one = e1 == Effect::deny ? deny("one", {first}) : allow("one", {first});
          CompiledRule two = e2 == Effect::deny ? deny("two", {second}) : allow("two", {second});
          one.mode = m1;
          two.mode = m2;
          const auto own = compiled("p", {one, two});
          const auto counts = [&](Effect effect, Mode mode) {
            return (asked == first && e1 == effect && m1 == mode) ||
                   (asked == second && e2 == effect && m2 == mode);
          };
          const bool denied = counts(Effect::deny, Mode::enforce);
          const bool allowed = counts(Effect::allow, Mode::enforce) && !denied;
          const Verdict verdict = judge(own, make_request(asked));
          CAPTURE(i);
          CHECK(verdict.permit.has_value() == allowed);
          CHECK(verdict.decision.denies.empty() == !denied);
          CHECK(verdict.decision.warns.empty() == !counts(Effect::deny, Mode::warn));
          CHECK(verdict.decision.audits.empty() == !counts(Effect::deny, Mode::audit));
          CHECK(Policy(own, nullptr).could_allow(operation(asked)) == allowed);
          ++cases;
        }
      }
    }
  }
  CHECK(cases == 972);
}

TEST_CASE("evaluate: the baseline denies what the policy allows, and allows nothing") {
  const auto own = compiled("admin", {allow("all", {Id::container_create}, {}, {"HostConfig"})});
  const auto baseline = compiled_baseline({deny(
      "privileged", {Id::container_create}, {when("body.HostConfig.Privileged", {equals(yes)})})});
  const Request plain = make_request(Id::container_create, R"({"HostConfig":{"Init":true}})");
  CHECK(judge(own, plain, {}, baseline).permit.has_value());
  const Request privileged =
      make_request(Id::container_create, R"({"HostConfig":{"Privileged":true}})");
  const Verdict verdict = judge(own, privileged, {}, baseline);
  CHECK_FALSE(verdict.permit.has_value());
  CHECK(verdict.decision.by == "baseline/privileged");
  CHECK(verdict.decision.policy == "admin");
  CHECK(verdict.decision.because == "reason of privileged");
}

TEST_CASE("evaluate: an allow rule in the baseline is an error, not a grant") {
  CompiledPolicy policy;
  policy.name = "baseline";
  policy.every_client = true;
  policy.rules = {allow("oops", {Id::container_list})};
  policy.rules[0].name = "baseline/oops";
  const Result<void> result = index_rules(policy);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().text == "baseline/oops: the policy of every client holds deny rules only");
}

TEST_CASE("evaluate: the baseline judged by itself counts once") {
  const auto baseline = compiled_baseline({deny("all", {Id::swarm_init})});
  const Verdict verdict = judge(baseline, make_request(Id::swarm_init), {}, baseline);
  CHECK(verdict.decision.denies == std::vector<std::string>{"baseline/all"});
}

TEST_CASE("evaluate: what cannot be computed makes a deny hit and an allow miss") {
  // No fact was asked for: nothing is known of the object.
  const Request stop = make_request(Id::container_stop, {}, {}, "web");
  const std::vector on_label{when("target.Labels[a]", {equals(Value("x"))})};
  CHECK_FALSE(judge(compiled("p", {allow("own", {Id::container_stop}, on_label)}), stop)
                  .permit.has_value());
  const auto denied = compiled(
      "p", {allow("any", {Id::container_stop}), deny("theirs", {Id::container_stop}, on_label)});
  CHECK(judge(denied, stop).decision.by == "p/theirs");

  Facts failed;
  Fact nothing = missing_fact(ObjectKind::container, "web");
  nothing.failed = true;
  failed.add(nothing);
  CHECK(judge(denied, stop, failed).decision.by == "p/theirs");
  CHECK(judge(denied, stop, failed).decision.not_found.empty());
}

TEST_CASE("evaluate: target conditions judge the object in the path") {
  const std::vector managed{when("target.Labels[managed-by]", {equals(Value("ansible"))})};
  const auto own = compiled("deployer", {allow("manage", {Id::container_restart}, managed)});
  const Request request = make_request(Id::container_restart, {}, {}, "web");
  CHECK(Policy(own, nullptr).wants_target(operation(Id::container_restart)));
  CHECK_FALSE(Policy(own, nullptr).wants_target(operation(Id::container_stop)));

  Facts own_facts;
  own_facts.add(
      fact(ObjectKind::container, "web", R"({"Config":{"Labels":{"managed-by":"ansible"}}})"));
  CHECK(judge(own, request, own_facts).permit.has_value());
  Request pinned = request;
  pinned.target = "web-full-id";
  CHECK(judge(own, pinned, own_facts).permit.has_value());

  Facts other_facts;
  other_facts.add(fact(ObjectKind::container, "web", R"({"Config":{"Labels":{}}})"));
  const Verdict verdict = judge(own, request, other_facts);
  CHECK_FALSE(verdict.permit.has_value());
  CHECK(verdict.decision.not_found.empty());
  CHECK(verdict.decision.closest == "manage");
  CHECK(verdict.decision.because == "with this target.Labels[managed-by]");
}

TEST_CASE("evaluate: an object that does not exist is Docker's 404, and is not forwarded") {
  const std::vector managed{when("target.Labels[a]", {equals(Value("x"))})};
  Facts facts;
  facts.add(missing_fact(ObjectKind::container, "web"));
  const Request stop = make_request(Id::container_stop, {}, {}, "web");

  const auto own = compiled("p", {allow("own", {Id::container_stop}, managed)});
  const Verdict verdict = judge(own, stop, facts);
  CHECK_FALSE(verdict.permit.has_value());
  CHECK(verdict.decision.by == "default");
  CHECK(verdict.decision.not_found == "No such container: web");

  // A deny rule that looks at the object, and an allow rule that does not.
  const auto guarded = compiled(
      "p", {allow("any", {Id::container_stop}), deny("theirs", {Id::container_stop}, managed)});
  CHECK(judge(guarded, stop, facts).decision.not_found == "No such container: web");

  // Without any rule on the object the engine answers by itself.
  const auto plain = compiled("p", {allow("any", {Id::container_stop})});
  CHECK(judge(plain, stop, facts).permit.has_value());

  // What is denied anyway stays a denial: no oracle for what exists.
  const auto refused = compiled("p", {deny("theirs", {Id::container_stop}, managed)});
  CHECK(judge(refused, stop, facts).decision.not_found.empty());
  const auto never = compiled(
      "p", {allow("own", {Id::container_stop}, managed), deny("no", {Id::container_stop})});
  CHECK(judge(never, stop, facts).decision.by == "p/no");
  CHECK(judge(never, stop, facts).decision.not_found.empty());
}

TEST_CASE(
    "evaluate: an object that the policy hides is Docker's 404, with the client's own words") {
  const std::vector mine{when("target.Labels[owner]", {equals(Value("me"))})};
  const auto own = compiled(
      "p", {allow("look", {Id::container_list, Id::container_inspect, Id::container_stop}, mine)});
  Facts facts;
  facts.add(fact(ObjectKind::container, "vault", R"({"Config":{"Labels":{"owner":"you"}}})"));
  for (const Id id : {Id::container_inspect, Id::container_stop, Id::container_kill}) {
    Request request = make_request(id, {}, {}, "vault");
    request.target = "vault-full-id";  // pinned before the decision
    const Verdict verdict = judge(own, request, facts);
    CHECK_FALSE(verdict.permit.has_value());
    CHECK(verdict.decision.not_found == "No such container: vault");
  }
  // Its own container it sees; what it may not do with it is an ordinary denial.
  Facts visible;
  visible.add(fact(ObjectKind::container, "job", R"({"Config":{"Labels":{"owner":"me"}}})"));
  const Verdict verdict = judge(own, make_request(Id::container_kill, {}, {}, "job"), visible);
  CHECK(verdict.decision.not_found.empty());
  CHECK(verdict.decision.by == "default");
}

TEST_CASE("evaluate: a default denial says what was missing, and never a value") {
  const auto own = compiled(
      "ci", {allow("create-job", {Id::container_create},
                   {when("body.HostConfig.Memory", {make_test(TestKind::at_most, {Value(1000L)})})},
                   {"Image", "Cmd"}),
             allow("create-other", {Id::container_create},
                   {when("body.HostConfig.Memory", {make_test(TestKind::at_least, {Value(5000L)})}),
                    when("body.Image", {one_of({"secret-image"})})})});
  const auto decide = [&](std::string_view body) {
    return judge(own, make_request(Id::container_create, body)).decision;
  };
  Decision decision = decide(R"({"Image":"a","HostConfig":{"Memory":10,"CgroupParent":"/x"}})");
  CHECK(decision.closest == "create-job");
  CHECK(decision.because == "with HostConfig.CgroupParent set");
  decision = decide(R"({"Image":"a","HostConfig":{"Memory":2000}})");
  CHECK(decision.closest == "create-job");
  CHECK(decision.because == "with this HostConfig.Memory");
  decision = judge(own, make_request(Id::container_exec, R"({"Cmd":["id"]})")).decision;
  CHECK(decision.closest.empty());
  CHECK(decision.because.empty());
}

TEST_CASE("evaluate: could_allow sees unconditional denies only") {
  const auto own = compiled("p", {allow("create", {Id::container_create, Id::image_build})});
  const auto baseline =
      compiled_baseline({deny("no-build", {Id::image_build}),
                         deny("privileged", {Id::container_create},
                              {when("body.HostConfig.Privileged", {equals(yes)})})});
  const Policy policy(own, baseline);
  CHECK(policy.could_allow(operation(Id::container_create)));
  CHECK_FALSE(policy.could_allow(operation(Id::image_build)));
  CHECK_FALSE(policy.could_allow(operation(Id::system_ping)));
}

TEST_CASE("policy: which clients it is for") {
  auto made = std::make_shared<CompiledPolicy>();
  made->name = "deployer";
  made->applies_to = {{.listener = "deployer", .uid = 1001, .gid = {}},
                      {.listener = {}, .uid = {}, .gid = 7}};
  REQUIRE(index_rules(*made).has_value());
  const Policy policy(made, nullptr);
  CHECK(policy.applies_to({"deployer", 1001, 5}));
  CHECK(policy.applies_to({"other", 3, 7}));
  CHECK_FALSE(policy.applies_to({"deployer", 1002, 5}));
  CHECK_FALSE(policy.applies_to({"other", 1001, 5}));
  CHECK_FALSE(policy.applies_to({"deployer", {}, {}}));  // no peer credentials: matches no uid
}

TEST_CASE("policy: the hash covers the file and the baseline") {
  const auto a = compiled("a", {});
  const auto b = compiled("b", {});
  const auto baseline = compiled_baseline({});
  CHECK(Policy(a, nullptr).hash().size() == 12);
  CHECK(Policy(a, nullptr).hash() == Policy(compiled("a", {}), nullptr).hash());
  CHECK(Policy(a, nullptr).hash() != Policy(b, nullptr).hash());
  CHECK(Policy(a, nullptr).hash() != Policy(a, baseline).hash());
}

TEST_CASE("policy set: finds by name") {
  const PolicySet set({Policy(compiled("a", {}), nullptr), Policy(compiled("b", {}), nullptr)});
  REQUIRE(set.find("b") != nullptr);
  CHECK(set.find("b")->name() == "b");
  CHECK(set.find("c") == nullptr);
}

}  // namespace
}  // namespace sealock::policy
