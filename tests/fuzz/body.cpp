// libFuzzer target: the first byte chooses an operation with a JSON body, the rest is the body. What is
// sent to the engine in its place is read as an equal value, and is written the same way again.

#include "policy/effective/effective.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/request.hpp"
#include "tests/fuzz/property.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace sealock::policy;
using sealock::fuzz::require;

std::vector<const Operation*> find_operations() {
  std::vector<const Operation*> found;
  for (const Operation& operation : all_operations())
    if (operation.body != nullptr) found.push_back(&operation);
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<const Operation*> operations = find_operations();
  if (size == 0) return 0;
  Request request;
  request.operation = operations[data[0] % operations.size()];
  const std::string text(data + 1, data + size);  // a copy: a look past its end is seen
  auto body = read_json_body(text, *request.operation->body);
  if (!body) return 0;
  request.body = std::move(*body);
  static_cast<void>(check_spellings(request));
  const std::string sent = engine_body(request);
  if (sent.empty()) return 0;
  auto again = read_json_body(sent, *request.operation->body);
  require(again.has_value(), "what is sent can be read");
  require(*again == request.body, "it says the same");
  request.body = std::move(*again);
  require(engine_body(request) == sent, "it is written the same way again");
  return 0;
}
