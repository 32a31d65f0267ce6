// Checks audit lines against rules/schema/audit-v1.json: as much of JSON Schema as that file uses,
// and an error for any keyword that it does not know.

#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

namespace sealock::tests {

class AuditSchema {
public:
  explicit AuditSchema(const std::string& file) : root_(read(file)) {}

  // Empty when the line is a record of the schema.
  [[nodiscard]] std::string problem(const std::string& line) const {
    const auto value = nlohmann::json::parse(line, nullptr, false);
    if (value.is_discarded()) return "not JSON: " + line;
    std::size_t matches = 0;
    std::string problems;
    for (const auto& choice : root_.at("oneOf")) {
      const std::string found = check(value, choice, "");
      matches += found.empty() ? 1 : 0;
      problems += found + "; ";
    }
    return matches == 1 ? "" : problems + line;
  }

  [[nodiscard]] const nlohmann::json& definition(const std::string& name) const {
    return root_.at("$defs").at(name);
  }

private:
  static nlohmann::json read(const std::string& file) {
    std::ifstream stream(file);
    return nlohmann::json::parse(stream);
  }

  static std::string type_of(const nlohmann::json& value) {
    if (value.is_number_integer()) return "integer";
    return value.type_name();
  }

  std::string check(const nlohmann::json& value,
                    const nlohmann::json& schema,
                    const std::string& at) const {
    for (const auto& [keyword, argument] : schema.items()) {
      const std::string found = check_keyword(value, schema, keyword, at);
      if (!found.empty()) return at + ": " + found;
    }
    return {};
  }

  std::string check_keyword(const nlohmann::json& value,
                            const nlohmann::json& schema,
                            const std::string& keyword,
                            const std::string& at) const {
    const nlohmann::json& argument = schema.at(keyword);
    if (keyword == "description" || keyword == "additionalProperties") return {};
    if (keyword == "$ref") {
      const auto name = argument.get<std::string>().substr(std::string("#/$defs/").size());
      return check(value, definition(name), at);
    }
    if (keyword == "const") return value == argument ? "" : "not " + argument.dump();
    if (keyword == "enum") {
      const bool found = std::find(argument.begin(), argument.end(), value) != argument.end();
      return found ? "" : "not one of " + argument.dump();
    }
    if (keyword == "type") return type_of(value) == argument ? "" : "not a " + argument.dump();
    if (keyword == "pattern") {
      const std::regex pattern(argument.get<std::string>());
      return std::regex_match(value.get<std::string>(), pattern) ? "" : "does not match";
    }
    if (keyword == "minimum") return value >= argument ? "" : "too small";
    if (keyword == "maximum") return value <= argument ? "" : "too large";
    if (keyword == "required") {
      for (const auto& name : argument) {
        if (!value.contains(name.get<std::string>())) return "lacks " + name.dump();
      }
      return {};
    }
    if (keyword == "items") {
      for (const auto& item : value) {
        const std::string found = check(item, argument, at + "[]");
        if (!found.empty()) return found;
      }
      return {};
    }
    if (keyword == "properties") return check_members(value, argument, at);
    return "the schema uses '" + keyword + "', which this test does not know";
  }

  std::string check_members(const nlohmann::json& value,
                            const nlohmann::json& properties,
                            const std::string& at) const {
    for (const auto& [name, member] : value.items()) {
      if (!properties.contains(name)) return "unknown member '" + name + "'";
      const std::string found = check(member, properties.at(name), at + "." + name);
      if (!found.empty()) return found;
    }
    return {};
  }

  nlohmann::json root_;
};

}  // namespace sealock::tests
