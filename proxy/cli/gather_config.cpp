#include "proxy/cli/gather_config.hpp"

#include <utility>

namespace sealock::proxy {
namespace {

std::optional<Config> base_config(const RunOptions& options, policy::Diagnostics& diagnostics) {
  if (options.config.empty()) return default_config();
  return read_config(options.config, diagnostics);
}

}  // namespace

std::optional<Config> gather_config(const RunOptions& options, policy::Diagnostics& diagnostics) {
  auto config = base_config(options, diagnostics);
  if (!config) return std::nullopt;
  const auto fault = [&](std::string place, std::string text) {
    diagnostics.error("C03", policy::Place{std::move(place)}, std::move(text));
  };
  if (!options.engine.empty()) {
    auto engine = parse_engine_address(options.engine);
    if (!engine) fault("--engine", engine.error().text);
    if (engine) config->engine = std::move(*engine);
  }
  if (!options.rules.empty()) config->rules = options.rules;
  if (!options.listen.empty()) config->listeners.clear();
  for (const std::string& text : options.listen) {
    auto listener = parse_listener(text);
    if (!listener) fault("--listen", listener.error().text);
    if (listener) config->listeners.push_back(std::move(*listener));
  }
  if (!options.listen.empty()) check_listeners(config->listeners, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return config;
}

}  // namespace sealock::proxy
