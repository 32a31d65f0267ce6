#include "policy/request/json_reader.hpp"
#include "tests/policy/rules/policy_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

using namespace testing;
using Id = OperationId;

std::vector<Condition> owner(std::string_view name) {
  return {when("target.Labels[owner]", {equals(Value(name))})};
}

bool sees(const ObjectFilter& filter, std::string_view object) {
  const Result<Value> value = read_json(object);
  REQUIRE(value.has_value());
  return !filter || filter(*value).shown;
}

constexpr std::string_view mine = R"({"Names":["/a"],"Labels":{"owner":"me"},"State":"running"})";
constexpr std::string_view yours = R"({"Names":["/b"],"Labels":{"owner":"you"},"State":"running"})";
constexpr std::string_view nobodys = R"({"Names":["/c"],"Labels":{},"State":"running"})";

TEST_CASE("filter: no rule on objects shows every object, without asking") {
  const Policy policy(compiled("p", {allow("list", {Id::container_list})}), nullptr);
  const Request request = make_request(Id::container_list);
  CHECK_FALSE(policy.object_filter(request, {}));
  CHECK(policy.redaction(operation(Id::container_list)) == nullptr);
}

TEST_CASE("filter: a conditional allow shows what it holds on, and the list itself is allowed") {
  const Policy policy(compiled("p", {allow("list", {Id::container_list}, owner("me"))}), nullptr);
  const Request request = make_request(Id::container_list);
  CHECK(policy.evaluate(request, {}).permit.has_value());
  CHECK_FALSE(policy.wants_target(operation(Id::container_list)));
  CHECK(policy.redaction(operation(Id::container_list)) != nullptr);
  const ObjectFilter filter = policy.object_filter(request, {});
  CHECK(sees(filter, mine));
  CHECK_FALSE(sees(filter, yours));
  CHECK_FALSE(sees(filter, nobodys));
  CHECK_FALSE(sees(filter, "{}"));  // nothing to judge by
}

TEST_CASE("filter: several allows add up, in any order") {
  for (const bool swapped : {false, true}) {
    std::vector rules{allow("mine", {Id::container_list}, owner("me")),
                      allow("yours", {Id::container_list}, owner("you"))};
    if (swapped) std::swap(rules[0], rules[1]);
    const Policy policy(compiled("p", rules), nullptr);
    const ObjectFilter filter = policy.object_filter(make_request(Id::container_list), {});
    CHECK(sees(filter, mine));
    CHECK(sees(filter, yours));
    CHECK_FALSE(sees(filter, nobodys));
  }
}

TEST_CASE("filter: a deny on objects hides them and does not refuse the list") {
  const auto own = compiled("p", {allow("list", {Id::container_list}),
                                  deny("not-yours", {Id::container_list}, owner("you"))});
  const Policy policy(own, nullptr);
  const Request request = make_request(Id::container_list);
  CHECK(policy.evaluate(request, {}).permit.has_value());
  const ObjectFilter filter = policy.object_filter(request, {});
  CHECK(sees(filter, mine));
  CHECK_FALSE(sees(filter, yours));
  CHECK(sees(filter, nobodys));
  // A list that does not show the labels: the deny cannot be computed, so it hits.
  CHECK_FALSE(sees(filter, R"({"Names":["/d"],"State":"running"})"));
}

TEST_CASE("filter: a rule in warn or audit hides and shows nothing") {
  for (const Mode mode : {Mode::warn, Mode::audit}) {
    CompiledRule widening = allow("wide", {Id::container_list});
    widening.mode = mode;
    const Policy policy(compiled("p", {allow("mine", {Id::container_list}, owner("me")), widening,
                                       deny("never", {Id::container_list}, owner("me"), mode)}),
                        nullptr);
    const ObjectFilter filter = policy.object_filter(make_request(Id::container_list), {});
    CHECK(sees(filter, mine));
    CHECK_FALSE(sees(filter, yours));
  }
}

TEST_CASE("filter: an allow whose other conditions fail on the request shows nothing") {
  const auto own = compiled(
      "p", {allow("mine", {Id::container_list}, owner("me")),
            allow("all", {Id::container_list}, {when("query.all", {equals(Value(true))})})});
  const Policy policy(own, nullptr);
  CHECK_FALSE(sees(policy.object_filter(make_request(Id::container_list), {}), yours));
  CHECK(sees(policy.object_filter(make_request(Id::container_list, {}, "all=1"), {}), yours));
}

TEST_CASE("filter: the baseline's denies hide too") {
  const Policy policy(compiled("p", {allow("list", {Id::container_list})}),
                      compiled_baseline({deny("not-yours", {Id::container_list}, owner("you"))}));
  const ObjectFilter filter = policy.object_filter(make_request(Id::container_list), {});
  CHECK(sees(filter, mine));
  CHECK_FALSE(sees(filter, yours));
  CHECK(policy.redaction(operation(Id::container_list)) != nullptr);
}

TEST_CASE("filter: events of containers only") {
  const Policy policy(compiled("p", {allow("watch", {Id::system_events},
                                           {when("target.Type", {equals(Value("container"))})})}),
                      nullptr);
  const Request request = make_request(Id::system_events);
  CHECK(policy.evaluate(request, {}).permit.has_value());
  const ObjectFilter filter = policy.object_filter(request, {});
  CHECK(sees(filter, R"({"Type":"container","Action":"start","Actor":{"Attributes":{}}})"));
  CHECK_FALSE(sees(filter, R"({"Type":"secret","Action":"create","Actor":{"Attributes":{}}})"));
  CHECK_FALSE(sees(filter, R"({"Action":"start","Actor":{"Attributes":{}}})"));
}

}  // namespace
}  // namespace sealock::policy
