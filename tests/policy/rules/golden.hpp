// Compares a whole output with the file of that name in tests/golden/.
//
// Run a test with SEALOCK_UPDATE_GOLDEN=1 to write what it gave; the difference is then reviewed in
// the commit.

#pragma once

#include <string>
#include <string_view>

namespace sealock::policy {

void check_golden(std::string_view name, const std::string& output);

}  // namespace sealock::policy
