// Answers of the volume operations (secrets.md 3.3). Creating a volume that exists answers with the
// existing one, so it is as much a read as an inspect.

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField list_fields[] = {
    {"Volumes[]", volume_fields},
    {"Warnings[]", free_text},
};

constexpr AnswerField prune_fields[] = {
    {"VolumesDeleted[]", reference},
    {"SpaceReclaimed", plain},
};

constexpr std::string_view each[] = {"Volumes[]"};

constexpr AnswerSchema schemas[] = {
    {OperationId::volume_list, "Volumes[]", list_fields, each},
    {OperationId::volume_inspect, "", volume_fields},
    {OperationId::volume_create, "", volume_fields},
    {OperationId::volume_prune, "", prune_fields},
};

}  // namespace

std::span<const AnswerSchema> volume_answers() {
  return schemas;
}

}  // namespace sealock::policy
