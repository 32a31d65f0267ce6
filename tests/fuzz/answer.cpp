// libFuzzer target: the first byte chooses plan, shape, filter and document, the second the size of
// the pieces, the rest is the engine's answer. Whole and in pieces must agree, a plan that touches
// nothing must change nothing, what comes out must be readable again, and answers that differ from the
// last one in a byte or two are what they would be had there been none.

#include "policy/answer/redaction_plan.hpp"
#include "policy/answer/redactor.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/request/value.hpp"
#include "tests/fuzz/property.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

using Plan = std::unique_ptr<const RedactionPlan>;

Plan compile(std::string_view operation, const RedactRule& rule) {
  auto plan = RedactionPlan::compile(*find_operation(operation), {rule});
  if (!plan) std::abort();
  return std::move(*plan);
}

const std::array<Plan, 4>& plans() {
  static const std::array<Plan, 4> made = {
      compile("ContainerInspect",
              {.rule = "fuzz/mask", .keep = {}, .remove = {}, .mask = {"$secrets"}}),
      compile("ContainerList", {.rule = "fuzz/keep",
                                .keep = {"Id", "Labels", "Mounts[].Source"},
                                .remove = {"Labels[x]"},
                                .mask = {}}),
      compile("SystemEvents",
              {.rule = "fuzz/events", .keep = {}, .remove = {"Actor.ID"}, .mask = {"$secrets"}}),
      compile("ContainerList", {.rule = "fuzz/nothing",
                                .keep = {},
                                .remove = {},
                                .mask = {},
                                .unknown_fields_masked = false}),
  };
  return made;
}

struct Way {
  Redactor::Document document = Redactor::Document::answer;
  Redactor::Shape shape = Redactor::Shape::single;
  bool filtered = false;
};

constexpr std::string_view refused = "refused";

std::string run(const RedactionPlan& plan,
                std::string_view input,
                std::size_t piece,
                const Way& way) {
  ObjectFilter filter;
  if (way.filtered) filter = [](const Value& object) { return object.object()->size() % 2 == 0; };
  Redactor redactor(plan, way.document, way.shape, filter);
  std::string out;
  while (!input.empty()) {
    const std::string bytes(input.substr(0, piece));  // a copy: a look past its end is seen
    if (!redactor.feed(bytes, out)) return std::string(refused);
    input.remove_prefix(bytes.size());
  }
  if (!redactor.finish(out)) return std::string(refused);
  return out;
}

// What a client gets that asks for one object again and again.
class Reader {
public:
  explicit Reader(const RedactionPlan& plan) : plan_(plan) {}

  std::string read(std::string_view input) {
    const LastAnswers::Key key{plan_.number(), 0};
    const std::string bytes(input);
    if (const std::string* const last = answers_.find(key, bytes)) return *last;
    Redactor redactor(plan_, Redactor::Document::answer, Redactor::Shape::single);
    redactor.remember_in(answers_, key);
    std::string out;
    return redactor.feed(bytes, out) && redactor.finish(out) ? out : std::string(refused);
  }

private:
  const RedactionPlan& plan_;
  LastAnswers answers_;
};

void check_repeated(const RedactionPlan& plan, std::size_t choice, std::string_view input) {
  if (input.empty()) return;
  Reader reader(plan);
  std::string answer(input);
  for (std::size_t round = 0; round < 4; ++round) {
    fuzz::require(reader.read(answer) == run(plan, answer, answer.size() + 1, Way()),
                  "the answers before change nothing");
    const std::size_t at = choice * (31U + round) % answer.size();
    if (round == 1) {
      answer.insert(at, 1, answer[at]);  // a longer number or text
    } else {
      answer[at] = static_cast<char>(answer[at] ^ static_cast<char>(1U << choice % 8U));
    }
  }
}

void check(std::uint8_t choice, std::size_t piece, std::string_view input) {
  const RedactionPlan& plan = *plans()[choice % plans().size()];
  Way way;
  if ((choice & 4U) != 0) way.shape = Redactor::Shape::stream;
  way.filtered = (choice & 8U) != 0;
  if ((choice & 16U) != 0) way.document = Redactor::Document::refusal;

  const std::string whole = run(plan, input, input.size() + 1, way);
  fuzz::require(run(plan, input, piece, way) == whole, "pieces change nothing");
  check_repeated(plan, choice + piece, input);
  if (whole == refused || way.document != Redactor::Document::answer) return;
  const bool touches_nothing = choice % plans().size() == 3 && !way.filtered;
  if (touches_nothing) fuzz::require(whole == input, "a plan that touches nothing changes nothing");
  way.filtered = false;
  fuzz::require(run(plan, whole, whole.size() + 1, way) != refused, "what comes out can be read");
}

}  // namespace
}  // namespace sealock::policy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  sealock::policy::check(data[0], 1U + data[1] % 32U, bytes.substr(2));
  return 0;
}
