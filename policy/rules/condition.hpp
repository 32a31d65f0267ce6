// One condition of a rule: a field and the tests that its value must pass.
//
// Fields are `body.X` (the body as dockerd sees it: null, 0, "", [], {}, false and Docker's other
// neutral values are unset), `query.X`, `query.filters.K` (always a list), `effective.V` (what the
// request comes to) and `target.X` (the object that the path names, as the engine describes it; in
// lists and event streams the object shown, which filters the answer); archive.X, build.X and load.X
// are of the things in an upload (upload_fields.hpp).
//
// Errors:  a value that cannot be computed is neither true nor false but `unknown`: the evaluator
//          makes a deny rule hit and an allow rule miss (rules.md 4.2).
// Threads: immutable after load.
// Source:  rules.md 4.3 and 5 (tests on values).

#pragma once

#include "policy/effective/owner.hpp"
#include "policy/request/value.hpp"
#include "policy/rules/diagnostics.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace sealock::policy {

class Facts;
struct Request;
struct UploadField;
struct View;

enum class FieldSource : std::uint8_t { body, query, filter, effective, target, upload };

// "HostConfig.Mounts[].Type" is member, member, elements, member; "Labels[a.b]" member, map_key.
struct PathStep {
  enum class Kind : std::uint8_t { member, elements, map_key, map_values };
  Kind kind;
  std::string key;  // member, map_key
  bool operator==(const PathStep&) const = default;
};

struct FieldReference {
  FieldSource source;
  std::string text;            // as written: "body.HostConfig.Memory"
  std::vector<PathStep> path;  // body and target: from the root; query, filter: one member step
  const View* view = nullptr;  // effective
  const UploadField* upload = nullptr;
};

// "target.owned": not a field of the object but whether it is the client's own (Owner).
[[nodiscard]] bool is_owned_field(const FieldReference& field);

// Parses a path without its source, "HostConfig.Mounts[].Type" or "Labels[a.b]", into steps; empty
// when the syntax is wrong.
[[nodiscard]] std::vector<PathStep> parse_path(std::string_view text);

enum class TestKind : std::uint8_t {
  equals,       // scalar, written bare
  one_of,       // scalar
  not_one_of,   // scalar
  starts_with,  // scalar string
  under,        // path: inside one of the operands, by component, after cleaning ".."
  overlaps,     // path: inside one of the operands, or one of them inside it
  matches,      // RE2, the whole value
  at_least,     // number; operands may have been written 16MiB
  at_most,      // number
  is_set,
  is_unset,
  every,     // list: each element passes `inner`; true for an empty list
  some,      // list: one element passes `inner`; false for an empty list
  owned,     // an object of a list of effective.*: whether it is the client's own
  includes,  // list: holds each operand
  only,      // list: not empty, and each element is one of the operands
};

struct ValueTest {
  TestKind kind = TestKind::is_unset;
  std::vector<Value> operands;
  std::shared_ptr<const re2::RE2> pattern;  // matches
  std::vector<ValueTest> inner;             // every, some: all must pass
};

struct Condition {
  FieldReference field;
  std::vector<ValueTest> tests;  // all must pass
  Place place;
};

enum class Truth : std::uint8_t { no, yes, unknown };

// The condition on this request. `why` gets one line for explain when it is not yes.
[[nodiscard]] Truth holds(const Condition& condition,
                          const Request& request,
                          const Facts& facts,
                          std::string* why = nullptr);

// The condition on one object of a list or event stream: the `target` of filtering rules. A
// condition on anything but target.* is `unknown` here. `owner`: the client's, if it has one.
[[nodiscard]] Truth holds_for_object(const Condition& condition,
                                     const Value& object,
                                     const std::optional<Owner>& owner = std::nullopt);

}  // namespace sealock::policy
