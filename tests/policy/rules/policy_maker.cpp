#include "tests/policy/rules/policy_maker.hpp"

#include "policy/effective/effective.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/query.hpp"

#include <doctest/doctest.h>

#include <array>
#include <utility>

namespace sealock::policy::testing {
namespace {

FieldReference field_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, FieldSource>, 5> prefixes{{
      {"query.filters.", FieldSource::filter},
      {"query.", FieldSource::query},
      {"body.", FieldSource::body},
      {"effective.", FieldSource::effective},
      {"target.", FieldSource::target},
  }};
  FieldReference field{FieldSource::body, std::string(text), {}, nullptr};
  for (const auto& [prefix, source] : prefixes) {
    if (!text.starts_with(prefix)) continue;
    field.source = source;
    const std::string_view rest = text.substr(prefix.size());
    if (source == FieldSource::effective) {
      field.view = find_view(rest);
      REQUIRE(field.view != nullptr);
    } else {
      field.path = parse_path(rest);
      REQUIRE_FALSE(field.path.empty());
    }
    return field;
  }
  FAIL("no such field: " << text);
  return field;
}

std::shared_ptr<const CompiledPolicy> indexed(CompiledPolicy policy) {
  for (CompiledRule& rule : policy.rules)
    rule.name = policy.name + "/" + rule.id;
  auto shared = std::make_shared<CompiledPolicy>(std::move(policy));
  const Result<void> result = index_rules(*shared);
  REQUIRE(result.has_value());
  return shared;
}

}  // namespace

ValueTest make_test(TestKind kind, std::vector<Value> operands) {
  ValueTest test;
  test.kind = kind;
  test.operands = std::move(operands);
  return test;
}

ValueTest equals(Value operand) {
  return make_test(TestKind::equals, {std::move(operand)});
}

ValueTest one_of(std::initializer_list<std::string_view> words) {
  std::vector<Value> operands;
  for (const std::string_view word : words)
    operands.emplace_back(word);
  return make_test(TestKind::one_of, std::move(operands));
}

ValueTest quantified(TestKind kind, std::vector<ValueTest> inner) {
  ValueTest test;
  test.kind = kind;
  test.inner = std::move(inner);
  return test;
}

Condition when(std::string_view field, std::vector<ValueTest> tests) {
  return {field_of(field), std::move(tests), {}};
}

CompiledRule make_rule(RuleKind kind,
                       std::string id,
                       std::initializer_list<OperationId> operations) {
  CompiledRule rule;
  rule.kind = kind;
  rule.because = "reason of " + id;
  rule.id = std::move(id);
  for (const OperationId operation : operations) {
    rule.operations.set(static_cast<std::size_t>(operation));
  }
  return rule;
}

CompiledRule allow(std::string id,
                   std::initializer_list<OperationId> operations,
                   std::vector<Condition> conditions,
                   std::vector<std::string> may_set) {
  CompiledRule rule = make_rule(RuleKind::allow, std::move(id), operations);
  rule.when = std::move(conditions);
  rule.may_set = std::move(may_set);
  return rule;
}

CompiledRule deny(std::string id,
                  std::initializer_list<OperationId> operations,
                  std::vector<Condition> conditions,
                  Mode mode) {
  CompiledRule rule = make_rule(RuleKind::deny, std::move(id), operations);
  rule.when = std::move(conditions);
  rule.mode = mode;
  return rule;
}

std::shared_ptr<const CompiledPolicy> compiled(std::string name, std::vector<CompiledRule> rules) {
  CompiledPolicy policy;
  policy.name = std::move(name);
  policy.owner = "team";
  policy.rules = std::move(rules);
  policy.content = policy.name;
  return indexed(std::move(policy));
}

std::shared_ptr<const CompiledPolicy> compiled_baseline(std::vector<CompiledRule> rules) {
  CompiledPolicy policy;
  policy.name = "baseline";
  policy.every_client = true;
  policy.rules = std::move(rules);
  policy.content = "baseline";
  return indexed(std::move(policy));
}

Request make_request(OperationId id,
                     std::string_view body,
                     std::string_view query,
                     std::string target) {
  Request request;
  request.operation = &operation(id);
  request.target = std::move(target);
  if (!body.empty()) {
    REQUIRE(request.operation->body != nullptr);
    Result<Value> read = read_json_body(body, *request.operation->body);
    if (!read) FAIL(read.error().text);
    request.body = std::move(*read);
  }
  if (!query.empty()) {
    const Result<void> parsed = parse_query(query, request);
    if (!parsed) FAIL(parsed.error().text);
  }
  return request;
}

Fact fact(ObjectKind kind, std::string name, std::string_view inspect) {
  Result<Value> document = read_json(inspect);
  REQUIRE(document.has_value());
  Fact made;
  made.id = name + "-full-id";
  made.lookup = {kind, std::move(name)};
  made.exists = true;
  made.inspect = std::move(*document);
  return made;
}

Fact missing_fact(ObjectKind kind, std::string name) {
  Fact made;
  made.lookup = {kind, std::move(name)};
  return made;
}

}  // namespace sealock::policy::testing
