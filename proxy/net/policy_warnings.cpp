#include "proxy/net/policy_warnings.hpp"

#include "policy/request/json_reader.hpp"
#include "policy/request/value.hpp"
#include "policy/rules/decision.hpp"

namespace sealock::proxy {

std::string warning_text(const policy::Hit& hit) {
  return "policy " + hit.rule + " would deny this: " + hit.because;
}

std::string add_warnings(std::string_view body, const std::vector<policy::Hit>& hits) {
  Result<policy::Value> answer = policy::read_json(body);
  if (!answer || !answer->is_object()) return std::string(body);
  policy::Value::List warnings;
  if (const policy::Value* own = answer->find("Warnings"); own != nullptr && own->is_list()) {
    warnings = *own->list();
  }
  for (const policy::Hit& hit : hits)
    warnings.emplace_back(warning_text(hit));
  answer->set("Warnings", policy::Value(std::move(warnings)));
  return policy::to_json(*answer) + "\n";
}

}  // namespace sealock::proxy
