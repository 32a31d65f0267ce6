#include "policy/rules/test_request.hpp"

#include "policy/answer/redaction_plan.hpp"
#include "policy/answer/redactor.hpp"
#include "policy/answer/written_back.hpp"
#include "policy/effective/effective.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/percent.hpp"
#include "policy/request/query.hpp"
#include "policy/request/route.hpp"
#include "policy/request/target.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/self_test.hpp"
#include "policy/rules/yaml_json.hpp"
#include "policy/scrub/printed_output.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::string_view reason_header = "x-request-reason";

// Tests write queries as people read them: filters={"type":{"container":true}}. A client encodes.
std::string encode_query(std::string_view target) {
  constexpr std::string_view plain = "=&%+/?:@!$'()*,;[]#\\";
  const std::size_t begin = std::min(target.find('?'), target.size());
  std::string encoded(target.substr(0, begin));
  append_encoded(target.substr(begin), plain, encoded);
  return encoded;
}

TestRequest refused(std::string name, const Error& error) {
  TestRequest made;
  made.refused = std::move(name);
  made.reason = error.text;
  return made;
}

// Fills everything but the body and the headers.
TestRequest read_line(const SelfTest& test) {
  const auto method = parse_method(test.method);
  const auto target = parse_target(encode_query(test.target));
  if (!target) return refused("ambiguous-request", target.error());
  if (!method) return refused("ambiguous-request", Error{ErrorKind::bad_request, "unknown method"});
  auto request = route(*method, *target);
  if (!request) {
    const bool unknown = request.error().kind == ErrorKind::denied;
    return refused(unknown ? "unknown-operation" : "ambiguous-request", request.error());
  }
  const auto query = parse_query(target->query, *request);
  if (!query) return refused("ambiguous-request", query.error());
  TestRequest made;
  made.request = std::move(*request);
  return made;
}

std::string empty_body(const Schema& schema) {
  return schema.kind == SchemaKind::list ? "[]" : "{}";
}

// The body's text, as a client would send it.
Result<std::string> body_text(const SelfTest& test, const Operation& operation) {
  if (!test.body) return operation.body_required ? empty_body(*operation.body) : "";
  if (operation.body_kind != BodyKind::json) {
    const bool none = operation.body_kind == BodyKind::none;
    return bad_request(std::string(operation.name) +
                       (none ? " has no body" : " takes an upload; write archive: [...]"));
  }
  if (test.body->is_scalar()) return test.body->text;
  return to_json(json_of(*test.body, operation.body));
}

Result<void> read_headers(const SelfTest& test, Request& request) {
  request.reason = test.reason;
  for (const auto& [name, value] : test.headers) {
    const auto& known = request.operation->headers;
    if (name == reason_header) {
      request.reason = value;
    } else if (std::find(known.begin(), known.end(), name) != known.end()) {
      request.headers.emplace_back(name, value);
    } else {
      return bad_request("the header '" + name + "' means nothing to " +
                         std::string(request.operation->name));
    }
  }
  return {};
}

// The text in which the engine sends the answer.
std::string answer_text(const Value& answer, Redactor::Shape shape) {
  if (shape == Redactor::Shape::single || !answer.is_list()) return to_json(answer);
  std::string text;
  for (const Value& document : *answer.list())
    text += to_json(document) + "\n";
  return text;
}

// Tests see digests and seals of a key that everybody knows.
Disguise test_disguise(const Policy& policy, const Request& request, const Facts& facts) {
  return {std::make_shared<const DisguiseKeys>(DisguiseKeys::Secret{}), std::string(policy.name()),
          0, policy.disguised_object(request, facts)};
}

Result<Value> read_answer(std::string_view text, Redactor::Shape shape) {
  if (shape == Redactor::Shape::single) return read_json(text);
  Value::List documents;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) {
      auto document = read_json(text.substr(0, end));
      if (!document) return document;
      documents.push_back(std::move(*document));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Value(std::move(documents));
}

// What a program prints is written as a text.
Result<Value> scrub_answer(ScrubWays ways,
                           const Request& request,
                           const Facts& facts,
                           const Value& answer) {
  if (answer.string() == nullptr) return bad_request("write what the program prints as a text");
  const auto values = program_values(request, facts);
  if (!values) return tl::unexpected<Error>(values.error());
  StreamScrubber scrubber(StreamScrubber::Form::raw, ways, *values);
  std::string shown;
  Result<void> step = scrubber.feed(*answer.string(), shown);
  if (step) step = scrubber.finish(shown);
  if (!step) return tl::unexpected<Error>(step.error());
  return Value(shown);
}

}  // namespace

Result<TestRequest> make_test_request(const SelfTest& test) {
  TestRequest made = read_line(test);
  if (!made.refused.empty()) return made;
  Request& request = made.request;
  const auto text = body_text(test, *request.operation);
  if (!text) return tl::unexpected(text.error());
  if (!text->empty()) {
    auto body = read_json_body(*text, *request.operation->body);
    if (!body) return refused("ambiguous-body", body.error());
    request.body = std::move(*body);
  }
  const auto headers = read_headers(test, request);
  if (!headers) return tl::unexpected(headers.error());
  const auto written_back = check_written_back(request);
  if (!written_back) return refused("masked-value", written_back.error());
  const auto spellings = check_spellings(request);
  if (!spellings) return refused("ambiguous-body", spellings.error());
  return made;
}

Result<Value> redact_answer(const Policy& policy,
                            const Request& request,
                            const Facts& facts,
                            const Value& answer) {
  const ScrubWays ways = policy.scrub(request, facts);
  if (ways.any()) return scrub_answer(ways, request, facts, answer);
  const RedactionPlan* plan = policy.redaction(request, facts);
  if (plan == nullptr) return answer;
  const bool stream = request.operation->answer == AnswerKind::json_stream;
  const auto shape = stream ? Redactor::Shape::stream : Redactor::Shape::single;
  Redactor redactor(*plan, Redactor::Document::answer, shape, policy.object_filter(request, facts),
                    test_disguise(policy, request, facts));
  std::string shown;
  const auto fed = redactor.feed(answer_text(answer, shape), shown);
  if (!fed) return tl::unexpected(fed.error());
  const auto finished = redactor.finish(shown);
  if (!finished) return tl::unexpected(finished.error());
  return read_answer(shown, shape);
}

bool same_json(const Value& a, const Value& b) {
  if (a.is_object() && b.is_object()) {
    const Value::Object& members = *a.object();
    return members.size() == b.object()->size() &&
           std::all_of(members.begin(), members.end(), [&](const Value::Member& member) {
             const Value* other = b.find(member.first);
             return other != nullptr && same_json(member.second, *other);
           });
  }
  if (a.is_list() && b.is_list()) {
    return std::equal(a.list()->begin(), a.list()->end(), b.list()->begin(), b.list()->end(),
                      same_json);
  }
  return a == b;
}

}  // namespace sealock::policy
