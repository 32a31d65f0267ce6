#include "proxy/net/answer_head.hpp"

#include "proxy/net/http_text.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace sealock::proxy {
namespace {

tl::unexpected<Error> garbage(std::string text) {
  return fail(ErrorKind::engine_garbage, "the engine's answer cannot be read: " + std::move(text));
}

// "HTTP/1.1 200 OK"; the reason may be empty.
bool read_status_line(std::string_view line, AnswerHead& head) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return false;
  if (line[7] != '0' && line[7] != '1') return false;
  for (const char digit : line.substr(9, 3)) {
    if (digit < '0' || digit > '9') return false;
    head.status = head.status * 10 + (digit - '0');
  }
  if (head.status < 100 || (line.size() > 12 && line[12] != ' ')) return false;
  head.reason = line.substr(std::min<std::size_t>(13, line.size()));
  head.minor = line[7] == '1' ? 1 : 0;
  head.keep_alive = head.minor == 1;
  return is_field_text(head.reason);
}

bool read_field(std::string_view line, AnswerHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) return false;
  const std::string_view value = trim(line.substr(colon + 1));
  head.fields.emplace_back(name, value);
  return is_field_text(value);
}

Result<void> read_framing(AnswerHead& head) {
  bool length = false;
  bool transfer = false;
  for (const auto& [name, value] : head.fields) {
    const char first = name.front();
    if (first != 'c' && first != 'C' && first != 't' && first != 'T') continue;
    if (equals_ignoring_case(name, "content-length")) {
      if (length) return garbage("two lengths");
      length = true;
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), head.content_length);
      if (value.empty() || error != std::errc() || end != value.data() + value.size()) {
        return garbage("its length is no number");
      }
      head.framing = Framing::length;
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
      if (transfer || !equals_ignoring_case(value, "chunked")) return garbage("unknown framing");
      transfer = true;
      head.framing = Framing::chunked;
    } else if (equals_ignoring_case(name, "content-type")) {
      head.content_type = value;
    } else if (equals_ignoring_case(name, "content-encoding")) {
      head.content_encoded = head.content_encoded || !equals_ignoring_case(value, "identity");
    } else if (equals_ignoring_case(name, "connection") && equals_ignoring_case(value, "close")) {
      head.keep_alive = false;
    }
  }
  if (length && transfer) return garbage("two framings");
  return {};
}

}  // namespace

std::string_view AnswerHead::find(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

Result<AnswerHead> parse_answer_head(std::string_view text, AnswerTo request) {
  AnswerHead head;
  head.fields.reserve(16);
  const std::size_t line_end = text.find("\r\n");
  if (line_end == std::string_view::npos || !read_status_line(text.substr(0, line_end), head)) {
    return garbage("it is not HTTP/1.1");
  }
  text.remove_prefix(line_end + 2);
  while (!text.starts_with("\r\n")) {
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos || !read_field(text.substr(0, end), head)) {
      return garbage("a header field is broken");
    }
    text.remove_prefix(end + 2);
  }
  const Result<void> framing = read_framing(head);
  if (!framing) return tl::unexpected<Error>(framing.error());
  if (request == AnswerTo::head_request || head.is_informational() || head.status == 204 ||
      head.status == 304) {
    head.framing = Framing::none;
  }
  return head;
}

bool is_hop_by_hop(std::string_view name) {
  static constexpr std::string_view names[] = {"connection",
                                               "keep-alive",
                                               "proxy-authenticate",
                                               "proxy-authorization",
                                               "proxy-connection",
                                               "te",
                                               "trailer",
                                               "transfer-encoding",
                                               "upgrade"};
  switch (name.front()) {  // nearly every field ends here
  case 'c':
  case 'C':
  case 'k':
  case 'K':
  case 'p':
  case 'P':
  case 't':
  case 'T':
  case 'u':
  case 'U':
    return std::any_of(std::begin(names), std::end(names),
                       [&](std::string_view other) { return equals_ignoring_case(name, other); });
  default:
    return false;
  }
}

}  // namespace sealock::proxy
