#include "tests/policy/rules/recorded_requests.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace sealock::policy::testing {
namespace {

using nlohmann::json;

const std::filesystem::path shared_folder = SEALOCK_SHARED_DIR;

std::vector<json> read_lines(const std::filesystem::path& path) {
  std::vector<json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(json::parse(line));
  }
  return lines;
}

bool is_there(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return true;
  MESSAGE("skipped: " << path << " is not there");
  return false;
}

std::string decode_base64(const std::string& text) {
  static const std::string digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t digit = digits.find(c);
    if (digit == std::string::npos) break;
    bits = bits << 6U | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xffU);
  }
  return out;
}

void replace(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
  }
}

std::string fill_placeholders(std::string text) {
  replace(text, "{{VICTIM_ID12}}", "abcdef012345");
  replace(text, "{{VICTIM_ID}}", std::string(64, 'a'));
  replace(text, "{{RUN_ID}}", std::string(64, 'b'));
  replace(text, "{{EXEC_ID}}", std::string(64, 'c'));
  replace(text, "{{HOSTNET_ID}}", std::string(64, 'd'));
  replace(text, "{{IMG_ID}}", "sha256:" + std::string(64, 'e'));
  return text;
}

// False for what is not simply a head with a Content-Length and a body of JSON, or none.
bool read_raw(const std::string& raw, RecordedRequest& request) {
  const std::size_t head_end = raw.find("\r\n\r\n");
  if (head_end == std::string::npos) return false;
  const std::string head = raw.substr(0, head_end);
  const std::size_t first = head.find(' ');
  const std::size_t second = head.find(' ', first + 1);
  const std::size_t line_end = std::min(head.find("\r\n"), head.size());
  if (second == std::string::npos || head.substr(second, line_end - second) != " HTTP/1.1") {
    return false;
  }
  for (const std::string_view framing : {"ransfer-", "form-urlencoded", "Upgrade", "Expect"}) {
    if (head.find(framing) != std::string::npos) return false;
  }
  request.method = head.substr(0, first);
  request.target = head.substr(first + 1, second - first - 1);
  request.body = raw.substr(head_end + 4);
  return true;
}

std::string without_tar(std::string body) {
  return body.empty() || (body[0] != '{' && body[0] != '[') ? std::string() : body;
}

}  // namespace

std::vector<RecordedRequest> recorded_traces(const std::vector<std::string>& names) {
  std::vector<RecordedRequest> requests;
  const std::filesystem::path folder = shared_folder / "traces";
  if (!is_there(folder)) return requests;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().stem().string();
    if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) continue;
    for (const json& line : read_lines(entry.path())) {
      if (!line.contains("method")) continue;
      RecordedRequest request;
      request.source = name;
      request.method = line["method"];
      request.target = line["path"];
      request.status = line.value("status", json()).is_number() ? line["status"].get<int>() : 0;
      if (line.contains("body") && !line["body"].is_string()) request.body = line["body"].dump();
      requests.push_back(std::move(request));
    }
  }
  return requests;
}

std::vector<RecordedRequest> recorded_attacks() {
  std::vector<RecordedRequest> requests;
  const std::filesystem::path file = shared_folder / "attacks" / "attacks.jsonl";
  if (!is_there(file)) return requests;
  for (const json& line : read_lines(file)) {
    RecordedRequest request;
    request.source = line["id"];
    // Class D is about framing and connections.
    if (request.source.starts_with("D-")) continue;
    request.must = line["must"];
    request.rule = line.value("rule", "");
    request.profile = line.value("profile", "");
    request.may_pass = line.contains("alt");
    if (line.contains("method")) {
      request.method = line["method"];
      request.target = line["path"];
      if (line.contains("body")) request.body = line["body"];
    } else if (!line.contains("raw_base64") ||
               !read_raw(fill_placeholders(decode_base64(line["raw_base64"])), request)) {
      continue;
    }
    request.body = without_tar(std::move(request.body));
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace sealock::policy::testing
