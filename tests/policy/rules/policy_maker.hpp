// Makes rules, policies and requests in C++, for tests of the evaluator that want no YAML between
// them and what they test.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/request/request.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/policy_set.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy::testing {

ValueTest make_test(TestKind kind, std::vector<Value> operands = {});
ValueTest equals(Value operand);
ValueTest one_of(std::initializer_list<std::string_view> words);
ValueTest quantified(TestKind kind, std::vector<ValueTest> inner);

// `field` as in a rule file: "body.HostConfig.Memory", "query.filters.type", "target.Labels[a]".
Condition when(std::string_view field, std::vector<ValueTest> tests);

CompiledRule make_rule(RuleKind kind,
                       std::string id,
                       std::initializer_list<OperationId> operations);
CompiledRule allow(std::string id,
                   std::initializer_list<OperationId> operations,
                   std::vector<Condition> conditions = {},
                   std::vector<std::string> may_set = {});
CompiledRule deny(std::string id,
                  std::initializer_list<OperationId> operations,
                  std::vector<Condition> conditions = {},
                  Mode mode = Mode::enforce);

std::shared_ptr<const CompiledPolicy> compiled(std::string name, std::vector<CompiledRule> rules);
std::shared_ptr<const CompiledPolicy> compiled_baseline(std::vector<CompiledRule> rules);

// A request with a JSON body (by the operation's schema) and a raw query.
Request make_request(OperationId operation,
                     std::string_view body = {},
                     std::string_view query = {},
                     std::string target = {});

// An object that the engine described.
Fact fact(ObjectKind kind, std::string name, std::string_view inspect);
Fact missing_fact(ObjectKind kind, std::string name);

}  // namespace sealock::policy::testing
