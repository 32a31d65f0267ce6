#include "proxy/net/answer_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

namespace sealock::proxy {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view view(string_view text) {
  return {text.data(), text.size()};
}

class Tokens : public http::basic_parser<false> {
public:
  int status = 0;
  int version = 0;
  std::string_view reason;
  std::vector<std::pair<std::string_view, std::string_view>> fields;

private:
  void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view text, int number, error_code&) override {
    status = code;
    reason = view(text);
    version = number;
  }
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

tl::unexpected<Error> garbage(std::string text) {
  return fail(ErrorKind::engine_garbage, "the engine's answer cannot be read: " + std::move(text));
}

Result<void> read_framing(AnswerHead& head) {
  bool length = false;
  bool transfer = false;
  for (const auto& [name, value] : head.fields) {
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
  Tokens tokens;
  tokens.eager(false);
  tokens.header_limit(std::numeric_limits<std::uint32_t>::max());
  tokens.body_limit(boost::none);
  error_code error;
  const std::size_t used = tokens.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error || used != text.size() || !tokens.is_header_done()) {
    return garbage(error ? error.message() : std::string("not HTTP/1.1"));
  }
  AnswerHead head;
  head.status = tokens.status;
  head.reason = tokens.reason;
  head.minor = tokens.version == 10 ? 0 : 1;
  head.keep_alive = head.minor == 1;
  head.fields = std::move(tokens.fields);
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
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view other) { return equals_ignoring_case(name, other); });
}

}  // namespace sealock::proxy
