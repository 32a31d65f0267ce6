#include "policy/rules/target_lookup.hpp"

#include "policy/answer/answer_schema.hpp"
#include "policy/effective/ownership.hpp"
#include "policy/request/request.hpp"
#include "policy/rules/near_field.hpp"
#include "policy/rules/target_fields.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy {
namespace {

// The operation whose answer describes an object of this kind.
std::string_view inspect_operation(TargetKind kind) {
  switch (kind) {
  case TargetKind::container:
    return "ContainerInspect";
  case TargetKind::exec:
    return "ExecInspect";
  case TargetKind::image:
    return "ImageInspect";
  case TargetKind::network:
    return "NetworkInspect";
  case TargetKind::volume:
    return "VolumeInspect";
  case TargetKind::plugin:
    return "PluginInspect";
  case TargetKind::service:
    return "ServiceInspect";
  case TargetKind::task:
    return "TaskInspect";
  case TargetKind::node:
    return "NodeInspect";
  case TargetKind::secret:
    return "SecretInspect";
  case TargetKind::config:
    return "ConfigInspect";
  case TargetKind::composition:
    return "CompositionInspect";
  case TargetKind::deployment:
    return "DeploymentInspect";
  case TargetKind::none:
  case TargetKind::checkpoint:
  case TargetKind::distribution:
    break;
  }
  return {};
}

// The names that target_fields.hpp gives to all shapes of an object.
bool is_common_target_field(std::string_view path) {
  static constexpr std::array<std::string_view, 7> names{"Name", "Image",      "State",    "Id",
                                                         "Type", "HostAccess", "HostPaths"};
  return path == "Labels" || path.starts_with("Labels[") || path.starts_with("Labels{") ||
         std::find(names.begin(), names.end(), path) != names.end();
}

// The catalogue's answers in which the fields of this operation's target stand.
std::vector<const Operation*> target_documents(const Operation& operation) {
  std::vector<const Operation*> documents;
  if (filters_answer(operation.id)) documents.push_back(&operation);
  const Operation* inspect = find_operation(inspect_operation(operation.target));
  if (inspect != nullptr) documents.push_back(inspect);
  return documents;
}

// Something must be owned: the object in the path, those of the answer, or what is pruned.
bool check_owned(const Place& place, const Actions& actions, Diagnostics& diagnostics) {
  const bool possible = std::any_of(actions.begin(), actions.end(), [](const Operation* operation) {
    Request request;
    request.operation = operation;
    return !target_documents(*operation).empty() || is_narrowed_by_owner(request);
  });
  if (!possible) {
    diagnostics.error("R14", place, subject(actions, "names") + " object that somebody owns");
  }
  return possible;
}

bool check_target_field(std::string_view path,
                        const Place& place,
                        const Actions& actions,
                        Diagnostics& diagnostics) {
  NearField near(path);
  bool has_target = false;
  for (const Operation* operation : actions) {
    for (const Operation* document : target_documents(*operation)) {
      has_target = true;
      if (is_common_target_field(path) || has_answer_field(*document, path)) return true;
      for (const std::string& field : answer_fields(*document))
        near.offer(field);
    }
  }
  if (!has_target) {
    diagnostics.error("R14", place, subject(actions, "names") + " object in its path");
    return false;
  }
  for (const std::string_view common : {"Labels", "Name", "Image", "State", "owned"})
    near.offer(common);
  diagnostics.error("R14", place, "the target has no field '" + std::string(path) + "'",
                    near.hint("target."));
  return false;
}

}  // namespace

std::optional<FoundField> find_target_field(std::string_view text,
                                            std::string_view path,
                                            const Place& place,
                                            const Actions& actions,
                                            Diagnostics& diagnostics) {
  if (path == "owned") {
    if (!check_owned(place, actions, diagnostics)) return std::nullopt;
    return FoundField{{FieldSource::target, std::string(text), parse_path(path), nullptr},
                      {FieldShape::scalar, ValueType::boolean}};
  }
  FoundField found{{FieldSource::target, std::string(text), parse_path(path), nullptr},
                   {FieldShape::any, ValueType::any}};
  if (found.reference.path.empty()) {
    diagnostics.error("R13", place, "'" + std::string(text) + "' is no path of a field");
    return std::nullopt;
  }
  if (!check_target_field(path, place, actions, diagnostics)) return std::nullopt;
  if (has_list_step(found.reference.path)) found.type.shape = FieldShape::list;
  return found;
}

}  // namespace sealock::policy
