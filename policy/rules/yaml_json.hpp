// Makes JSON values of a YAML tree: the bodies, answers and objects that tests in rule files write.
//
// Threads: pure.

#pragma once

#include "policy/engine_api/schema.hpp"
#include "policy/request/value.hpp"
#include "policy/rules/yaml_reader.hpp"

namespace sealock::policy {

// With a schema, words are what their fields are: `Image: 12` is text. Without one (null), and where
// the schema knows nothing, quoted words are text, plain true, false and numbers are what they say.
[[nodiscard]] Value json_of(const YamlNode& node, const Schema* schema);

}  // namespace sealock::policy
