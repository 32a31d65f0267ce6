// Answers recorded from a real engine (recorded/README.md): untouched they stay byte for byte, and
// with the shared list of secrets no canary is left in them while every key, type and number is.

#include "policy/answer/answer_schema.hpp"
#include "policy/answer/json_text.hpp"
#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sealock::policy {
namespace {

Feed feed_of(const Recording& recording) {
  Feed feed;
  if (recording.operation->answer == AnswerKind::json_stream) feed.shape = Redactor::Shape::stream;
  return feed;
}

// The documents of a stream as one list.
Value value_of(const Recording& recording, const std::string& text) {
  if (recording.operation->answer != AnswerKind::json_stream) return read_checked_json(text);
  std::string list = "[";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (list.size() > 1) list += ",";
    list += text.substr(at, end - at);
    at = end + 1;
  }
  return read_checked_json(list + "]");
}

// Same keys in the same order, same types, lengths, numbers and booleans; strings may differ.
void check_same_shape(const Value& before, const Value& after, const std::string& path) {
  CAPTURE(path);
  if (const Value::Object* object = before.object()) {
    REQUIRE(after.is_object());
    REQUIRE(object->size() == after.object()->size());
    for (std::size_t i = 0; i < object->size(); ++i) {
      CHECK((*object)[i].first == (*after.object())[i].first);
      check_same_shape((*object)[i].second, (*after.object())[i].second,
                       path + "." + (*object)[i].first);
    }
  } else if (const Value::List* list = before.list()) {
    REQUIRE(after.is_list());
    REQUIRE(list->size() == after.list()->size());
    for (std::size_t i = 0; i < list->size(); ++i) {
      check_same_shape((*list)[i], (*after.list())[i], path + "[]");
    }
  } else if (before.is_string()) {
    CHECK(after.is_string());
  } else {
    CHECK(before == after);
  }
}

// Every byte outside of strings is the engine's, and every string that carries no mask.
void check_same_bytes(std::string_view before, std::string_view after) {
  const auto take_string = [](std::string_view& text) {
    std::size_t end = 1;
    while (end < text.size() && text[end] != '"')
      end += text[end] == '\\' ? 2 : 1;
    const std::string_view string = text.substr(0, end + 1);
    text.remove_prefix(string.size());
    return string;
  };
  const auto is_hidden = [](std::string_view string) {
    constexpr std::string_view masks[] = {"**masked**", "details hidden", "KiptYXNrZWQqKg=="};
    return std::any_of(std::begin(masks), std::end(masks), [&](std::string_view mask) {
      return string.find(mask) != std::string_view::npos;
    });
  };
  while (!before.empty()) {
    REQUIRE_FALSE(after.empty());
    if (before.front() != '"') {
      REQUIRE(before.front() == after.front());
      before.remove_prefix(1);
      after.remove_prefix(1);
      continue;
    }
    REQUIRE(after.front() == '"');
    const std::string_view theirs = take_string(before);
    const std::string_view ours = take_string(after);
    const bool as_it_was = ours == theirs;
    CHECK_MESSAGE((as_it_was || is_hidden(ours)), theirs, " became ", ours);
  }
  CHECK(after.empty());
}

TEST_CASE("recorded answers: a plan that touches nothing changes no byte") {
  for (const Recording& recording : recordings()) {
    CAPTURE(recording.file);
    const Plan knows = plan_of(recording.operation->name, {});
    CHECK(redact(*knows, recording.text, feed_of(recording)) == recording.text);
    const Plan copies = plan_of(recording.operation->name, {.unknown_fields_masked = false});
    CHECK(redact(*copies, recording.text, feed_of(recording)) == recording.text);
  }
}

TEST_CASE("recorded answers: a filter that shows everything changes no byte") {
  for (const Recording& recording : recordings()) {
    CAPTURE(recording.file);
    Feed feed = feed_of(recording);
    feed.filter = [](const Value&) { return true; };
    CHECK(redact(*plan_of(recording.operation->name, {}), recording.text, feed) == recording.text);
  }
}

TEST_CASE("recorded answers: no canary is left, every key and type is") {
  std::size_t canaries = 0;
  for (const Recording& recording : recordings()) {
    CAPTURE(recording.file);
    const Plan plan = plan_of(recording.operation->name, {.mask = {"$secrets"}});
    const std::string shown = redact(*plan, recording.text, feed_of(recording));
    // The shared lists say the same, path by path.
    const Plan listed =
        plan_of(recording.operation->name, {.mask = secret_fields(*recording.operation)});
    CHECK(redact(*listed, recording.text, feed_of(recording)) == shown);
    check_same_shape(value_of(recording, recording.text), value_of(recording, shown), "");
    check_same_bytes(recording.text, shown);
    for (std::size_t at = recording.text.find("CANARY-"); at != std::string::npos;
         at = recording.text.find("CANARY-", at + 1)) {
      ++canaries;
    }
    for (std::size_t at = shown.find("CANARY-"); at != std::string::npos;
         at = shown.find("CANARY-", at + 1)) {
      // The program's name may show (secrets.md 2: mask-args keeps argv[0]), and what people wrote
      // of images but for known forms (3.2); policies of readers mask that, too.
      const std::string_view canary = std::string_view(shown).substr(at, 12);
      CHECK((canary == "CANARY-argv0" || canary == "CANARY-words"));
    }
    CHECK(shown.find("Q0FOQVJZ") == std::string::npos);  // "CANARY" in base64
  }
  CHECK(canaries > 100);
}

TEST_CASE("recorded answers: numbers, escapes and keys that look alike survive beside masks") {
  const std::string text =
      R"([ {"Id":"1","id":"x","Created":9007199254740993,"SizeRw":1E+2,"SizeRootFs":-0.0e-7,)"
      R"("Command":"a \u003cb\u003e","Labels":{"note":"<&>\u2028","token":"hunter2","Token":"hunter2"},)"
      R"("Ports":[],"Ports":null,"Names":["\/web"] } ,{}])"
      "\n";
  const Plan plan = plan_of("ContainerList", {.mask = {"$secrets"}});
  const std::string shown = redact(*plan, text);
  check_same_bytes(text, shown);
  CHECK(shown.find("hunter2") == std::string::npos);
  CHECK(shown.find("u003cb") == std::string::npos);
}

}  // namespace
}  // namespace sealock::policy