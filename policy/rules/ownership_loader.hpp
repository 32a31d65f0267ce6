// Reads `ownership:` of a policy file, and makes the owner of a client of it.
//
// Errors:  R34, to Diagnostics; a value with {client.uid} for a client whose uid nobody knows (TLS)
//          makes no owner, and the client is refused.
// Threads: pure.
// Source:  rules.md 4.7 and 6.4.

#pragma once

#include "policy/effective/owner.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <optional>

namespace sealock::policy {

struct Client;

[[nodiscard]] std::optional<OwnershipRule> read_ownership(const YamlNode& node,
                                                          Diagnostics& diagnostics);

// Reports the rules of a policy without `ownership` that ask whose something is (R34).
void check_owner_is_known(const CompiledPolicy& policy, Diagnostics& diagnostics);

[[nodiscard]] std::optional<Owner> owner_of(const OwnershipRule& rule, const Client& client);

}  // namespace sealock::policy
