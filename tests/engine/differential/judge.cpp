// What sealock understands of requests, as JSON: for the differential test, which holds it against
// what the engine understands of what was forwarded.
//
//   differential_judge --catalogue     the catalogue, once
//   differential_judge                 a line in, a line out
//
// In:   {"method", "target", "body": hex, or null for none}
//       {"facts": [{"kind", "name", "exists", "id", "inspect"}]}: what the engine said of objects
// Out:  {"refused": 400, "why"}, {"ask": [{"kind", "name"}]} when a fact is missing,
//       or {"operation", "version", "target", "second", "query", "body", "views", "sent"}:
//       views by name, {"error": ...} where one cannot be computed; sent: the rebuilt request
//
// Steps and order are those of proxy/net/session.cpp.

#include "policy/effective/effective.hpp"
#include "policy/effective/facts.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/query.hpp"
#include "policy/request/request.hpp"
#include "policy/request/route.hpp"
#include "policy/request/target.hpp"
#include "tests/engine/differential/catalogue.hpp"

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::differential {
namespace {

using nlohmann::json;
using policy::Fact;
using policy::Facts;
using policy::Lookup;
using policy::Request;
using policy::Value;

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::strtoul(text.substr(i, 2).c_str(), nullptr, 16));
  return bytes;
}

policy::ObjectKind kind_called(std::string_view name) {
  using Kind = policy::ObjectKind;
  for (const Kind kind :
       {Kind::container, Kind::image, Kind::network, Kind::volume, Kind::exec, Kind::service,
        Kind::secret, Kind::config, Kind::node, Kind::task, Kind::plugin}) {
    if (policy::name_of(kind) == name) return kind;
  }
  std::abort();
}

json to_document(const Value& value) {
  return json::parse(policy::to_json(value), nullptr, false);
}

json refused(const Error& error) {
  const bool denied = error.kind == ErrorKind::denied;
  const bool missing = error.kind == ErrorKind::not_found;
  return {{"refused", denied ? 403 : missing ? 404 : 400}, {"why", error.text}};
}

Result<Request> read_line(const json& line) {
  const auto method = policy::parse_method(line.at("method").get<std::string>());
  if (!method) return bad_request("no such method");
  const auto target = policy::parse_target(from_hex(line.at("target").get<std::string>()));
  if (!target) return tl::unexpected(target.error());
  auto request = policy::route(*method, *target);
  if (!request) return request;
  const auto query = policy::parse_query(target->query, *request);
  if (!query) return tl::unexpected(query.error());
  return request;
}

// What proxy/net/body_reader.cpp makes of a body that is not opaque.
Result<void> read_body(const json& line, Request& request) {
  const policy::Operation& operation = *request.operation;
  const std::string text =
      line.at("body").is_null() ? std::string() : from_hex(line.at("body").get<std::string>());
  if (operation.body_kind != policy::BodyKind::json || text.empty()) {
    const bool missing = text.empty() && operation.body_required;
    return missing ? Result<void>(bad_request("needs a JSON body")) : Result<void>();
  }
  auto body = policy::read_json_body(text, *operation.body);
  if (!body) return tl::unexpected(body.error());
  request.body = std::move(*body);
  return {};
}

class Judge {
public:
  json answer(const json& line) {
    if (line.contains("facts")) return learn(line["facts"]);
    auto request = read_line(line);
    if (!request) return refused(request.error());
    const auto body = read_body(line, *request);
    if (!body) return refused(body.error());
    const auto spelt = policy::check_spellings(*request);
    if (!spelt) return refused(spelt.error());

    Facts facts;
    std::vector<Lookup> lookups = policy::needed_lookups(*request, false);
    while (!lookups.empty()) {
      json missing = json::array();
      for (const Lookup& lookup : lookups) {
        const Fact* known = find(lookup);
        if (known != nullptr) {
          facts.add(*known);
        } else {
          missing.push_back({{"kind", policy::name_of(lookup.kind)}, {"name", lookup.name}});
        }
      }
      if (!missing.empty()) return {{"ask", std::move(missing)}};
      lookups = policy::further_lookups(*request, facts);
    }
    const auto pinned = policy::pin_references(*request, facts);
    if (!pinned) return refused(pinned.error());
    return describe(*request, facts);
  }

private:
  json learn(const json& facts) {
    for (const json& given : facts) {
      Fact fact;
      fact.lookup.kind = kind_called(given.at("kind").get<std::string>());
      fact.lookup.name = given.at("name").get<std::string>();
      fact.exists = given.at("exists").get<bool>();
      fact.id = given.at("id").get<std::string>();
      if (fact.exists) fact.inspect = *policy::read_json(given.at("inspect").dump());
      known_.push_back(std::move(fact));
    }
    return {{"known", known_.size()}};
  }

  const Fact* find(const Lookup& lookup) const {
    for (const Fact& fact : known_) {
      if (fact.lookup == lookup) return &fact;
    }
    return nullptr;
  }

  static json describe(Request& request, const Facts& facts) {
    json query = json::object();
    for (const auto& [parameter, value] : request.query)
      query[std::string(parameter->name)] = to_document(value);
    json views = json::object();
    for (const policy::View& view : policy::all_views()) {
      const auto value = view.compute(request, facts);
      views[std::string(view.name)] =
          value ? to_document(*value) : json{{"error", value.error().text}};
    }
    json made = {{"operation", request.operation->name},
                 {"version", request.version},
                 {"target", request.target},
                 {"second", request.second},
                 {"query", std::move(query)},
                 {"dropped", request.dropped_parameters},
                 {"body", to_document(request.body)},
                 {"views", std::move(views)}};
    policy::pin_networks(request, facts);
    policy::write_defaults(request);
    made["sent"] = {{"method", policy::name_of(request.operation->method)},
                    {"target", policy::engine_target(request)},
                    {"body", policy::engine_body(request)}};
    return made;
  }

  std::vector<Fact> known_;
};

void serve() {
  Judge judge;
  std::string line;
  while (std::getline(std::cin, line)) {
    const json answer = judge.answer(json::parse(line));
    std::cout << answer.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
}

}  // namespace
}  // namespace sealock::differential

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "--catalogue") {
    std::cout << sealock::differential::catalogue().dump() << '\n';
    return 0;
  }
  sealock::differential::serve();
  return 0;
}
