// `sealock list`: the vocabulary of rule files, from the tables that the loader uses.
#include "policy/answer/answer_schema.hpp"
#include "policy/effective/effective.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/field_type.hpp"
#include "policy/rules/folder.hpp"
#include "policy/rules/name_lists.hpp"
#include "policy/rules/rule_codes.hpp"
#include "policy/rules/rule_set.hpp"
#include "policy/rules/spelling.hpp"
#include "policy/rules/upload_fields.hpp"
#include "policy/tools/text_table.hpp"
#include "policy/tools/tools.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace sealock::policy {
namespace {

using Json = nlohmann::ordered_json;

// What is listed: rows of named cells, which become lines of text or objects of JSON.
struct Listing {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
};

ToolResult print(const Listing& listing, Format format) {
  if (format == Format::text) {
    TextTable table;
    for (const auto& row : listing.rows)
      table.add(row);
    return {table.to_text(), 0};
  }
  Json list = Json::array();
  for (const auto& row : listing.rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i)
      object[listing.names[i]] = row[i];
    list.push_back(std::move(object));
  }
  return {list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", 0};
}

ToolResult failed(const Diagnostics& diagnostics, Format format) {
  return {format == Format::text ? diagnostics.to_text() : diagnostics.to_json() + "\n", 1};
}

std::string_view body_name(BodyKind kind) {
  switch (kind) {
  case BodyKind::none:
    return "";
  case BodyKind::json:
    return "json body";
  case BodyKind::opaque:
    return "opaque body";
  }
  return "";
}

std::string_view answer_name(AnswerKind kind) {
  switch (kind) {
  case AnswerKind::json:
    return "answers json";
  case AnswerKind::json_stream:
    return "streams json";
  case AnswerKind::bytes:
    return "answers bytes";
  case AnswerKind::tunnel:
    return "opens a tunnel";
  }
  return "";
}

Listing operations() {
  Listing listing{{"operation", "method", "path", "effect", "answer", "body"}, {}};
  for (const Operation& operation : all_operations()) {
    listing.rows.push_back(
        {std::string(operation.name), std::string(name_of(operation.method)),
         std::string(operation.path), operation.changes_state ? "changes" : "reads",
         std::string(answer_name(operation.answer)), std::string(body_name(operation.body_kind))});
  }
  return listing;
}

std::string type_text(const FieldType& type) {
  switch (type.shape) {
  case FieldShape::scalar:
    return std::string(name_of(type.type));
  case FieldShape::list:
    return type.type == ValueType::text ? "list of text"
                                        : "list, each " + std::string(name_of(type.type));
  case FieldShape::object_list:
    return "list of objects";
  case FieldShape::object:
    return "object";
  case FieldShape::any:
    break;
  }
  return "anything";
}

Listing fields(const Operation& operation) {
  Listing listing{{"field", "type", "note"}, {}};
  if (operation.body != nullptr) {
    for (const std::string& field : body_fields(*operation.body)) {
      listing.rows.push_back({"body." + field, type_text(field_type(*operation.body, field)), ""});
    }
  }
  for (const Parameter& parameter : operation.parameters) {
    const bool filters = parameter.type == ParameterType::filters;
    listing.rows.push_back({"query." + std::string(parameter.name) + (filters ? ".NAME" : ""),
                            filters ? "list of text" : type_text(type_of_parameter(parameter)),
                            parameter.restricted ? "denied unless a rule names it" : ""});
  }
  for (const UploadField& field : all_upload_fields()) {
    if (!has_upload_field(operation, field)) continue;
    listing.rows.push_back(
        {std::string(field.name), type_text(field.type), std::string(field.meaning)});
  }
  for (const std::string& field : answer_fields(operation))
    listing.rows.push_back({"answer " + field, "", "for keep, remove and mask"});
  return listing;
}

Listing views() {
  Listing listing{{"view", "shape", "meaning"}, {}};
  for (const View& view : all_views()) {
    listing.rows.push_back({"effective." + std::string(view.name),
                            view.shape == ViewShape::list ? "list" : "text",
                            std::string(view.meaning)});
  }
  return listing;
}

Listing codes() {
  Listing listing{{"code", "meaning"}, {}};
  for (const std::span<const CodeMeaning> table : {yaml_codes(), rule_codes()}) {
    for (const CodeMeaning& code : table)
      listing.rows.push_back({std::string(code.code), std::string(code.meaning)});
  }
  return listing;
}

ToolResult list_fields(const ListOptions& options) {
  if (const Operation* operation = find_operation(options.operation)) {
    return print(fields(*operation), options.format);
  }
  Suggestion suggestion(options.operation);
  for (const Operation& operation : all_operations())
    suggestion.offer(operation.name);
  const std::string hint = suggestion.hint("`sealock list operations` names them");
  return {"there is no operation '" + options.operation + "'; " + hint + "\n", 1};
}

ToolResult list_lists(const ListOptions& options) {
  Diagnostics diagnostics;
  NameLists lists;
  const auto files = files_in(options.rules / "lists", ".yaml");
  if (!files) {
    diagnostics.error("R40", Place{(options.rules / "lists").string(), 0, 0, 1},
                      "there is no such folder");
    return failed(diagnostics, options.format);
  }
  for (const std::filesystem::path& file : *files) {
    const auto root = read_yaml_file(file, diagnostics);
    if (root) read_list_library(*root, lists, diagnostics);
  }
  if (diagnostics.has_errors()) return failed(diagnostics, options.format);
  Listing listing{{"list", "library", "words"}, {}};
  for (const NameList& list : lists.all()) {
    std::string words;
    for (const Word& word : list.words)
      words += (words.empty() ? "" : " ") + word.text;
    listing.rows.push_back({"$" + list.name, list.library, words});
  }
  return print(listing, options.format);
}

std::string_view effect_name(RuleKind kind) {
  switch (kind) {
  case RuleKind::allow:
    return "allow";
  case RuleKind::deny:
    return "deny";
  case RuleKind::redact:
    return "redact";
  }
  return "";
}

std::string_view mode_name(Mode mode) {
  switch (mode) {
  case Mode::enforce:
    return "enforce";
  case Mode::warn:
    return "warn";
  case Mode::audit:
    return "audit";
  }
  return "";
}

std::string_view severity_name(Severity severity) {
  static constexpr std::array<std::string_view, 4> names{"low", "medium", "high", "critical"};
  return names.at(static_cast<std::size_t>(severity));
}

std::string actions_text(const CompiledRule& rule) {
  const auto engine_operations = static_cast<std::size_t>(
      std::count_if(all_operations().begin(), all_operations().end(),
                    [](const Operation& one) { return one.answered_by == AnsweredBy::engine; }));
  if (rule.operations.count() == engine_operations) return "every_operation";
  std::string text;
  for (const Operation& operation : all_operations()) {
    if (!rule.operations[static_cast<std::size_t>(operation.id)]) continue;
    text += text.empty() ? "" : " ";
    text += operation.name;
  }
  return text;
}

ToolResult list_rules(const ListOptions& options) {
  Diagnostics diagnostics;
  const RuleSet set = load_rule_set(find_rule_files(options.rules, diagnostics),
                                    {LoadOptions::Tests::skip}, diagnostics);
  if (diagnostics.has_errors()) return failed(diagnostics, options.format);
  Listing listing{{"rule", "effect", "mode", "severity", "references", "actions", "because"}, {}};
  for (const TestedPolicy& tested : set.policies) {
    for (const CompiledRule& rule : tested.policy.own().rules) {
      std::string references;
      for (const std::string& reference : rule.references)
        references += (references.empty() ? "" : " ") + reference;
      std::vector<std::string> row{rule.name, std::string(effect_name(rule.kind)),
                                   std::string(mode_name(rule.mode)),
                                   std::string(severity_name(rule.severity)), references};
      if (options.format == Format::json) {
        row.push_back(actions_text(rule));
        row.push_back(rule.because);
      }
      listing.rows.push_back(std::move(row));
    }
  }
  return print(listing, options.format);
}

struct SubjectName {
  std::string_view name;
  Subject subject;
};

constexpr std::array subjects{
    SubjectName{"operations", Subject::operations}, SubjectName{"fields", Subject::fields},
    SubjectName{"lists", Subject::lists},           SubjectName{"views", Subject::views},
    SubjectName{"rules", Subject::rules},           SubjectName{"codes", Subject::codes},
};

}  // namespace

std::optional<Subject> find_subject(std::string_view name) {
  const auto found = std::find_if(subjects.begin(), subjects.end(),
                                  [&](const SubjectName& subject) { return subject.name == name; });
  if (found == subjects.end()) return std::nullopt;
  return found->subject;
}

ToolResult list(Subject subject, const ListOptions& options) {
  switch (subject) {
  case Subject::operations:
    return print(operations(), options.format);
  case Subject::fields:
    return list_fields(options);
  case Subject::lists:
    return list_lists(options);
  case Subject::views:
    return print(views(), options.format);
  case Subject::rules:
    return list_rules(options);
  case Subject::codes:
    return print(codes(), options.format);
  }
  return {"there is nothing to list\n", 1};
}

}  // namespace sealock::policy
