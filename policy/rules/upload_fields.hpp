// The fields of rules that speak of what is in an upload: archive.*, build.* and load.*.
//
//   archive.compression   how it is packed: none, gzip, bzip2, xz, zstd
//   archive.path, .type, .bytes, .total_bytes, .number, .privileges, .link, .link_leaves
//                         one entry of it
//   build.instruction, build.fetches
//                         one instruction of the Dockerfile of a build
//   build.from.registry, .repository, .tag, .digest
//                         one image that the Dockerfile begins with, copies from or is read by
//   load.registry, .repository, .tag
//                         one name that a load gives to an image
//
// Each is of one thing, and a rule is asked about every thing of its kind while the upload streams by:
// a deny rule hits when one of them fits all its conditions, an allow rule must hold for every one. So
// a deny rule speaks of one kind only (and of archive.compression, which is the same for all).
//
// Errors:  a field that cannot be computed (a FROM with a variable that nobody gave) is unknown: a deny
//          hits, an allow misses (rules.md 4.2).
// Threads: immutable tables.

#pragma once

#include "policy/archive/upload_item.hpp"
#include "policy/rules/condition.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/field_lookup.hpp"
#include "policy/rules/field_type.hpp"
#include "policy/rules/field_value.hpp"

#include <list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sealock::policy {

struct UploadField {
  std::string_view name;  // "archive.path"
  archive::ItemKind kind;
  FieldType type;
  std::string_view meaning;
  Value (*read)(const archive::UploadItem& item);
};

[[nodiscard]] std::span<const UploadField> all_upload_fields();
[[nodiscard]] bool has_upload_field(const Operation& operation, const UploadField& field);

// "archive", "build", "load".
[[nodiscard]] bool is_upload_source(std::string_view source);
// Reports what is wrong with the name (R14), with a suggestion.
[[nodiscard]] std::optional<FoundField> find_upload_field(std::string_view text,
                                                          const Place& place,
                                                          const Actions& actions,
                                                          Diagnostics& diagnostics);

// `made` keeps the value.
[[nodiscard]] FieldValue read_upload_field(const UploadField& field,
                                           const archive::UploadItem& item,
                                           std::list<Value>& made);

[[nodiscard]] bool looks_at_upload(const Condition& condition);
[[nodiscard]] bool looks_at_upload(const std::vector<Condition>& conditions);
// Of which things a rule with these conditions is asked, besides the upload as a whole. More than one:
// it is no deny rule that can be understood.
[[nodiscard]] std::vector<archive::ItemKind> item_kinds(const std::vector<Condition>& conditions);

}  // namespace sealock::policy
