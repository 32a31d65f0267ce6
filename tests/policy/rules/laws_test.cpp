// The five laws of evaluation (rules.md 4.4), each on thousands of random policies and requests.
// SEALOCK_SEED repeats a run.
#include "tests/policy/rules/policy_maker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>

namespace sealock::policy {
namespace {

using namespace testing;
using Id = OperationId;

constexpr int policies = 4000;
constexpr std::array operations{Id::container_list, Id::container_create, Id::container_restart,
                                Id::system_events, Id::container_top};

unsigned long seed() {
  static const unsigned long chosen = [] {
    // The test driver's own environment: the library reads none.
    const char* given = std::getenv("SEALOCK_SEED");
    return given != nullptr ? std::stoul(given) : std::random_device{}();
  }();
  return chosen;
}

// Random rules and requests over few operations and values, so that they often meet.
class Maker {
public:
  explicit Maker(unsigned long salt) : random_(seed() + salt) {}

  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  bool coin() { return pick(2) == 0; }

  Condition condition() {
    switch (pick(6)) {
    case 0:
      return when("body.HostConfig.Privileged", {equals(Value(coin()))});
    case 1:
      return when("body.HostConfig.Memory",
                  {make_test(coin() ? TestKind::at_least : TestKind::at_most,
                             {Value(static_cast<std::int64_t>(pick(3)))})});
    case 2:
      return when("target.Labels[a]", {equals(Value(coin() ? "x" : "y"))});
    case 3:
      return when("query.all", {make_test(coin() ? TestKind::is_set : TestKind::is_unset)});
    case 4:
      return when("query.filters.type", {make_test(TestKind::only, {Value("container")})});
    default:
      return when("body.Image", {one_of({"a", "b"})});
    }
  }

  CompiledRule rule(RuleKind kind, std::size_t number) {
    CompiledRule made = make_rule(kind, "r" + std::to_string(number), {});
    for (const Id id : operations) {
      if (pick(3) != 0) made.operations.set(static_cast<std::size_t>(id));
    }
    for (std::size_t i = pick(3); i > 0; --i)
      made.when.push_back(condition());
    constexpr std::array modes{Mode::enforce, Mode::enforce, Mode::warn, Mode::audit};
    constexpr std::array severities{Severity::low, Severity::medium, Severity::critical};
    made.mode = modes[pick(modes.size())];
    made.severity = severities[pick(severities.size())];
    made.every_field = coin();
    if (coin()) made.may_set = {"Image", "HostConfig", "query.ps_args"};
    return made;
  }

  std::vector<CompiledRule> rules() {
    std::vector<CompiledRule> made;
    const std::size_t count = pick(6);
    for (std::size_t i = 0; i < count; ++i) {
      made.push_back(rule(coin() ? RuleKind::deny : RuleKind::allow, i));
    }
    return made;
  }

  Request request() {
    const Id id = operations[pick(operations.size())];
    switch (id) {
    case Id::container_create:
      return make_request(id, body());
    case Id::container_list:
      return make_request(id, {}, coin() ? "all=1" : "");
    case Id::system_events:
      return make_request(id, {}, coin() ? R"(filters={"type":["container"]})" : "");
    case Id::container_top:
      return make_request(id, {}, coin() ? "ps_args=aux" : "", "web");
    default:
      return make_request(id, {}, {}, "web");
    }
  }

  Facts facts() {
    Facts made;
    if (pick(4) == 0) return made;
    if (pick(4) == 0) {
      made.add(missing_fact(ObjectKind::container, "web"));
    } else {
      made.add(fact(ObjectKind::container, "web",
                    coin() ? R"({"Config":{"Labels":{"a":"x"}}})" : R"({"Config":{"Labels":{}}})"));
    }
    return made;
  }

  void shuffle(std::vector<CompiledRule>& rules) {
    std::shuffle(rules.begin(), rules.end(), random_);
  }

private:
  std::string body() {
    constexpr std::array bodies{
        R"({"Image":"a"})",
        R"({"Image":"c","HostConfig":{"Memory":1}})",
        R"({"HostConfig":{"Privileged":true}})",
        R"({"Image":"b","HostConfig":{"Memory":2,"Privileged":false},"Tty":true})",
    };
    return bodies[pick(bodies.size())];
  }

