// Answers of sealock's own operations: what `target.` can say of compositions and deployments, and
// what a redact rule can hide. A composition holds no secret values (they come from the node), but
// people write what should have been one into `environment`.

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField summary_fields[] = {
    {"name", reference},
    {"project", reference},
    {"labels[]", plain},
    {"content_digest", plain},
    {"digest_set", plain},
    {"created", plain},
    {"created_by", plain},
    {"changed", plain},
    {"components[].name", reference},
    {"components[].image", reference},
    {"components[].digest", plain},
};

constexpr AnswerField composition_fields[] = {
    {"", summary_fields},
    {"components[].pinned_image", reference},
    {"components[].replicas", plain},
    {"components[].order", plain},
    {"components[].start_period", plain},
    {"components[].monitor", plain},
    {"components[].depends_on[].component", reference},
    {"components[].depends_on[].condition", plain},
    {"components[].create", secret_tree},
    {"components[].service", secret_tree},
    {"networks[].key", reference},
    {"networks[].name", reference},
    {"networks[].external", plain},
    {"networks[].create", secret_tree},
    {"volumes[].key", reference},
    {"volumes[].name", reference},
    {"volumes[].external", plain},
    {"volumes[].create", secret_tree},
    {"source", secret},
};

constexpr AnswerField list_fields[] = {{"[]", summary_fields}};

constexpr AnswerField label_fields[] = {
    {"name", reference},
    {"composition", reference},
    {"label", plain},
    {"changed", plain},
};

constexpr AnswerField diff_fields[] = {
    {"from", reference},
    {"to", reference},
    {"changed", plain},
    {"components[].component", reference},
    {"components[].change", plain},
    {"components[].lines[]", secret},
    {"diff", secret},
};

constexpr AnswerField tag_fields[] = {
    {"image", reference}, {"tag", plain},    {"digest", plain},
    {"id", reference},    {"before", plain}, {"changed", plain},
};

constexpr AnswerField deployment_fields[] = {
    {"id", reference},        {"composition", reference},
    {"state", plain},         {"text", free_text},
    {"changed", plain},       {"by", plain},
    {"started", plain},       {"ended", plain},
    {"target", plain},        {"kind", plain},
    {"previous", reference},  {"gate.container", reference},
    {"gate.drain_ms", plain}, {"components[]", reference},
    {"already", plain},       {"steps", secret_tree},
};

constexpr AnswerField deployment_list_fields[] = {{"[]", deployment_fields}};

constexpr AnswerSchema schemas[] = {
    {OperationId::composition_diff, "", diff_fields},
    {OperationId::composition_inspect, "", composition_fields},
    {OperationId::composition_label, "", label_fields},
    {OperationId::composition_list, "[]", list_fields},
    {OperationId::composition_put, "", composition_fields},
    {OperationId::deployment_inspect, "", deployment_fields},
    {OperationId::deployment_list, "[]", deployment_list_fields},
    {OperationId::release_tag, "", tag_fields},
};

}  // namespace

std::span<const AnswerSchema> sealock_answers() {
  return schemas;
}

}  // namespace sealock::policy
