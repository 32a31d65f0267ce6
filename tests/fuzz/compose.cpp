// libFuzzer target: a Compose file. One that is accepted is a whole composition: its stored form is read as
// the same, and what it says, written as JSON, is read as the same components with the same digest.

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_json.hpp"
#include "policy/rules/yaml_reader.hpp"
#include "proxy/deploy/compose_reader.hpp"
#include "proxy/deploy/compose_values.hpp"
#include "tests/fuzz/property.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using namespace sealock;
using fuzz::require;
using nlohmann::json;

constexpr const char* name = "c_20150619_1504";

void check_component(const proxy::Composition& composition, const proxy::Component& component) {
  require(!component.image.empty(), "a component has an image");
  require(composition.find(component.name) != nullptr, "a component is found by its name");
  require(component.replicas >= 0, "no less than no replica");
  require(component.start_period.count() >= 0, "no time before the start");
  require(component.create.at("Image") == component.image, "what is made is what was named");
  require(component.service.is_object(), "a component can be a service");
  for (const proxy::Dependency& need : component.depends_on) {
    const proxy::Component* on = composition.find(need.component);
    require(on != nullptr && on < &component, "what is needed stands before it");
  }
  for (const json& variable : component.create.value("Env", json::array()))
    require(proxy::find_bad_variable(variable.get<std::string>()).empty(), "variables resolve");
}

void check_reports(const policy::Diagnostics& diagnostics) {
  for (const policy::Diagnostic& one : diagnostics.all())
    require(one.place.line > 0 && one.place.column > 0, "an error has a place");
  static_cast<void>(diagnostics.to_text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);  // a copy: a look past its end is seen
  policy::Diagnostics diagnostics;
  const auto composition = proxy::read_compose(name, "compose.yaml", text, diagnostics);
  require(composition.has_value() != diagnostics.has_errors(), "a composition, or an error");
  check_reports(diagnostics);
  if (!composition) return 0;
  require(!composition->components.empty(), "a composition has components");
  for (const proxy::Component& component : composition->components)
    check_component(*composition, component);
  const json stored = proxy::to_json(*composition);
  const proxy::Composition read = proxy::composition_from_json(json::parse(stored.dump()));
  require(proxy::to_json(read) == stored, "what is stored is read as it was");
  static_cast<void>(proxy::judged_body(*composition).dump());

  policy::Diagnostics ignored;
  const auto tree = policy::read_yaml("compose.yaml", text, ignored, policy::YamlProfile::compose);
  require(tree.has_value(), "it is YAML");
  const std::string written = policy::to_json(policy::json_of(*tree, nullptr));
  const auto again = proxy::read_compose(name, "compose.json", written, ignored);
  // All of it written out may be more than a file may be.
  if (!again && written.size() > 256 * 1024) return 0;
  require(again.has_value(), "its JSON is a Compose file");
  require(again->content_digest == composition->content_digest, "the digest stays");
  require(proxy::to_json(*again) == stored, "the content stays");
  return 0;
}
