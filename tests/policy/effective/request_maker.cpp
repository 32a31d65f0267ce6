#include "tests/policy/effective/request_maker.hpp"

#include "policy/request/json_reader.hpp"
#include "policy/request/query.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sealock::policy::testing {

Request make_request(OperationId id, std::string_view body, std::string_view query) {
  Request request;
  request.operation = &operation(id);
  const auto parsed = parse_query(query, request);
  if (!parsed) FAIL_CHECK("query refused: " << parsed.error().text);
  if (!body.empty()) {
    REQUIRE(request.operation->body != nullptr);
    auto value = read_json_body(body, *request.operation->body);
    if (!value) FAIL_CHECK("body refused: " << value.error().text);
    if (value) request.body = std::move(*value);
  }
  return request;
}

Request make_request_on(std::string target, OperationId id, std::string_view body) {
  Request request = make_request(id, body);
  request.target = std::move(target);
  return request;
}

Request make_create(std::string_view host_config) {
  const std::string body = R"({"Image":"alpine","HostConfig":)" + std::string(host_config) + "}";
  return make_request(OperationId::container_create, body);
}

std::string id_of(char digit) {
  return std::string(64, digit);
}

void FakeEngine::add(ObjectKind kind,
                     std::string id,
                     std::vector<std::string> names,
                     std::string_view inspect) {
  auto value = read_json(inspect);
  REQUIRE(value.has_value());
  objects_.push_back({kind, std::move(id), std::move(names), std::move(*value)});
}

Fact FakeEngine::answer(const Lookup& lookup) const {
  Fact fact;
  fact.lookup = lookup;
  const auto found = std::find_if(objects_.begin(), objects_.end(), [&](const Object& object) {
    if (object.kind != lookup.kind) return false;
    const auto& names = object.names;
    return object.id == lookup.name ||
           std::find(names.begin(), names.end(), lookup.name) != names.end();
  });
  if (found == objects_.end()) return fact;
  fact.exists = true;
  fact.id = found->id;
  fact.inspect = found->inspect;
  return fact;
}

Facts FakeEngine::ask(const Request& request, bool target_wanted) const {
  Facts facts;
  for (const Lookup& lookup : needed_lookups(request, target_wanted))
    facts.add(answer(lookup));
  for (;;) {
    const auto more = further_lookups(request, facts);
    if (more.empty()) return facts;
    for (const Lookup& lookup : more)
      facts.add(answer(lookup));
  }
}

std::string show(std::string_view name, const Request& request, const Facts& facts) {
  const View* view = find_view(name);
  REQUIRE(view != nullptr);
  auto value = view->compute(request, facts);
  if (!value) return "error: " + value.error().text;
  if (view->shape == ViewShape::list) REQUIRE(value->is_list());
  if (auto* list = value->list()) {
    for (Value& element : *list)
      if (const Value* inner = element.find("name")) element = Value(*inner);
  }
  return to_json(*value);
}

std::string show(std::string_view view, const Request& request) {
  return show(view, request, FakeEngine().ask(request));
}

std::string spelling_error(const Request& request) {
  const auto checked = check_spellings(request);
  return checked ? "" : checked.error().text;
}

}  // namespace sealock::policy::testing
