// Answers of the network operations (secrets.md 3.3).

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField list_fields[] = {
    {"[]", network_fields},
};

constexpr AnswerField create_fields[] = {
    {"Id", reference},
    {"Warning", free_text},
};

constexpr AnswerField prune_fields[] = {
    {"NetworksDeleted[]", reference},
};

constexpr std::string_view each[] = {"[]"};

constexpr AnswerSchema schemas[] = {
    {OperationId::network_list, "[]", list_fields, each},
    {OperationId::network_inspect, "", network_fields},
    {OperationId::network_create, "", create_fields},
    {OperationId::network_prune, "", prune_fields},
};

}  // namespace

std::span<const AnswerSchema> network_answers() {
  return schemas;
}

}  // namespace sealock::policy
