// Requests as the proxy makes them, and an engine that answers what is asked about objects.
#pragma once

#include "policy/effective/effective.hpp"
#include "policy/effective/facts.hpp"
#include "policy/request/request.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy::testing {

// `body` is read by the operation's schema and `query` by its parameters; a body or query that is
// refused there fails the test.
[[nodiscard]] Request make_request(OperationId id,
                                   std::string_view body = {},
                                   std::string_view query = {});
// One for an operation with an object in its path.
[[nodiscard]] Request make_request_on(std::string target,
                                      OperationId id,
                                      std::string_view body = {});
// ContainerCreate of an image with this HostConfig.
[[nodiscard]] Request make_create(std::string_view host_config);

// Knows some objects; everything else does not exist.
class FakeEngine {
public:
  // `names`: by what it is found besides its id. `inspect`: JSON.
  void add(ObjectKind kind,
           std::string id,
           std::vector<std::string> names,
           std::string_view inspect);
  [[nodiscard]] Fact answer(const Lookup& lookup) const;
  // What the proxy asks before it judges this request.
  [[nodiscard]] Facts ask(const Request& request, bool target_wanted = false) const;

private:
  struct Object {
    ObjectKind kind;
    std::string id;
    std::vector<std::string> names;
    Value inspect;
  };
  std::vector<Object> objects_;
};

[[nodiscard]] std::string id_of(char digit);  // 64 times the same hexadecimal digit

// The view as compact JSON, objects by their names alone; "error: ..." when it is one.
[[nodiscard]] std::string show(std::string_view view, const Request& request, const Facts& facts);
[[nodiscard]] std::string show(std::string_view view, const Request& request);

// The text of the 400, or "" when the spelling is right.
[[nodiscard]] std::string spelling_error(const Request& request);

}  // namespace sealock::policy::testing
