// The engine that the tests in rule files imagine: which objects it has, and how it describes them.
//
// `owned: true` of an object, and its name in `owns`, put the owner's label on it.
//
// A test says what matters to it; every other object that its request names exists and is plain (a
// container without mounts, a volume without options), so that tests stay short.
//
// Threads: pure.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

class Policy;
struct Request;
struct SelfTest;

[[nodiscard]] std::optional<ObjectKind> find_object_kind(std::string_view name);
[[nodiscard]] std::vector<std::string_view> object_kind_names();

// The inspect document of an object of which a test gives only some members; `Labels`, `Name`,
// `Image` and `State` of the top level are put where the engine has them for this kind.
[[nodiscard]] Value inspect_document(ObjectKind kind, std::string_view name, const Value& given);

// Whom tests of this policy act for: the first client that it applies to.
[[nodiscard]] std::optional<Owner> test_owner(const Policy& policy);

// Everything that this request may make the policy ask about, with whose it is.
[[nodiscard]] Facts test_facts(const Request& request, const SelfTest& test, const Policy& policy);

// `owned: true` of objects in an answer becomes the label that they would show.
void put_owner_labels(Value& answer, const std::optional<Owner>& owner);

}  // namespace sealock::policy
