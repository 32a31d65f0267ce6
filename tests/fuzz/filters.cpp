// libFuzzer target: the value of a `filters` parameter, in either of its forms. What is sent to the engine
// in its place says the same, and is written the same way again.

#include "policy/request/filters.hpp"

#include "tests/fuzz/property.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sealock::policy;
  using sealock::fuzz::require;
  const std::string text(data, data + size);  // a copy: a look past its end is seen
  const auto filters = read_filters(text);
  if (!filters) return 0;
  const std::string sent = write_filters(*filters);
  const auto again = read_filters(sent);
  require(again.has_value(), "what is sent can be read");
  require(*again == *filters, "it says the same");
  require(write_filters(*again) == sent, "it is written the same way again");
  return 0;
}
