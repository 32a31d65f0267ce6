// The checks that check_spellings() is made of, by subject.
//
// NUL characters and what no query parameter may hold are refused by the readers of bodies and queries
// already.
//
// Errors:  bad_request: "HostConfig.Binds[0]: the target is no absolute path".
// Threads: pure.

#pragma once

#include "policy/effective/body_places.hpp"
#include "policy/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy::effective {

// What is wrong with one text; nothing when it is right.
using Problem = std::optional<std::string_view>;

[[nodiscard]] Result<void> check_mounts(const Request& request);         // mount_spellings.cpp
[[nodiscard]] Result<void> check_names(const Request& request);          // name_spellings.cpp
[[nodiscard]] Result<void> check_images(const Request& request);         // name_spellings.cpp
[[nodiscard]] Result<void> check_networking(const Request& request);     // network_spellings.cpp
[[nodiscard]] Result<void> check_process(const Request& request);        // process_spellings.cpp
[[nodiscard]] Result<void> check_host_settings(const Request& request);  // process_spellings.cpp

[[nodiscard]] tl::unexpected<Error> wrong(std::string_view path, std::string_view what);

// "container" or "/container", as references to containers are written.
[[nodiscard]] bool is_container_reference(std::string_view text);
// container:NAME
[[nodiscard]] bool is_container_mode(std::string_view text);

// Checks one text at `path`; absent and empty ones are right.
template <typename Check>
[[nodiscard]] Result<void> check_text(std::string_view path, std::string_view text, Check check) {
  if (text.empty()) return {};
  const Problem problem = check(text);
  if (!problem) return {};
  return wrong(path, *problem);
}

// Checks every string of the list at `path`, the last part of which is `key` in `holder`.
template <typename Check>
[[nodiscard]] Result<void> check_texts(const Value* holder,
                                       std::string_view key,
                                       std::string_view path,
                                       Check check) {
  const Value* value = member(holder, key);
  if (value == nullptr || value->list() == nullptr) return {};
  std::size_t index = 0;
  for (const Value& element : *value->list()) {
    const std::string* text = element.string();
    const Problem problem = text != nullptr ? check(std::string_view(*text)) : Problem("no text");
    if (problem) return wrong(std::string(path) + "[" + std::to_string(index) + "]", *problem);
    ++index;
  }
  return {};
}

// Checks every key of the map at `path`. Keys are the client's, and not repeated.
template <typename Check>
[[nodiscard]] Result<void> check_keys(const Value* holder,
                                      std::string_view key,
                                      std::string_view path,
                                      Check check) {
  const Value* value = member(holder, key);
  if (value == nullptr || value->object() == nullptr) return {};
  for (const auto& [name, element] : *value->object()) {
    const Problem problem = check(std::string_view(name));
    if (problem) return wrong(path, *problem);
  }
  return {};
}

// The first failure of several checks.
template <typename... Checks>
[[nodiscard]] Result<void> check_all(const Request& request, Checks... checks) {
  Result<void> result;
  (void)((result = checks(request), result.has_value()) && ...);
  return result;
}

}  // namespace sealock::policy::effective
