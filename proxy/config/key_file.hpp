// The secret behind digests and seals: 32 random bytes in a file that only its owner can read, made
// when it is first needed. It must last: with another one every digest changes, as if every password
// had, and no seal opens.
//
// Errors:  a file that others can read, of another size, or that cannot be made; nothing is guessed.
// Threads: any; the file appears whole (written beside, then linked), whoever else makes it meanwhile.
// Source:  secrets.md 6.2 (key).

#pragma once

#include "policy/answer/disguise.hpp"
#include "policy/result.hpp"

#include <filesystem>

namespace sealock::proxy {

// 32 random bytes in a file for its owner alone, unless there is one by now. The error is the reason
// alone.
[[nodiscard]] Result<void> make_key_file(const std::filesystem::path& file);

[[nodiscard]] Result<policy::DisguiseKeys::Secret> read_redaction_key(
    const std::filesystem::path& file);

}  // namespace sealock::proxy
