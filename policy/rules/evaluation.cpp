#include "policy/rules/evaluation.hpp"

#include "policy/effective/effective.hpp"
#include "policy/effective/ownership.hpp"
#include "policy/rules/settable.hpp"
#include "policy/rules/target_fields.hpp"
#include "policy/rules/value_tests.hpp"
#include "policy/rules/value_walk.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sealock::policy {
namespace {

// Parameters that are true for dockerd when they are absent: only then an absent one must not be
// taken for false.
// Sources: moby daemon/server/router/container/container_routes.go getContainersStats (stream),
//          router/build/build_routes.go newImageBuildOptions (rm), router/image/image_routes.go
//          postImagesLoad (quiet); 2026-08.
struct TrueWhenAbsent {
  OperationId operation;
  std::string_view parameter;
};
constexpr std::array true_when_absent{
    TrueWhenAbsent{OperationId::container_stats, "stream"},
    TrueWhenAbsent{OperationId::image_build, "rm"},
    TrueWhenAbsent{OperationId::image_load, "quiet"},
};

bool is_true_when_absent(OperationId operation, std::string_view parameter) {
  return std::any_of(true_when_absent.begin(), true_when_absent.end(), [&](const auto& row) {
    return row.operation == operation && row.parameter == parameter;
  });
}

// What an exec is by itself; all else that rules say of it is said of the container it runs in.
// Source: moby api/types/container ExecInspectResponse (20.10.24 and 2026-08).
constexpr std::array<std::string_view, 11> exec_fields{
    "ID",         "Running",   "ExitCode",    "ProcessConfig", "OpenStdin", "OpenStderr",
    "OpenStdout", "CanRemove", "ContainerID", "DetachKeys",    "Pid"};

bool is_exec_field(const std::vector<PathStep>& path) {
  return !path.empty() &&
         std::find(exec_fields.begin(), exec_fields.end(), path.front().key) != exec_fields.end();
}

FieldValue from_document(const Value& value) {
  FieldValue field;
  field.unset_number = UnsetNumber::unknown;
  field.set = !value.is_zero();
  if (const auto* list = value.list()) {
    field.shape = FieldValue::Shape::list;
    for (const Value& element : *list)
      field.elements.push_back(&element);
  } else if (!value.is_null()) {
    field.scalar = &value;
  }
  return field;
}

}  // namespace

FieldValue Evaluation::read_query(const FieldReference& field) {
  const std::string_view name = field.path.empty() ? std::string_view() : field.path[0].key;
  for (const QueryParameter& parameter : request_.query) {
    if (parameter.parameter->name != name) continue;
    FieldValue found = from_document(parameter.value);
    // A neutral value does not count as set, but tests of a value see it
    // (engine_api/operation.hpp).
    found.set = says_something(parameter);
    return found;
  }
  FieldValue absent;
  absent.unset_number = UnsetNumber::unknown;
  if (is_true_when_absent(request_.operation->id, name)) {
    absent.scalar = &made_.emplace_back(true);
    absent.set = true;
  }
  return absent;
}

FieldValue Evaluation::read_filter(const FieldReference& field) {
  FieldValue found;
  found.shape = FieldValue::Shape::list;
  const Value* filters = request_.find_query("filters");
  if (filters == nullptr || filters->is_zero() || field.path.empty()) return found;
  if (!filters->is_object()) return FieldValue::unknown("the filters are no object");
  const Value* values = filters->find(field.path[0].key);
  if (values == nullptr) return found;
  if (!values->is_list()) return FieldValue::unknown("the filter is no list");
  return from_document(*values);
}

const Result<Value>& Evaluation::view(const View& view) {
  for (const auto& [known, result] : views_) {
    if (known == &view) return result;
  }
  return views_.emplace_back(&view, view.compute(request_, facts_)).second;
}

FieldValue Evaluation::read_view(const FieldReference& field) {
  if (field.view == nullptr) return FieldValue::unknown("there is no such view");
  const Result<Value>& result = view(*field.view);
  if (!result) return FieldValue::unknown(result.error().text);
  FieldValue value = from_document(*result);
  if (field.view->shape == ViewShape::list) value.shape = FieldValue::Shape::list;
  return value;
}

const Fact* Evaluation::target_fact() const {
  const auto kind = object_kind(request_.operation->target);
  if (!kind || request_.target.empty()) return nullptr;
  return facts_.find(*kind, request_.target);
}

bool Evaluation::target_is_missing() const {
  const Fact* fact = target_fact();
  return fact != nullptr && !fact->failed && !fact->exists;
}

std::string Evaluation::target_as_asked() const {
  const Fact* fact = target_fact();
  return fact == nullptr ? request_.target : fact->lookup.name;
}

std::string Evaluation::target_object() const {
  const Fact* fact = target_fact();
  if (fact == nullptr || fact->failed || !fact->exists) return {};
  return std::string(name_of(fact->lookup.kind)) + "/" + std::string(name_in(*fact));
}

bool Evaluation::target_is_known() const {
  const Fact* fact = target_fact();
  return fact != nullptr && !fact->failed && fact->exists;
}

// Unknown without an owner and for an object that nobody was asked about.
FieldValue Evaluation::read_owned() {
  const Fact* fact = target_fact();
  std::optional<bool> owned;
  if (facts_.owner()) {
    if (is_narrowed_by_owner(request_)) owned = true;  // stamp_owner() sees to it
    if (fact != nullptr && !fact->failed && fact->exists) owned = fact->ownership == Ownership::own;
  }
  if (!owned) return FieldValue::unknown("nobody knows whose it is");
  FieldValue value;
  value.scalar = &made_.emplace_back(*owned);
  value.set = *owned;
  return value;
}

FieldValue Evaluation::read_target(const FieldReference& field) {
  if (is_owned_field(field)) return read_owned();
  const Fact* fact = target_fact();
  if (fact == nullptr) return FieldValue::unknown("nothing is known of the object in the path");
  if (fact->failed) return FieldValue::unknown("the engine did not describe the object");
  if (!fact->exists) return FieldValue::unknown("the object does not exist");
  if (request_.operation->target == TargetKind::exec && !is_exec_field(field.path)) {
    const Fact* container = facts_.find(ObjectKind::container, fact->inspect.text("ContainerID"));
    if (container == nullptr || container->failed || !container->exists) {
      return FieldValue::unknown("nothing is known of the container behind the exec");
    }
    return read_inspected(container->inspect, TargetKind::container, field.path, made_);
  }
  return read_inspected(fact->inspect, request_.operation->target, field.path, made_);
}

FieldValue Evaluation::read(const FieldReference& field) {
  switch (field.source) {
  case FieldSource::body:
    return walk(&request_.body, request_.operation->body, field.path, Absent::unset);
  case FieldSource::query:
    return read_query(field);
  case FieldSource::filter:
    return read_filter(field);
  case FieldSource::effective:
    return read_view(field);
  case FieldSource::target:
    return read_target(field);
  case FieldSource::upload:
    return FieldValue::unknown("it is a field of what is in the upload");
  }
  return FieldValue::unknown("there is no such field");
}

Truth Evaluation::holds(const Condition& condition, std::string* why) {
  const FieldValue value = read(condition.field);
  const Truth result = passes(condition.tests, value);
  if (why != nullptr && result != Truth::yes) {
    *why =
        condition.field.text + " is " + describe(value) + ", wanted " + describe(condition.tests);
  }
  return result;
}

}  // namespace sealock::policy
