#include "proxy/net/answer_head.hpp"

#include "proxy/net/http_text.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace sealock::proxy {
namespace {

[[gnu::cold]] tl::unexpected<Error> garbage(std::string text) {
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

Result<void> read_length(std::string_view value, AnswerHead& head) {
  if (head.framing == Framing::length) return garbage("two lengths");
  if (head.framing == Framing::chunked) return garbage("two framings");
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), head.content_length);
  if (value.empty() || error != std::errc() || end != value.data() + value.size()) {
    return garbage("its length is no number");
  }
  head.framing = Framing::length;
  return {};
}

Result<void> read_transfer(std::string_view value, AnswerHead& head) {
  if (head.framing == Framing::length) return garbage("two framings");
  if (head.framing == Framing::chunked || !equals_ignoring_case(value, "chunked")) {
    return garbage("unknown framing");
  }
  head.framing = Framing::chunked;
  return {};
}

// What says something to us, and what is for two neighbours alone: by a fixed list, never by what
// Connection names (RFC 9110 section 7.6.1). By length first, where nearly every field ends.
Result<void> read_field(AnswerField& field, AnswerHead& head) {
  const std::string_view value = field.value;
  const auto is = [&field](std::string_view name) {
    return equals_ignoring_case(field.name, name);
  };
  switch (field.name.size()) {
  case 2:
    field.passes = !is("te");
    return {};
  case 7:
    field.passes = !is("trailer") && !is("upgrade");
    return {};
  case 10:
    if (is("connection") && equals_ignoring_case(value, "close")) head.keep_alive = false;
    field.passes = !is("connection") && !is("keep-alive");
    return {};
  case 12:
    if (is("content-type")) head.content_type = value;
    return {};
  case 14:
    if (!is("content-length")) return {};
    field.passes = false;
    return read_length(value, head);
  case 16:
    if (is("content-encoding")) {
      head.content_encoded = head.content_encoded || !equals_ignoring_case(value, "identity");
    }
    field.passes = !is("proxy-connection");
    return {};
  case 17:
    if (!is("transfer-encoding")) return {};
    field.passes = false;
    return read_transfer(value, head);
  case 18:
    field.passes = !is("proxy-authenticate");
    return {};
  case 19:
    field.passes = !is("proxy-authorization");
    return {};
  default:
    return {};
  }
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
  for (AnswerField& field : head.fields) {
    const Result<void> read = read_field(field, head);
    if (!read) return tl::unexpected<Error>(read.error());
  }
  if (request == AnswerTo::head_request || head.is_informational() || head.status == 204 ||
      head.status == 304) {
    head.framing = Framing::none;
  }
  return head;
}

}  // namespace sealock::proxy
