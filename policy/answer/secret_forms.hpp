// What a secret looks like: names of labels and options that carry one, and forms of tokens that
// are known. An addition to masking by field, never the only line.
//
// Errors:  none; in doubt a value is a secret.
// Threads: pure; patterns are compiled once.
// Sources: secrets.md 5 (harmless texts), 6.3 (labels), 6.4 (patterns, options).

#pragma once

#include <string>
#include <string_view>

namespace sealock::policy {

// The label policy: by its name, else by its value.
[[nodiscard]] bool is_secret_label(std::string_view name, std::string_view value);

// An attribute of an event: what the engine writes of itself stays, labels follow their policy.
[[nodiscard]] bool is_secret_attribute(std::string_view name, std::string_view value);

// A driver option: appends what may be shown as a JSON string; false: all of it may.
[[nodiscard]] bool hide_option(std::string_view name, std::string_view value, std::string& json);

// Masks the known forms of secrets in `text`; false: there is none.
[[nodiscard]] bool hide_known_forms(std::string_view text, std::string& json);

// Masks user and password in each comma-separated URL, also where the scheme is missing.
[[nodiscard]] bool hide_user_information(std::string_view text, std::string& json);

// A text of the engine that cannot echo anything.
[[nodiscard]] bool is_harmless_text(std::string_view text);

}  // namespace sealock::policy
