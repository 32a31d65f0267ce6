// What is sent again is what would have been made anew: of every recorded answer, of answers changed
// at random, and of those that somebody made to get a secret out of it.

#include "policy/answer/last_answers.hpp"

#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <random>
#include <set>

namespace sealock::policy {
namespace {

// Of one client that asks for one object.
class Reader {
public:
  explicit Reader(const RedactionPlan& plan) : plan_(plan) {}

  // What has come whole is looked for first.
  std::string read(std::string_view answer, std::size_t piece = std::string_view::npos) {
    if (piece >= answer.size()) {
      const std::string* const last = answers_.find(key(), answer);
      if (last != nullptr) return *last;
    }
    Redactor redactor(plan_, Redactor::Document::answer, Redactor::Shape::single);
    redactor.remember_in(answers_, key());
    std::string out;
    while (!answer.empty()) {
      const std::string bytes(answer.substr(0, piece));
      if (!redactor.feed(bytes, out)) return "error";
      answer.remove_prefix(bytes.size());
    }
    return redactor.finish(out) ? out : "error";
  }

  // Would it be sent again without a look at its grammar?
  bool repeats(std::string_view answer) { return answers_.find(key(), answer) != nullptr; }

private:
  [[nodiscard]] LastAnswers::Key key() const { return {plan_.number(), 7}; }

  const RedactionPlan& plan_;
  LastAnswers answers_;
};

std::string fresh(const RedactionPlan& plan, std::string_view answer) {
  Redactor redactor(plan, Redactor::Document::answer, Redactor::Shape::single);
  std::string out;
  return redactor.feed(answer, out) && redactor.finish(out) ? out : "error";
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::vector<Recording> documents() {
  std::vector<Recording> all = recordings();
  std::erase_if(all, [](const Recording& recording) {
    return recording.operation->answer == AnswerKind::json_stream;
  });
  return all;
}

const Plan& inspect_plan() {
  static const Plan plan = plan_of("ContainerInspect", {.mask = {"$secrets"}});
  return plan;
}

constexpr std::string_view inspected =
    R"({"Id":"1f","Args":["-c","x"],"Config":{"Env":["PW=one","NAME"],"Labels":)"
    R"({"password":"two","note":"three"}},"HostConfig":{"Memory":5}})"
    "\n";

// Texts in these are hidden for what they say, so that another in their place might have to show.
bool is_hidden_for_its_text(const std::string& recording) {
  const std::set<std::string> with_label_url = {"30-ContainerInspect-11", "30-ContainerInspect-12"};
  const std::set<std::string> with_security_option = {"30-ContainerInspect-17",
                                                      "30-ContainerInspect-18"};
  const std::set<std::string> with_error_text = {"30-ContainerInspect-19", "24-ContainerInspect-3"};
  return with_label_url.contains(recording) || with_security_option.contains(recording) ||
         with_error_text.contains(recording);
}

TEST_CASE("last answers: recorded inspects are sent again, and every recorded answer the same") {
  for (const Recording& recording : documents()) {
    CAPTURE(recording.file);
    const Plan plan = plan_of(recording.operation->name, {.mask = {"$secrets"}});
    Reader reader(*plan);
    const std::string expected = fresh(*plan, recording.text);
    CHECK(reader.read(recording.text) == expected);
    if (recording.operation->id == OperationId::container_inspect) {
      CHECK(reader.repeats(recording.text) != is_hidden_for_its_text(recording.file));
    }
    CHECK(reader.read(recording.text) == expected);
  }
}

TEST_CASE("last answers: a secret that changes, of any length and spelling, is hidden again") {
  Reader reader(*inspect_plan());
  const std::string shown = reader.read(inspected);
  CHECK(shown.find("PW=**masked**") != std::string::npos);
  for (const std::string_view secret :
       {"", "a=b", "x \\\"quoted\\\" y", "\\u0022,\\u0022Id\\u0022:\\u0022", "\\\\", "\xc3\xa4",
        "**masked**", "longer than everything that stood there before it"}) {
    CAPTURE(secret);
    const std::string changed = replaced(std::string(inspected), "one", secret);
    CHECK(reader.repeats(changed));
    CHECK(reader.read(changed) == shown);
    CHECK(fresh(*inspect_plan(), changed) == shown);
  }
}

TEST_CASE("last answers: what shows is read again when it has changed") {
  Reader reader(*inspect_plan());
  const std::string first(inspected);
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"PW", "PX"},
                                 {"NAME", "NAME=four"},
                                 {"password", "passwort"},
                                 {"three", "ghp_0123456789abcdefghijklmnopqrstuvwxyz"},
                                 {"\"Id\"", "\"iD\""},
                                 {"\"1f\"", "null"},
                                 {"\"1f\"", "5"},
                                 {"\"1f\"", "{\"Env\":[\"A=b\"]}"},
                                 {"\"1f\"", "\"1f\",\"Path\":\"/bin/sh -p secret\""},
                                 {":5", ":-5"},
                                 {":5", ":5.5"},
                                 {":5", ":5e1"},
                                 {":5", ":\"5\""},
                                 {":5", ":[5]"},
                                 {":5", ":5 "},
                                 {"\"-c\",", ""}}) {
    CAPTURE(from);
    CHECK(reader.read(first) == fresh(*inspect_plan(), first));
    const std::string changed = replaced(first, from, to);
    CHECK_FALSE(reader.repeats(changed));
    CHECK(reader.read(changed) == fresh(*inspect_plan(), changed));
  }
}

