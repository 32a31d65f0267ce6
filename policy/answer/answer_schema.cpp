#include "policy/answer/answer_schema.hpp"

#include "policy/answer/answer_tree.hpp"
#include "policy/answer/mask.hpp"
#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/engine_api/operation.hpp"

#include <array>
#include <memory>

namespace sealock::policy {
namespace {

using SchemaIndex = std::array<AnswerSchema, operation_count>;

const SchemaIndex& all_schemas() {
  static const SchemaIndex index = [] {
    SchemaIndex made{};
    for (std::size_t i = 0; i < made.size(); ++i)
      made[i].operation = static_cast<OperationId>(i);
    for (const auto tables : {container_answers(), image_answers(), network_answers(),
                              volume_answers(), plugin_answers(), system_answers(),
                              cluster_answers(), service_answers(), sealock_answers()}) {
      for (const AnswerSchema& schema : tables) {
        made[static_cast<std::size_t>(schema.operation)] = schema;
      }
    }
    return made;
  }();
  return index;
}

bool is_below(const AnswerPlace* place, const AnswerPlace& above) {
  for (; place != nullptr; place = place->parent) {
    if (place == &above) return true;
  }
  return false;
}

// As a rule writes it: relative to the object, or from the root.
std::string rule_path(const AnswerPlace& place,
                      const AnswerPlace& root,
                      const AnswerPlace& object) {
  return is_below(&place, object) ? path_of(place, object) : "/" + path_of(place, root);
}

// The list or map rather than its elements: `Config.Env`, not `Config.Env[]`.
const AnswerPlace& holder_of(const AnswerPlace& leaf) {
  const AnswerPlace* place = &leaf;
  while (!place->is_field && place->parent != nullptr)
    place = place->parent;
  return *place;
}

}  // namespace

const AnswerSchema& answer_schema(OperationId operation) {
  return all_schemas()[static_cast<std::size_t>(operation)];
}

std::vector<std::string> answer_fields(const Operation& operation) {
  const AnswerSchema& schema = answer_schema(operation.id);
  const std::unique_ptr<AnswerPlace> root = make_answer_tree(schema);
  const AnswerPlace* object = object_of(*root, schema);
  std::vector<std::string> paths;
  for_each_place(*root, [&](const AnswerPlace& place) {
    if (place.is_field && &place != object) paths.push_back(rule_path(place, *root, *object));
  });
  return paths;
}

std::vector<std::string> secret_fields(const Operation& operation) {
  const AnswerSchema& schema = answer_schema(operation.id);
  const std::unique_ptr<AnswerPlace> root = make_answer_tree(schema);
  const AnswerPlace* object = object_of(*root, schema);
  std::vector<std::string> paths;
  for_each_place(*root, [&](const AnswerPlace& place) {
    if (!place.is_leaf || !is_sensitive(place.kind)) return;
    // Where the plain path would mask more than the secrets: values by policy, fields below.
    const bool needs_word =
        !place.fields.empty() ||
        treatment_of(place.kind, MaskReach::whole) != treatment_of(place.kind, MaskReach::policy);
    std::string path = rule_path(holder_of(place), *root, *object);
    paths.push_back(path + (needs_word ? "{secrets}" : ""));
  });
  return paths;
}

}  // namespace sealock::policy
