// From an image as a person names it to the bytes that it means now: what this node has by that name,
// else what its registry says.
//
// Errors:  not_found: neither the node nor the registry has it. engine_unreachable: the registry does
//          not answer. denied: the rollout policy does not let that image be asked for. The text
//          names the image and says what to do.
// Threads: resolve() blocks on the engine; any thread.

#pragma once

#include "policy/result.hpp"
#include "proxy/deploy/engine.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace sealock::proxy {

struct ResolvedImage {
  std::string digest;  // Component::digest
  std::string pinned;  // Component::pinned_image
};

class ImageResolver {
public:
  // `engine` outlives this. `secrets` are the folders with logins for registries.
  ImageResolver(Engine& engine, std::vector<std::filesystem::path> secrets)
      : engine_(engine), secrets_(std::move(secrets)) {}

  // `reason` is for the audit record.
  [[nodiscard]] Result<ResolvedImage> resolve(const std::string& image, const std::string& reason);

private:
  [[nodiscard]] Result<ResolvedImage> ask_registry(const std::string& image,
                                                   const std::string& reason);

  Engine& engine_;
  std::vector<std::filesystem::path> secrets_;
};

}  // namespace sealock::proxy
