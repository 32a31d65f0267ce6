// The client traces and the attack corpus of ../shared, through target, route, query and body.
// Users' clones do not have that folder; then these tests say so and pass.

#include "policy/request/json_reader.hpp"
#include "policy/request/query.hpp"
#include "policy/request/route.hpp"
#include "policy/request/target.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

const fs::path shared = SEALOCK_SHARED_DIR;

bool is_missing(const fs::path& path) {
  if (fs::exists(path)) return false;
  MESSAGE("skipped: " << path << " is not there");
  return true;
}

std::vector<Value> read_lines(const fs::path& path) {
  std::vector<Value> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    auto value = read_json(line);
    REQUIRE_MESSAGE(value.has_value(), path.string() << ": " << value.error().text);
    lines.push_back(std::move(*value));
  }
  return lines;
}

// What a client sent, as far as this folder looks at it.
struct Sent {
  std::string method, path, body;
  bool has_body = false;
};

Result<Request> understand(const Sent& sent) {
  const auto method = parse_method(sent.method);
  if (!method) return bad_request("method " + sent.method);
  const auto target = parse_target(sent.path);
  if (!target) return tl::unexpected(target.error());
  auto request = route(*method, *target);
  if (!request) return request;
  if (const auto query = parse_query(target->query, *request); !query)
    return tl::unexpected(query.error());
  if (sent.has_body && request->operation->body != nullptr && !sent.body.empty()) {
    auto body = read_json_body(sent.body, *request->operation->body);
    if (!body) return tl::unexpected(body.error());
    request->body = std::move(*body);
  }
  return request;
}

std::string complaint(const Sent& sent, const Result<Request>& request) {
  return sent.method + " " + sent.path + ": " + (request ? "accepted" : request.error().text);
}

// A member that a JSON line of the corpus has as text.
std::string member(const Value& line, std::string_view key) {
  return std::string(line.text(key));
}

std::string decode_base64(std::string_view text) {
  constexpr auto alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"sv;
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<unsigned>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xff);
  }
  return out;
}

// The request of one case: from its fields, or from its raw bytes when these are one plain request
// (those that are not, are cases about HTTP).
bool read_case(const Value& line, Sent& sent) {
  if (line.find("method") != nullptr) {
    sent.method = member(line, "method");
    sent.path = member(line, "path");
    if (const Value* body = line.find("body")) {
      sent.has_body = true;
      sent.body = body->is_string() ? *body->string() : to_json(*body);
    }
    return true;
  }
  if (line.find("raw_base64") == nullptr) return false;
  const std::string raw = decode_base64(line.text("raw_base64"));
  const auto head_end = raw.find("\r\n\r\n");
  const auto line_end = raw.find("\r\n");
  if (head_end == std::string::npos) return false;
  const std::string_view request_line = std::string_view(raw).substr(0, line_end);
  const auto space = request_line.find(' ');
  const auto last = request_line.rfind(' ');
  if (space == std::string_view::npos || space == last || !request_line.ends_with(" HTTP/1.1"))
    return false;
  sent.method = request_line.substr(0, space);
  sent.path = request_line.substr(space + 1, last - space - 1);
  sent.body = raw.substr(head_end + 4);
  sent.has_body = !sent.body.empty() && raw.find("chunked") == std::string::npos;
  return true;
}

void fill_placeholders(std::string& text) {
  const std::pair<std::string_view, std::string> places[] = {
      {"{{VICTIM_ID12}}", std::string(12, 'a')}, {"{{VICTIM_ID}}", std::string(64, 'a')},
      {"{{RUN_ID}}", std::string(64, 'b')},      {"{{EXEC_ID}}", std::string(64, 'c')},
      {"{{IMG_ID}}", std::string(64, 'd')},      {"{{HOSTNET_ID}}", std::string(64, 'e')}};
  for (const auto& [place, value] : places) {
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place)) {
      text.replace(at, place.size(), value);
    }
  }
}

