// The endpoints under /sealock/v1: from a judged request to Compositions or Deployments, and back.
//
// Errors:  theirs, in Docker's form.
// Threads: any; see proxy/net/own_operations.hpp.

#pragma once

#include "proxy/net/own_operations.hpp"

#include <string>

namespace sealock::proxy {

class Compositions;
class Deployments;

class Endpoints final : public OwnOperations {
public:
  // Both outlive this.
  Endpoints(Compositions& compositions, Deployments& deployments)
      : compositions_(compositions), deployments_(deployments) {}

  [[nodiscard]] Result<policy::Value> read_body(const policy::Request& request,
                                                const std::string& text) override;
  [[nodiscard]] policy::Fact find(const policy::Lookup& lookup) override;
  [[nodiscard]] Result<OwnAnswer> answer(const OwnRequest& request) override;

private:
  Result<OwnAnswer> put(const OwnRequest& request);
  Result<OwnAnswer> list(const OwnRequest& request);
  Result<OwnAnswer> inspect(const OwnRequest& request);
  Result<OwnAnswer> diff(const OwnRequest& request);
  Result<OwnAnswer> remove(const OwnRequest& request);
  Result<OwnAnswer> label(const OwnRequest& request);
  Result<OwnAnswer> tag(const OwnRequest& request);
  Result<OwnAnswer> deploy(const OwnRequest& request);
  Result<OwnAnswer> list_deployments(const OwnRequest& request);
  Result<OwnAnswer> inspect_deployment(const OwnRequest& request);
  Result<OwnAnswer> events(const OwnRequest& request);
  Result<OwnAnswer> cancel(const OwnRequest& request);
  Result<OwnAnswer> rollback(const OwnRequest& request);
  Result<OwnAnswer> status(const OwnRequest& request);

  // What "latest" stands for; other ids as they are.
  std::string deployment_id(std::string_view id);
  OwnAnswer follow(const std::string& id, std::int64_t since);
  OwnAnswer accepted(const OwnRequest& request, const std::string& id, bool already);

  Compositions& compositions_;
  Deployments& deployments_;
};

}  // namespace sealock::proxy
