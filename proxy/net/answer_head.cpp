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

// Takes one line off the text.
bool take_field(std::string_view& text, AnswerHead& head) {
  const std::size_t colon = token_size(text);
  if (colon == 0 || colon == text.size() || text[colon] != ':') return false;
  const std::size_t end = text.find('\r', colon);
  if (end == std::string_view::npos || text.substr(end, 2) != "\r\n") return false;
  AnswerField field;
  field.name = text.substr(0, colon);
  field.value = trim(text.substr(colon + 1, end - colon - 1));
  if (!is_field_text(field.value)) return false;
  field.line = text.substr(0, end + 2);
  head.fields.push_back(field);
  text.remove_prefix(end + 2);
  return true;
}

// RFC 9110 section 7.6.1, by a fixed list, never by what Connection names.
bool is_hop_by_hop(std::string_view name) {
  const auto is = [name](std::string_view other) { return equals_ignoring_case(name, other); };
  switch (name.size()) {  // nearly every field ends here
  case 2:
    return is("te");
  case 7:
    return is("trailer") || is("upgrade");
  case 10:
    return is("connection") || is("keep-alive");
  case 16:
    return is("proxy-connection");
  case 17:
    return is("transfer-encoding");
  case 18:
    return is("proxy-authenticate");
  case 19:
    return is("proxy-authorization");
  default:
    return false;
  }
}

Result<void> read_framing(AnswerHead& head) {
  bool length = false;
  bool transfer = false;
  for (AnswerField& field : head.fields) {
    const std::string_view name = field.name;
    const std::string_view value = field.value;
    field.passes = !is_hop_by_hop(name);
    const char first = name.front();
    if (first != 'c' && first != 'C' && first != 't' && first != 'T') continue;
    if (equals_ignoring_case(name, "content-length")) {
      if (length) return garbage("two lengths");
      length = true;
      field.passes = false;
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
  for (const AnswerField& field : fields) {
    if (equals_ignoring_case(field.name, name)) return field.value;
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
    if (!take_field(text, head)) return garbage("a header field is broken");
  }
  const Result<void> framing = read_framing(head);
  if (!framing) return tl::unexpected<Error>(framing.error());
  if (request == AnswerTo::head_request || head.is_informational() || head.status == 204 ||
      head.status == 304) {
    head.framing = Framing::none;
  }
  return head;
}

}  // namespace sealock::proxy
