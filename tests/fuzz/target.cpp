// libFuzzer target: the first byte chooses the method, the rest is a request target. What is sent to the
// engine in its place is read as the same operation on the same object with the same parameters, and is
// written the same way again.

#include "policy/request/target.hpp"

#include "policy/request/query.hpp"
#include "policy/request/request.hpp"
#include "policy/request/route.hpp"
#include "tests/fuzz/property.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace sealock::policy;
using sealock::fuzz::require;

std::optional<Request> understand(Method method, std::string_view text) {
  const auto target = parse_target(text);
  if (!target) return std::nullopt;
  auto request = route(method, *target);
  if (!request || !parse_query(target->query, *request)) return std::nullopt;
  return std::move(*request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array methods = {Method::get, Method::head, Method::post, Method::put,
                                  Method::delete_};
  const Method method = methods[data[0] % methods.size()];
  const std::string text(data + 1, data + size);  // a copy: a look past its end is seen
  const auto request = understand(method, text);
  if (!request) return 0;
  const std::string sent = engine_target(*request);
  for (const char c : sent)
    require(c > ' ' && c < 0x7f, "a target is printable ASCII without spaces");
  const auto again = understand(method, sent);
  require(again.has_value(), "what is sent can be read");
  require(again->operation == request->operation, "the operation stays");
  require(again->version == request->version, "the version stays");
  require(again->target == request->target && again->second == request->second, "the object stays");
  require(again->query.size() == request->query.size(), "the parameters stay");
  require(again->dropped_parameters.empty(), "what was dropped stays away");
  require(engine_target(*again) == sent, "it is written the same way again");
  return 0;
}