  std::mt19937_64 random_;
};

struct Case {
  std::vector<CompiledRule> rules;
  Request request;
  Facts facts;
  Verdict verdict;
};

Verdict judge(const std::vector<CompiledRule>& rules, const Case& made) {
  return Policy(compiled("p", rules), nullptr).evaluate(made.request, made.facts);
}

Case make_case(Maker& maker) {
  Case made;
  made.rules = maker.rules();
  made.request = maker.request();
  made.facts = maker.facts();
  made.verdict = judge(made.rules, made);
  return made;
}

bool allowed(const Verdict& verdict) {
  return verdict.permit.has_value();
}

template <typename Law>
void holds_on_random_policies(unsigned long salt, Law law) {
  MESSAGE("SEALOCK_SEED=" << seed());
  Maker maker(salt);
  std::size_t allows = 0;
  for (int i = 0; i < policies; ++i) {
    Case made = make_case(maker);
    allows += allowed(made.verdict) ? 1U : 0U;
    CAPTURE(i);
    law(maker, made);
  }
  // Law-abiding for want of cases would prove nothing.
  CHECK(allows > policies / 20);
  CHECK(allows < policies / 20 * 19);
}

TEST_CASE("law 1: reordering rules changes no verdict, not even the label") {
  holds_on_random_policies(1, [](Maker& maker, Case& made) {
    std::vector<CompiledRule> shuffled = made.rules;
    maker.shuffle(shuffled);
    const Verdict other = judge(shuffled, made);
    CHECK(allowed(other) == allowed(made.verdict));
    CHECK(other.decision.by == made.verdict.decision.by);
    CHECK(other.decision.because == made.verdict.decision.because);
    CHECK(other.decision.closest == made.verdict.decision.closest);
    CHECK(other.decision.not_found == made.verdict.decision.not_found);
    CHECK(other.decision.denies == made.verdict.decision.denies);
    CHECK(other.decision.audits == made.verdict.decision.audits);
  });
}

TEST_CASE("law 2: adding a deny never allows anything") {
  holds_on_random_policies(2, [](Maker& maker, Case& made) {
    std::vector<CompiledRule> more = made.rules;
    more.push_back(maker.rule(RuleKind::deny, 99));
    if (!allowed(made.verdict)) CHECK_FALSE(allowed(judge(more, made)));
  });
}

TEST_CASE("law 3: adding an allow never denies anything") {
  holds_on_random_policies(3, [](Maker& maker, Case& made) {
    std::vector<CompiledRule> more = made.rules;
    more.push_back(maker.rule(RuleKind::allow, 99));
    if (allowed(made.verdict)) CHECK(allowed(judge(more, made)));
  });
}

TEST_CASE("law 4: a rule in warn or audit decides nothing") {
  holds_on_random_policies(4, [](Maker&, Case& made) {
    std::vector<CompiledRule> enforced;
    for (const CompiledRule& rule : made.rules) {
      if (rule.mode == Mode::enforce) enforced.push_back(rule);
    }
    const Verdict other = judge(enforced, made);
    CHECK(allowed(other) == allowed(made.verdict));
    CHECK(other.decision.by == made.verdict.decision.by);
    CHECK(other.decision.not_found == made.verdict.decision.not_found);
  });
}

TEST_CASE("law 5: an empty policy denies all") {
  Maker maker(5);
  for (int i = 0; i < policies; ++i) {
    Case made;
    made.request = maker.request();
    made.facts = maker.facts();
    const Verdict verdict = judge({}, made);
    CHECK_FALSE(allowed(verdict));
    CHECK(verdict.decision.by == "default");
  }
}

TEST_CASE("law: a permit exists exactly when the decision is to allow") {
  holds_on_random_policies(6, [](Maker&, Case& made) {
    const Decision& decision = made.verdict.decision;
    CHECK(allowed(made.verdict) == (decision.effect == Effect::allow));
    if (allowed(made.verdict)) {
      CHECK(decision.denies.empty());
      CHECK(decision.not_found.empty());
      CHECK(made.verdict.permit->rule() == decision.by);
    }
  });
}

}  // namespace
}  // namespace sealock::policy
