// Members of the engine's documents, which may leave any of them out or say null.
//
// Lifetime: references live as long as the document.
// Threads:  pure.

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace sealock::proxy {

// null when `object` is no object, or has no such member.
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& object, const char* key);
// "" when the member is no text.
[[nodiscard]] std::string text_of(const nlohmann::json& object, const char* key);

}  // namespace sealock::proxy