TEST_CASE("last answers: a value that shows whatever it says is copied when it has changed") {
  Reader reader(*inspect_plan());
  reader.read(inspected);
  for (const std::string_view id :
       {"2e", "", "3", "longer than \\\"1f\\\" and \\u00e4", "\\\\", "1f"}) {
    for (const std::string_view memory : {"6", "0", "9007199254740993", "5"}) {
      CAPTURE(id);
      CAPTURE(memory);
      std::string changed = replaced(std::string(inspected), "1f", id);
      changed = replaced(changed, ":5", ":" + std::string(memory));
      changed = replaced(changed, "one", id.empty() ? "secret" : "one");
      CHECK(reader.repeats(changed));
      CHECK(reader.read(changed) == fresh(*inspect_plan(), changed));
    }
  }
}

TEST_CASE("last answers: another health check: its times are copied, and its output is hidden") {
  const std::vector<Recording> all = documents();
  const auto checked = std::find_if(all.begin(), all.end(), [](const Recording& recording) {
    return recording.file == "41-ContainerInspect-1";
  });
  REQUIRE(checked != all.end());
  Reader reader(*inspect_plan());
  reader.read(checked->text);
  std::string later = replaced(checked->text, "CANARY-health-output", "another secret");
  std::size_t times = 0;
  for (std::size_t at = 0; (at = later.find("T02:11:", at)) != std::string::npos; ++times)
    later.replace(at, 8, "T03:55:00.7");
  CHECK(times > 10);
  CHECK(reader.repeats(later));
  CHECK(reader.read(later) == fresh(*inspect_plan(), later));
}

TEST_CASE("attack: a broken value is not taken for one that has changed") {
  Reader reader(*inspect_plan());
  const std::string shown = reader.read(inspected);
  reader.read(replaced(replaced(std::string(inspected), "1f", "2e"), ":5", ":6"));
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{":5", ":05"},
                                 {":5", ":5a"},
                                 {":5", ":"},
                                 {":5", ":5,"},
                                 {"1f", "\\x"},
                                 {"1f", "\n"},
                                 {"1f", "\\u12g4"},
                                 {"1f\"", "\\\""}}) {
    CAPTURE(to);
    CHECK(reader.read(replaced(std::string(inspected), from, to)) == "error");
    CHECK(reader.read(inspected) == shown);
  }
}

TEST_CASE(
    "last answers: all that a plan leaves alone can change, one value after the other and at "
    "once") {
  std::string first = "{\"HostConfig\":{\"Memory\":1},\"GraphDriver\":{\"Data\":null},\"SizeRw\":1";
  std::string second =
      "{\"HostConfig\":{\"Memory\":2},\"GraphDriver\":{\"Data\":null},\"SizeRw\":2";
  for (int field = 0; field < 40; ++field) {
    first += ",\"SizeRootFs\":" + std::to_string(field);
    second += ",\"SizeRootFs\":" + std::to_string(1000 - field);
  }
  first += ",\"Args\":[\"one\"]}";
  second += ",\"Args\":[\"another\"]}";
  Reader reader(*inspect_plan());
  for (int round = 0; round < 8; ++round) {
    CHECK(reader.read(first) == fresh(*inspect_plan(), first));
    CHECK(reader.read(second) == fresh(*inspect_plan(), second));
  }
  CHECK(reader.repeats(first));
  CHECK(reader.repeats(second));
}

TEST_CASE("attack: a value hidden for its form is not taken for one that is hidden for its name") {
  Reader reader(*inspect_plan());
  const std::string token =
      replaced(std::string(inspected), "three", "ghp_0123456789abcdefghijklmnopqrstuvwxyz");
  CHECK(reader.read(token).find("ghp_") == std::string::npos);
  CHECK(reader.read(inspected) == fresh(*inspect_plan(), inspected));
  CHECK(reader.read(token) == fresh(*inspect_plan(), token));
}

