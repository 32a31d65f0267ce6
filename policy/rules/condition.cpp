#include "policy/rules/condition.hpp"

#include "policy/rules/evaluation.hpp"
#include "policy/rules/target_fields.hpp"
#include "policy/rules/value_tests.hpp"

namespace sealock::policy {
Truth holds(const Condition& condition,
            const Request& request,
            const Facts& facts,
            std::string* why) {
  return Evaluation(request, facts).holds(condition, why);
}

Truth holds_for_object(const Condition& condition, const Value& object) {
  if (condition.field.source != FieldSource::target) return Truth::unknown;
  std::list<Value> made;
  return passes(condition.tests, read_shown(object, condition.field.path, made));
}

}  // namespace sealock::policy