TEST_CASE("corpus: everything that real clients sent is understood, and rebuilt to the same") {
  if (is_missing(shared / "traces")) return;
  // What no engine of Docker's answers either: podman's own API, a container called "*", and a
  // container that `docker inspect` looks for under an image's name.
  const auto is_expected_refusal = [](std::string_view path) {
    return path == "/v1.41/containers/cli-busybox:1/json" || path.starts_with("/v4.3.1/libpod/") ||
           path.starts_with("http:/containers/*/");
  };
  std::size_t requests = 0;
  std::size_t refused = 0;
  for (const auto& entry : fs::directory_iterator(shared / "traces")) {
    for (const Value& line : read_lines(entry.path())) {
      if (line.find("method") == nullptr) continue;
      Sent sent;
      REQUIRE(read_case(line, sent));
      const auto request = understand(sent);
      CAPTURE(entry.path().filename().string());
      if (is_expected_refusal(sent.path)) {
        CHECK_FALSE(request.has_value());
        ++refused;
        continue;
      }
      ++requests;
      CHECK_MESSAGE(request.has_value(), complaint(sent, request));
      if (!request) continue;
      const auto again =
          understand({sent.method, engine_target(*request), engine_body(*request), true});
      REQUIRE_MESSAGE(again.has_value(), complaint(sent, again));
      CHECK(engine_target(*again) == engine_target(*request));
      CHECK(engine_body(*again) == engine_body(*request));
    }
  }
  CHECK(requests > 1'500);
  CHECK(refused > 0);
}

TEST_CASE("corpus: every benign case is understood") {
  if (is_missing(shared / "attacks")) return;
  std::size_t cases = 0;
  for (const Value& line : read_lines(shared / "attacks/attacks.jsonl")) {
    Sent sent;
    if (line.text("must") != "allow" || !read_case(line, sent)) continue;
    ++cases;
    fill_placeholders(sent.path);
    fill_placeholders(sent.body);
    const auto request = understand(sent);
    CHECK_MESSAGE(request.has_value(), member(line, "id") << ": " << complaint(sent, request));
  }
  CHECK(cases > 50);
}

// Cases that are proper requests, as far as this folder looks, and who refuses them. Told from the
// rule of the case, so that it holds for cases that nobody here has seen yet.
bool is_for_another(const Value& line, const Sent& sent, const Result<Request>& request) {
  const auto rule = line.text("rule");
  // Absolute form and http:/x are what two real clients send (clients.md 1 (1)); what they ask for
  // is judged as if it came in origin form.
  if (rule == "R-TARGET") return sent.path.starts_with("http:/");
  // policy/: an operation or an object that is not the client's, and names that look like ids.
  constexpr std::array judged = {"R-READ-EXFIL"sv, "R-OWN"sv, "R-IMAGE"sv, "R-NET"sv, "R-PRIV"sv};
  if (std::ranges::find(judged, rule) != judged.end()) return true;
  // proxy/: a body where none belongs, and the headers of one.
  constexpr std::array framed = {"R-BODY-FORM"sv, "R-BODY-CT"sv, "R-BODY-CE"sv};
  if (std::ranges::find(framed, rule) != framed.end()) return true;
  // A key in another case is dropped, and the engine misses the parameter.
  if (rule == "R-QUERY") return !request->dropped_parameters.empty();
  // Escapes in keys are decoded: the field is there under its plain name, for the policy to judge.
  if (sent.body.find("\\u0050rivileged") != std::string::npos) {
    return request->body.find({"HostConfig", "Privileged"}) != nullptr;
  }
  // No body, null and {}: the caller knows whether the operation needs one.
  return sent.body.empty() || sent.body == "null" || sent.body == "{}";
}

TEST_CASE(
    "corpus: attack: every case of the classes A and B is refused, or for another to refuse") {
  if (is_missing(shared / "attacks")) return;
  std::size_t cases = 0;
  std::size_t refused = 0;
  for (const Value& line : read_lines(shared / "attacks/attacks.jsonl")) {
    const auto kind = line.text("class");
    Sent sent;
    if ((!kind.starts_with("A-") && kind != "B-json") || !read_case(line, sent)) continue;
    ++cases;
    fill_placeholders(sent.path);
    fill_placeholders(sent.body);
    const auto request = understand(sent);
    const auto text =
        member(line, "id") + " " + member(line, "why") + ": " + complaint(sent, request);
    if (request) {
      CHECK_MESSAGE(is_for_another(line, sent, request), text);
      continue;
    }
    ++refused;
    const auto error = request.error().kind;
    CHECK_MESSAGE((error == ErrorKind::bad_request || error == ErrorKind::denied), text);
  }
  CHECK(cases > 100);
  CHECK(refused > cases * 3 / 4);
}

}  // namespace
}  // namespace sealock::policy