TEST_CASE("attack: a broken answer is not taken for the last one") {
  Reader reader(*inspect_plan());
  const std::string shown = reader.read(inspected);
  for (const std::string_view secret : {"\\x", "\\u12g4", "\\", "\n", "\x01", "\","}) {
    CAPTURE(secret);
    CHECK(reader.read(replaced(std::string(inspected), "one", secret)) == "error");
    CHECK(reader.read(inspected) == shown);
  }
  for (std::size_t size = 0; size < inspected.size() - 1; ++size) {
    CAPTURE(size);
    CHECK(reader.read(inspected.substr(0, size)) ==
          fresh(*inspect_plan(), inspected.substr(0, size)));
  }
  CHECK(reader.read(std::string(inspected) + " ") == shown + " ");
  CHECK(reader.read(std::string(inspected) + "{\"Config\":{\"Env\":[\"A=b\"]}}") == "error");
}

TEST_CASE("attack: the first piece of an answer is not taken for all of it") {
  Reader reader(*inspect_plan());
  const std::size_t document = inspected.size() - 1;  // without its line feed
  for (std::size_t piece = 1; piece < document; ++piece) {
    CAPTURE(piece);
    CHECK(reader.read(inspected, piece) == fresh(*inspect_plan(), inspected));
    CHECK_FALSE(reader.repeats(inspected.substr(0, piece)));
  }
}

TEST_CASE("attack: another plan's answer, also after a reload") {
  const Plan open = plan_of("ContainerInspect", {.unknown_fields_masked = false});
  LastAnswers answers;
  const auto read = [&answers](const RedactionPlan& plan) {
    const LastAnswers::Key key{plan.number(), 7};
    const std::string* const last = answers.find(key, inspected);
    if (last != nullptr) return *last;
    Redactor redactor(plan, Redactor::Document::answer, Redactor::Shape::single);
    redactor.remember_in(answers, key);
    std::string out;
    REQUIRE(redactor.feed(inspected, out));
    return out;
  };
  CHECK(read(*open) == inspected);
  CHECK(read(*open) == inspected);
  CHECK(read(*inspect_plan()) == fresh(*inspect_plan(), inspected));
  std::uint64_t last = inspect_plan()->number();
  for (int round = 0; round < 3; ++round) {
    const Plan again = plan_of("ContainerInspect", {.mask = {"Name"}});
    CHECK(again->number() > last);
    last = again->number();
  }
}

TEST_CASE("last answers: what a plan drops, or makes of numbers, is not remembered") {
  const Plan drops = plan_of("ContainerInspect", {.remove = {"Args"}, .mask = {"$secrets"}});
  Reader dropping(*drops);
  CHECK(dropping.read(inspected) == fresh(*drops, inspected));
  CHECK_FALSE(dropping.repeats(inspected));
  const Plan hides = plan_of("ContainerInspect", {.mask = {"HostConfig.Memory"}});
  Reader hiding(*hides);
  CHECK(hiding.read(inspected) == fresh(*hides, inspected));
  CHECK_FALSE(hiding.repeats(inspected));
}

TEST_CASE("last answers: long answers and ones that change each time cost no memory") {
  LastAnswers answers;
  const std::string large = "{\"Id\":\"" + std::string(LastAnswers::answer_bytes, 'x') + "\"}";
  CHECK_FALSE(answers.wants({1, 1}, large));
  CHECK_FALSE(answers.wants({1, 1}, ""));
  CHECK_FALSE(answers.wants({1, 1}, "5"));
  int wanted = 0;
  for (int round = 0; round < 1000; ++round) {
    const std::string text = "{\"Id\":\"" + std::to_string(round) + "\"}";
    CHECK(answers.find({1, 1}, text) == nullptr);
    if (!answers.wants({1, 1}, text)) continue;
    ++wanted;
    answers.remember({1, 1}, text, text, {});
  }
  CHECK(wanted > 1);
  CHECK(wanted < 40);
}

TEST_CASE("property: recorded answers changed at random are what they are without a memory") {
  std::mt19937 random(std::random_device{}());
  const auto below = [&random](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  constexpr std::string_view bytes = "{}[]\",:\\u0e1-+=. \nabntf\xff/";
  int repeated = 0;
  for (const Recording& recording : documents()) {
    if (recording.text.size() > LastAnswers::answer_bytes) continue;
    CAPTURE(recording.file);
    const Plan plan = plan_of(recording.operation->name, {.mask = {"$secrets"}});
    Reader reader(*plan);
    for (int round = 0; round < 60; ++round) {
      if (below(2) == 0) reader.read(recording.text);
      std::string changed = recording.text;
      const std::size_t at = below(changed.size());
      if (std::isdigit(static_cast<unsigned char>(changed[at])) != 0) {
        changed.replace(at, below(2), std::to_string(below(1000)));
      } else if (below(2) == 0) {
        changed[at] = bytes[below(bytes.size())];
      } else {
        changed.insert(at, 1 + below(3), bytes[below(bytes.size())]);
      }
      CAPTURE(changed);
      if (reader.repeats(changed)) ++repeated;
      REQUIRE(reader.read(changed) == fresh(*plan, changed));
    }
  }
  CHECK(repeated > 0);
}

}  // namespace
}  // namespace sealock::policy
