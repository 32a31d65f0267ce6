#include "policy/rules/reference_titles.hpp"

#include "policy/rules/file_keys.hpp"
#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace sealock::policy {
namespace {

constexpr std::string_view url_prefix = "url/https://";
constexpr std::string_view forms =
    "cis-docker-1.6.0/5.5, pss/baseline/privileged-containers, attack/T1611, "
    "cve/CVE-2024-41110 or url/https://...";

bool has_known_form(std::string_view id) {
  static constexpr std::array<std::string_view, 5> prefixes{"cis-docker-", "pss/", "attack/T",
                                                            "cve/CVE-", url_prefix};
  const bool printable =
      std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
  return printable && std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
           return id.starts_with(prefix) && id.size() > prefix.size();
         });
}

std::string digits_of(const std::string& id) {
  std::string digits;
  std::copy_if(id.begin(), id.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

}  // namespace

void ReferenceTitles::read(const YamlNode& root, Diagnostics& diagnostics) {
  static constexpr std::array<std::string_view, 4> keys{"version", "library", "description",
                                                        "references"};
  if (!read_file_keys(root, "library", MapKeys{keys, keys}, diagnostics)) return;
  const YamlEntry* references = root.find("references");
  if (references == nullptr || references->value.is_broken()) return;
  if (!references->value.is_map()) {
    diagnostics.error("R02", references->value.place,
                      "'references' must be a map of ids and titles");
    return;
  }
  for (const YamlEntry& entry : references->value.entries) {
    const auto title = read_text(entry.value, entry.key, "R02", diagnostics);
    if (!has_known_form(entry.key)) {
      diagnostics.error("R17", entry.key_place, "'" + entry.key + "' has no form of a reference",
                        "write " + std::string(forms));
    }
    if (title) titles_.emplace(entry.key, *title);
  }
}

const std::string* ReferenceTitles::find(const std::string& id) const {
  if (id.starts_with(url_prefix)) return &id;
  const auto found = titles_.find(id);
  return found == titles_.end() ? nullptr : &found->second;
}

void ReferenceTitles::check(const std::string& id,
                            const Place& place,
                            Diagnostics& diagnostics) const {
  if (has_known_form(id) && find(id) != nullptr) return;
  if (has_known_form(id) && titles_.empty()) {
    diagnostics.warning("R17", place, "'" + id + "' cannot be checked",
                        "rules/references/*.yaml names the references with their titles");
    return;
  }
  Suggestion suggestion(id);
  // Another number is another control, not the same one mistyped.
  for (const auto& [known, title] : titles_) {
    if (digits_of(known) == digits_of(id)) suggestion.offer(known);
  }
  const std::string what =
      has_known_form(id) ? "' is in no file of rules/references" : "' has no form of a reference";
  const std::string otherwise = has_known_form(id)
                                    ? "check the number and its version, or add it there"
                                    : "write " + std::string(forms);
  diagnostics.error("R17", place, "'" + id + what, suggestion.hint(otherwise));
}

}  // namespace sealock::policy
