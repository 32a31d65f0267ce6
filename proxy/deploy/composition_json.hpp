// Compositions as the endpoints answer with them.
//
// Threads: pure.

#pragma once

#include "proxy/deploy/composition_store.hpp"

#include <nlohmann/json.hpp>

namespace sealock::proxy {

enum class Changed { unsaid, no, yes };

// For lists: name, labels, images; no specifications.
[[nodiscard]] nlohmann::json to_summary(const StoredComposition& stored);
// All of it, with the source.
[[nodiscard]] nlohmann::json to_answer(const StoredComposition& stored, Changed changed);
// {"from", "to", "changed", "components": [{"component", "change", "lines"}], "diff": text}
[[nodiscard]] nlohmann::json to_difference(const Composition& from, const Composition& to);

}  // namespace sealock::proxy
