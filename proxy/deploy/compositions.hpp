// Compositions, their labels, and release tags: what the endpoints do, without HTTP.
//
// put() judges what the composition would make of the engine (by the policy of rollouts and the
// baseline) and resolves every image, before anything is stored; so nothing that is denied, and
// nothing that does not exist, ever becomes a composition.
//
// Errors:  bad_request (the file, with places), denied, not_found, conflict, engine_*. Nothing is
//          stored or changed then. StoreError is thrown for a store that fails.
// Threads: any; put() and tag() block on the engine.
// JSON:    the answers of the /sealock/v1 endpoints as they are sent.

#pragma once

#include "policy/result.hpp"
#include "proxy/deploy/composition.hpp"
#include "proxy/deploy/composition_store.hpp"
#include "proxy/deploy/engine.hpp"
#include "proxy/deploy/image_resolver.hpp"

#include <filesystem>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

struct TagOrder {
  std::string image;
  std::string tag;
  std::string digest;
  std::string expect;  // the digest that the tag must have now; empty: there must be no such tag
};

// `check` says what would be, and changes nothing.
enum class Act { check, change };

class Compositions {
public:
  using InUse = std::function<bool(std::string_view composition)>;

  // `store` and `engine` outlive this.
  Compositions(Store& store, Engine& engine, const std::vector<std::filesystem::path>& secrets);
  // Whether a composition is deployed or could be rolled back to; without it none is.
  void set_in_use(InUse in_use) { in_use_ = std::move(in_use); }

  // "changed": false when the same content is stored by this name already.
  [[nodiscard]] Result<nlohmann::json> put(const std::string& name,
                                           const std::string& source,
                                           const std::string& by,
                                           Act act = Act::change);
  [[nodiscard]] nlohmann::json list();
  [[nodiscard]] Result<nlohmann::json> inspect(std::string_view name);
  [[nodiscard]] Result<nlohmann::json> diff(std::string_view from, std::string_view to);
  [[nodiscard]] Result<void> remove(std::string_view name, Act act = Act::change);
  [[nodiscard]] Result<nlohmann::json> label(std::string_view name,
                                             const std::string& label,
                                             const std::string& by,
                                             Act act = Act::change);
  [[nodiscard]] Result<nlohmann::json> tag(const TagOrder& order,
                                           const std::string& by,
                                           Act act = Act::change);

  // For Deployments.
  [[nodiscard]] Result<Composition> find(std::string_view name);

private:
  [[nodiscard]] Result<std::string> find_vouched(const TagOrder& order);
  [[nodiscard]] Result<void> judge(const Composition& composition, const std::string& reason);
  [[nodiscard]] Result<void> resolve(Composition& composition, const std::string& reason);
  [[nodiscard]] Result<std::string> find_tagged(const std::string& reference,
                                                const std::string& repository,
                                                std::string& id,
                                                const std::string& reason);

  CompositionStore store_;
  Engine& engine_;
  ImageResolver resolver_;
  InUse in_use_;
  std::mutex tag_mutex_;  // a compare and its swap
};

}  // namespace sealock::proxy
