// The controls and attacks that rules refer to, with their titles, from rules/references/*.yaml.
//
// A number without its document's version is wrong sooner or later (rules.md 2), so ids name both,
// and an id that no file knows is a load error.
//
//   version: 1
//   library: cis-docker
//   description: CIS Docker Benchmark 1.6.0, section 5
//   references:
//     cis-docker-1.6.0/5.5: Ensure that privileged containers are not used
//
// Threads: one file reader; not shared.
// Source:  rules.md 5 (forms).

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <map>
#include <string>
#include <string_view>

namespace sealock::policy {

class ReferenceTitles {
public:
  // Reads one file's tree.
  void read(const YamlNode& root, Diagnostics& diagnostics);

  // The title; null when no file knows the id. `url/https://...` is its own title.
  [[nodiscard]] const std::string* find(const std::string& id) const;
  // Reports an id of another form than rules.md 5 has, or that no file knows (R17); a warning when
  // there are no files that could know it.
  void check(const std::string& id, const Place& place, Diagnostics& diagnostics) const;

private:
  std::map<std::string, std::string> titles_;
};

}  // namespace sealock::policy
