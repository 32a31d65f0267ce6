#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace sealock::policy {

RedactRule rule_of(const Wishes& wishes) {
  RedactRule rule;
  rule.rule = "test/rule";
  rule.keep = wishes.keep;
  rule.remove = wishes.remove;
  rule.mask = wishes.mask;
  rule.reveal = wishes.reveal;
  rule.unknown_fields_masked = wishes.unknown_fields_masked;
  return rule;
}

Plan plan_of(std::string_view operation, const Wishes& wishes) {
  const Operation* found = find_operation(operation);
  REQUIRE(found != nullptr);
  auto plan = RedactionPlan::compile(*found, {rule_of(wishes)});
  if (!plan) MESSAGE(plan.error().text);
  REQUIRE(plan.has_value());
  return std::move(*plan);
}

std::string redact_in_pieces(const RedactionPlan& plan,
                             std::string_view input,
                             std::size_t piece,
                             const Feed& feed) {
  Redactor redactor(plan, feed.document, feed.shape, feed.filter);
  std::string out;
  for (std::size_t at = 0; at < input.size(); at += piece) {
    // A copy of its own, so that a look past the end is seen.
    const std::vector<char> bytes(
        input.begin() + static_cast<std::ptrdiff_t>(at),
        input.begin() + static_cast<std::ptrdiff_t>(std::min(at + piece, input.size())));
    const auto fed = redactor.feed(std::string_view(bytes.data(), bytes.size()), out);
    if (!fed) return "error: " + fed.error().text;
  }
  const auto finished = redactor.finish(out);
  if (!finished) return "error: " + finished.error().text;
  return out;
}

std::string redact(const RedactionPlan& plan, std::string_view input, const Feed& feed) {
  const std::string whole =
      redact_in_pieces(plan, input, std::max<std::size_t>(input.size(), 1), feed);
  for (const std::size_t piece : {1UL, 7UL, 4096UL}) {
    CAPTURE(piece);
    CHECK(redact_in_pieces(plan, input, piece, feed) == whole);
  }
  return whole;
}

std::vector<Recording> recordings() {
  std::vector<Recording> all;
  const std::filesystem::path folder = SEALOCK_SOURCE_DIR "/tests/policy/answer/recorded";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const std::string name = entry.path().stem().string();
    const std::size_t first = name.find('-');
    const std::string operation = name.substr(first + 1, name.rfind('-') - first - 1);
    std::ifstream file(entry.path(), std::ios::binary);
    all.push_back(
        {name, find_operation(operation), std::string(std::istreambuf_iterator<char>(file), {})});
    CAPTURE(name);
    REQUIRE(all.back().operation != nullptr);
  }
  return all;
}

}  // namespace sealock::policy
