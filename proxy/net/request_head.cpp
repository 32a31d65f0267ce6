#include "proxy/net/request_head.hpp"

#include "proxy/net/http_text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace sealock::proxy {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view view(string_view text) {
  return {text.data(), text.size()};
}

// Collects what Beast tokenizes; nothing of Beast's own message types.
class Tokens : public http::basic_parser<true> {
public:
  std::string_view method;
  std::string_view target;
  int version = 0;
  std::vector<std::pair<std::string_view, std::string_view>> fields;

private:
  void on_request_impl(
      http::verb, string_view verb, string_view path, int number, error_code&) override {
    method = view(verb);
    target = view(path);
    version = number;
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    fields.emplace_back(view(name), view(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// A folded line: CRLF, then a space or a tab. Beast would unfold it.
bool has_folded_line(std::string_view text) {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos && at + 1 < text.size();
       at = text.find('\n', at + 1)) {
    if (text[at + 1] == ' ' || text[at + 1] == '\t') return true;
  }
  return false;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 19 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return value;
}

bool is_host(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view(".:-_[]%~").find(c) != std::string_view::npos;
  });
}

// Calls `use` with each element of a comma list, trimmed; empty elements too.
template <typename Use>
bool for_each_element(std::string_view list, Use use) {
  for (;;) {
    const std::size_t comma = list.find(',');
    if (!use(trim(list.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

// What single fields have said so far, to find the second of a kind.
struct Seen {
  bool length = false;
  bool transfer = false;
  bool host = false;
  bool upgrade = false;
  bool expect = false;
  bool content_type = false;
  bool close = false;
};

Result<void> read_connection(std::string_view value, Seen& seen) {
  // Fields that Connection could un-frame or strip from the request must not be named: dockerd
  // ignores the nomination, another reader would not (engine-facts.md 4, "other duties").
  static constexpr std::string_view known[] = {
      "close", "keep-alive", "upgrade", "te", "http2-settings", "proxy-connection", ""};
  const bool fine = for_each_element(value, [&](std::string_view token) {
    if (equals_ignoring_case(token, "close")) seen.close = true;
    return std::any_of(std::begin(known), std::end(known),
                       [&](std::string_view word) { return equals_ignoring_case(token, word); });
  });
  if (fine) return {};
  return bad_request(
      "header Connection names a field that is not its own; send close or keep-alive");
}

Result<void> read_upgrade(std::string_view value, Seen& seen, RequestHead& head) {
  if (seen.upgrade) return bad_request("header Upgrade came twice; send it once");
  seen.upgrade = true;
  if (equals_ignoring_case(value, "tcp")) {
    head.upgrade = Upgrade::tcp;
  } else if (value == "h2c") {
    head.upgrade = Upgrade::h2c;
  } else if (equals_ignoring_case(value, "websocket")) {
    head.upgrade = Upgrade::websocket;
  } else {
    head.upgrade = Upgrade::other;
  }
  return {};
}

Result<void> read_transfer(std::string_view value, Seen& seen, RequestHead& head) {
  if (seen.transfer) return bad_request("header Transfer-Encoding came twice; send it once");
  seen.transfer = true;
  if (!equals_ignoring_case(value, "chunked")) {
    return bad_request("header Transfer-Encoding must be exactly chunked");
  }
  if (head.minor == 0) return bad_request("HTTP/1.0 has no Transfer-Encoding; send Content-Length");
  head.framing = Framing::chunked;
  return {};
}

Result<void> read_length(std::string_view value, Seen& seen, RequestHead& head) {
  if (seen.length) return bad_request("header Content-Length came twice; send it once");
  seen.length = true;
  const std::optional<std::uint64_t> length = parse_length(value);
  if (!length) return bad_request("header Content-Length must be a plain decimal number");
  head.framing = Framing::length;
  head.content_length = *length;
  return {};
}

Result<void> read_single(bool& seen, std::string_view name) {
  if (seen) return bad_request("header " + std::string(name) + " came twice; send it once");
  seen = true;
  return {};
}

// The fields that say something to us. Others are kept, and forwarded only by the operation's list.
Result<void> read_field(std::string_view name,
                        std::string_view value,
                        Seen& seen,
                        RequestHead& head) {
  const auto is = [&](std::string_view other) { return equals_ignoring_case(name, other); };
  switch (lower(name.front())) {
  case 'c':
    if (is("content-length")) return read_length(value, seen, head);
    if (is("connection")) return read_connection(value, seen);
    if (is("content-type")) {
      head.content_type = value;
      return read_single(seen.content_type, "Content-Type");
    }
    if (is("content-encoding")) {
      head.content_encoded = head.content_encoded || !equals_ignoring_case(value, "identity");
    }
    return {};
  case 't':
    if (is("transfer-encoding")) return read_transfer(value, seen, head);
    return {};
  case 'h':
    if (!is("host")) return {};
    if (!is_host(value)) return bad_request("header Host has characters that no host name has");
    return read_single(seen.host, "Host");
  case 'u':
    return is("upgrade") ? read_upgrade(value, seen, head) : Result<void>{};
  case 'e':
    if (!is("expect")) return {};
    if (!equals_ignoring_case(value, "100-continue")) {
      return bad_request("header Expect can only be 100-continue");
    }
    head.expect_continue = head.minor == 1;
    return read_single(seen.expect, "Expect");
  default:
    return {};
  }
}

Result<void> audit_fields(RequestHead& head) {
  Seen seen;
  for (const auto& [name, value] : head.fields) {
    if (name.find('_') != std::string_view::npos &&
        (equals_ignoring_case(name, "content_length") ||
         equals_ignoring_case(name, "transfer_encoding"))) {
      return bad_request("header " + std::string(name) + " looks like a framing header");
    }
    const Result<void> read = read_field(name, value, seen, head);
    if (!read) return read;
  }
  if (seen.length && seen.transfer) {
    return bad_request("Content-Length and Transfer-Encoding together; send one of them");
  }
  head.keep_alive = head.minor == 1 && !seen.close;
  return {};
}

}  // namespace

std::string_view RequestHead::find(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

// By line ends: one search a line.
std::size_t find_head_end(std::string_view text, std::size_t from) {
  constexpr std::string_view empty_line = "\r\n\r\n";
  for (std::size_t at = text.find('\n', from); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    if (at >= 3 && text.substr(at - 3, 4) == empty_line) return at + 1;
  }
  return std::string_view::npos;
}

Result<RequestHead> parse_request_head(std::string_view text, std::size_t field_limit) {
  if (text.starts_with("PRI * HTTP/2")) {
    return bad_request("this is HTTP/2; speak HTTP/1.1 (with the Docker CLI: no gRPC proxy)");
  }
  if (has_folded_line(text)) return bad_request("a header line is folded; send it on one line");
  Tokens tokens;
  tokens.fields.reserve(16);
  tokens.eager(false);
  tokens.header_limit(std::numeric_limits<std::uint32_t>::max());
  tokens.body_limit(boost::none);
  error_code error;
  const std::size_t used = tokens.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error || used != text.size() || !tokens.is_header_done()) {
    return bad_request("the request head is not HTTP/1.1" +
                       (error ? ": " + error.message() : std::string()));
  }
  if (tokens.fields.size() > field_limit) {
    return fail(ErrorKind::head_too_large,
                "more than " + std::to_string(field_limit) + " header fields");
  }
  const std::optional<policy::Method> method = policy::parse_method(tokens.method);
  if (!method) return bad_request("the method is none of GET, HEAD, POST, PUT, DELETE");
  RequestHead head;
  head.method = *method;
  head.target = tokens.target;
  head.minor = tokens.version == 10 ? 0 : 1;
  head.fields = std::move(tokens.fields);
  const Result<void> audit = audit_fields(head);
  if (!audit) return tl::unexpected<Error>(audit.error());
  return head;
}

}  // namespace sealock::proxy
