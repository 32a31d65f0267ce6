#include "proxy/cli/check.hpp"

#include "policy/rules/policy_set.hpp"
#include "proxy/cli/diagnostics_output.hpp"
#include "proxy/cli/exit_status.hpp"
#include "proxy/cli/policy_names.hpp"
#include "proxy/cli/rules_folder.hpp"
#include "proxy/config/config.hpp"

#include <cstdio>

namespace sealock::proxy {
namespace {

int status_of(const policy::Diagnostics& diagnostics, bool strict) {
  if (diagnostics.has_errors()) return exit_errors;
  if (strict && !diagnostics.all().empty()) return exit_warnings;
  return exit_ok;
}

}  // namespace

int check(const CheckOptions& options, const Surroundings& surroundings) {
  policy::Diagnostics diagnostics;
  std::optional<Config> config;
  if (!options.config.empty()) config = read_config(options.config, diagnostics);
  const auto named = config && options.rules.empty() ? config->rules : options.rules;
  const auto rules = find_rules(named, surroundings.rules_places);
  std::shared_ptr<const policy::PolicySet> policies;
  if (!rules) diagnostics.error("C04", policy::Place{"sealock"}, rules.error().text);
  if (rules) policies = policy::load_policies(*rules, {}, diagnostics);
  if (policies != nullptr && config) {
    check_policies(config->listeners, policy_names(*policies), diagnostics);
  }
  if (options.format == Format::json) {
    std::fputs((diagnostics.to_json() + '\n').c_str(), stdout);
    return status_of(diagnostics, options.strict);
  }
  print_problems(diagnostics, stdout, surroundings.colour_output ? Colour::on : Colour::off);
  if (!diagnostics.has_errors()) {
    const std::string count = policies->policies().size() == 1
                                  ? "1 policy"
                                  : std::to_string(policies->policies().size()) + " policies";
    std::printf("%s: %s, no errors\n", rules->c_str(), count.c_str());
  }
  return status_of(diagnostics, options.strict);
}

}  // namespace sealock::proxy
