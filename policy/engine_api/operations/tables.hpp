// The rows of the catalogue, by subject, and the words they are written in. Only catalogue.cpp and
// the tables themselves include this; everybody else asks policy/engine_api/operation.hpp.
//
// `body` is not filled in here: catalogue.cpp takes it from body_schema().
//
// Threads: constants, initialised before any code runs.

#pragma once

#include "policy/engine_api/operation.hpp"

#include <array>
#include <span>
#include <string_view>

namespace sealock::policy {

extern const std::span<const Operation> container_operations;
extern const std::span<const Operation> image_operations;
extern const std::span<const Operation> network_and_volume_operations;
extern const std::span<const Operation> plugin_operations;
extern const std::span<const Operation> sealock_operations;
extern const std::span<const Operation> swarm_operations;
extern const std::span<const Operation> system_operations;

}  // namespace sealock::policy

namespace sealock::policy::parameter {

constexpr Parameter text(std::string_view name) {
  return {.name = name};
}
constexpr Parameter boolean(std::string_view name) {
  return {.name = name, .type = ParameterType::boolean};
}
constexpr Parameter integer(std::string_view name) {
  return {.name = name, .type = ParameterType::integer};
}
constexpr Parameter filters() {
  return {.name = "filters", .type = ParameterType::filters};
}
constexpr Parameter json_map(std::string_view name) {
  return {.name = name, .type = ParameterType::json_map};
}
constexpr Parameter json_list(std::string_view name) {
  return {.name = name, .type = ParameterType::json_list};
}
constexpr Parameter json(std::string_view name) {
  return {.name = name, .type = ParameterType::json_other};
}

constexpr Parameter repeated(Parameter parameter) {
  parameter.repeated = true;
  return parameter;
}
constexpr Parameter restricted(Parameter parameter,
                               std::span<const std::string_view> neutral = {}) {
  parameter.restricted = true;
  parameter.neutral = neutral;
  return parameter;
}
constexpr Parameter naming(TargetKind kind, Parameter parameter) {
  parameter.refers_to = kind;
  return parameter;
}

}  // namespace sealock::policy::parameter
