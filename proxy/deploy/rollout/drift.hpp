// Whether what runs is what was deployed, or was removed or edited by somebody else.
//
// When a container has been deployed, each of its settings is remembered as a keyed digest, so that a
// later look can name the field that differs without a value having been stored.
//
// Threads: pure.

#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

// {"HostConfig.Memory": "3f9c1ea11b02", ...} of an inspect document.
[[nodiscard]] nlohmann::json looks_of(const nlohmann::json& inspect, std::string_view key);

// {"TaskTemplate.ContainerSpec.Env[MODE]": "3f9c1ea11b02", ...} of a service's Spec, which says no more
// than somebody told the engine; what is empty or zero is left out, as Docker takes it for not said.
[[nodiscard]] nlohmann::json looks_of_service(const nlohmann::json& inspect, std::string_view key);

// The fields that are in one of them only, or differ; sorted.
[[nodiscard]] std::vector<std::string> differing_fields(const nlohmann::json& before,
                                                        const nlohmann::json& now);

// The fields of a container that differ, sorted.
[[nodiscard]] std::vector<std::string> edited_fields(const nlohmann::json& before,
                                                     const nlohmann::json& now);

}  // namespace sealock::proxy
