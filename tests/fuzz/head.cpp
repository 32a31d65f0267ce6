// libFuzzer target: the head of a request. Its end is found wherever the reads were cut, every part lies
// within it, and nothing that a second reader could take for a line of its own is left in any.

#include "proxy/net/request_head.hpp"
#include "tests/fuzz/property.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sealock::proxy;
using sealock::fuzz::require;

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check(const RequestHead& head, std::string_view text) {
  require(lies_in(head.target, text) && is_one_line(head.target), "the target is one line");
  require(head.target.find(' ') == std::string_view::npos, "the target has no space");
  require(head.framing != Framing::until_close, "a request does not end with its connection");
  unsigned lengths = 0;
  unsigned codings = 0;
  for (const auto& [name, value] : head.fields) {
    require(lies_in(name, text) && lies_in(value, text), "a field lies in the head");
    require(is_one_line(name) && is_one_line(value), "a field is one line");
    require(name.find_first_of(": \t") == std::string_view::npos, "a name is a token");
    RequestHead one;
    one.fields.emplace_back(name, value);
    lengths += one.find("content-length").empty() ? 0U : 1U;
    codings += one.find("transfer-encoding").empty() ? 0U : 1U;
  }
  require(lengths + codings <= 1, "a body is framed once");
  require((codings == 1) == (head.framing == Framing::chunked), "chunked is what says so");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);  // a copy: a look past its end is seen
  const std::size_t end = find_head_end(text, 0);
  for (std::size_t cut = 1; cut < text.size() && cut < 64; ++cut) {
    const bool early = find_head_end(std::string_view(text).substr(0, cut), 0) != std::string::npos;
    if (!early) require(find_head_end(text, cut) == end, "the end is where it is");
  }
  if (end == std::string::npos) return 0;
  const std::string head_text = text.substr(0, end);
  constexpr std::size_t field_limit = 100;
  const auto head = parse_request_head(head_text, field_limit);
  if (head) check(*head, head_text);
  return 0;
}
