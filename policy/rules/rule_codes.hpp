// The errors of rule files: one line of meaning for each code. Documentation, `sealock list codes`
// and a test that no other code is used are made from this table.
//
// Y codes, of the YAML that rule files are written in, stand in yaml_reader.

#pragma once

#include "policy/rules/yaml_reader.hpp"

#include <span>

namespace sealock::policy {

[[nodiscard]] std::span<const CodeMeaning> rule_codes();

}  // namespace sealock::policy
