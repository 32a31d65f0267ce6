#include "policy/rules/condition.hpp"

#include "policy/rules/evaluation.hpp"
#include "policy/rules/target_fields.hpp"
#include "policy/rules/value_tests.hpp"

namespace sealock::policy {

bool is_owned_field(const FieldReference& field) {
  return field.source == FieldSource::target && field.path.size() == 1 &&
         field.path[0].kind == PathStep::Kind::member && field.path[0].key == "owned";
}

Truth holds(const Condition& condition,
            const Request& request,
            const Facts& facts,
            std::string* why) {
  return Evaluation(request, facts).holds(condition, why);
}

Truth holds_for_object(const Condition& condition,
                       const Value& object,
                       const std::optional<Owner>& owner) {
  if (condition.field.source != FieldSource::target) return Truth::unknown;
  std::list<Value> made;
  if (is_owned_field(condition.field)) {
    return passes(condition.tests, read_owned(object, owner, made));
  }
  return passes(condition.tests, read_shown(object, condition.field.path, made));
}

}  // namespace sealock::policy
