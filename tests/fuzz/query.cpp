// libFuzzer target: the first byte chooses the operation, the rest is its query. What is sent to the
// engine in its place says the same, and is written the same way again.

#include "policy/request/query.hpp"

#include "policy/request/request.hpp"
#include "policy/request/target.hpp"
#include "tests/fuzz/property.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sealock::policy;
using sealock::fuzz::require;

Request request_of(const Operation& operation) {
  Request request;
  request.operation = &operation;
  request.version = "1.41";
  request.target = "web";
  request.second = "point";
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto operations = all_operations();
  const Operation& operation = operations[data[0] % operations.size()];
  const std::string text(data + 1, data + size);  // a copy: a look past its end is seen
  Request request = request_of(operation);
  if (!parse_query(text, request)) return 0;
  const std::string sent = engine_target(request);
  const std::size_t mark = sent.find('?');
  Request again = request_of(operation);
  const std::string query = mark == std::string::npos ? "" : sent.substr(mark + 1);
  require(parse_query(query, again).has_value(), "what is sent can be read");
  require(again.dropped_parameters.empty(), "what was dropped stays away");
  require(again.query.size() == request.query.size(), "the parameters stay");
  for (std::size_t index = 0; index < again.query.size(); ++index) {
    require(again.query[index].parameter == request.query[index].parameter, "their order stays");
    require(again.query[index].value == request.query[index].value, "their values stay");
  }
  require(engine_target(again) == sent, "it is written the same way again");
  return 0;
}
