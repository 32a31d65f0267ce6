// The files of answer schemas, one function each; answer_schema.cpp puts them together.

#pragma once

#include "policy/answer/answer_schema.hpp"

#include <span>

namespace sealock::policy {

[[nodiscard]] std::span<const AnswerSchema> container_answers();
[[nodiscard]] std::span<const AnswerSchema> image_answers();
[[nodiscard]] std::span<const AnswerSchema> network_answers();
[[nodiscard]] std::span<const AnswerSchema> volume_answers();
[[nodiscard]] std::span<const AnswerSchema> plugin_answers();
[[nodiscard]] std::span<const AnswerSchema> system_answers();
[[nodiscard]] std::span<const AnswerSchema> cluster_answers();
[[nodiscard]] std::span<const AnswerSchema> service_answers();
[[nodiscard]] std::span<const AnswerSchema> sealock_answers();

}  // namespace sealock::policy
