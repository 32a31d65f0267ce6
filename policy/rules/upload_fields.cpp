#include "policy/rules/upload_fields.hpp"

#include "policy/archive/entry_path.hpp"
#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace sealock::policy {
namespace {

using archive::EntryType;
using archive::ItemKind;
using archive::UploadItem;

constexpr FieldType a_text{FieldShape::scalar, ValueType::text};
constexpr FieldType a_texts{FieldShape::list, ValueType::text};
constexpr FieldType a_number{FieldShape::scalar, ValueType::integer};
constexpr FieldType a_boolean{FieldShape::scalar, ValueType::boolean};

constexpr std::uint32_t setuid_bit = 04000;
constexpr std::uint32_t setgid_bit = 02000;

Value number_of(std::uint64_t number) {
  return Value(static_cast<std::int64_t>(number));
}

Value text_of(std::string_view text) {
  return text.empty() ? Value() : Value(text);
}

// What a program in this file is given that its caller has not.
Value privileges(const UploadItem& item) {
  Value::List found;
  const bool file = item.entry.type == EntryType::file;
  if (file && (item.entry.mode & setuid_bit) != 0) found.emplace_back("setuid");
  if (file && (item.entry.mode & setgid_bit) != 0) found.emplace_back("setgid");
  if (item.entry.capabilities) found.emplace_back("capabilities");
  return Value(std::move(found));
}

Value link_leaves(const UploadItem& item) {
  const bool symlink = item.entry.type == EntryType::symlink;
  return Value(symlink && archive::leaves_archive(item.entry.path, item.entry.link));
}

constexpr auto fields = std::to_array<UploadField>({
    {"archive.compression", ItemKind::upload, a_text,
     "how it is packed: none, gzip, bzip2, xz or zstd",
     [](const UploadItem& item) { return Value(name_of(item.compression)); }},
    {"archive.path", ItemKind::entry, a_text,
     "where the entry goes: in the container (for a copy), else from / of the archive",
     [](const UploadItem& item) { return Value(item.path); }},
    {"archive.type", ItemKind::entry, a_text,
     "file, directory, symlink, hardlink, char-device, block-device or fifo",
     [](const UploadItem& item) { return Value(name_of(item.entry.type)); }},
    {"archive.bytes", ItemKind::entry, a_number, "the size of the file",
     [](const UploadItem& item) { return number_of(item.entry.bytes); }},
    {"archive.total_bytes", ItemKind::entry, a_number,
     "the size of all files up to this one, unpacked",
     [](const UploadItem& item) { return number_of(item.total_bytes); }},
    {"archive.number", ItemKind::entry, a_number, "which entry it is, from 1",
     [](const UploadItem& item) { return number_of(item.number); }},
    {"archive.privileges", ItemKind::entry, a_texts,
     "what the file gives to who runs it: setuid, setgid, capabilities", privileges},
    {"archive.link", ItemKind::entry, a_text, "what the link points to, as written",
     [](const UploadItem& item) { return text_of(item.entry.link); }},
    {"archive.link_leaves", ItemKind::entry, a_boolean,
     "the symbolic link is absolute, or climbs out of the archive", link_leaves},
    {"build.instruction", ItemKind::instruction, a_text, "RUN, ADD, COPY ... in capitals",
     [](const UploadItem& item) { return text_of(item.instruction); }},
    {"build.fetches", ItemKind::instruction, a_text, "the address that an ADD fetches",
     [](const UploadItem& item) { return text_of(item.fetched); }},
    {"build.from.registry", ItemKind::build_image, a_text,
     "of an image in FROM, COPY --from, RUN --mount or # syntax, as effective.image.registry",
     [](const UploadItem& item) { return text_of(item.image.registry); }},
    {"build.from.repository", ItemKind::build_image, a_text, "its repository",
     [](const UploadItem& item) { return text_of(item.image.repository); }},
    {"build.from.tag", ItemKind::build_image, a_text, "its tag; latest when nothing is said",
     [](const UploadItem& item) { return text_of(item.image.tag); }},
    {"build.from.digest", ItemKind::build_image, a_text, "its digest, when it has one",
     [](const UploadItem& item) { return text_of(item.image.digest); }},
    {"load.registry", ItemKind::loaded_image, a_text,
     "of a name that the load gives to an image, as effective.image.registry",
     [](const UploadItem& item) { return text_of(item.image.registry); }},
    {"load.repository", ItemKind::loaded_image, a_text, "its repository",
     [](const UploadItem& item) { return text_of(item.image.repository); }},
    {"load.tag", ItemKind::loaded_image, a_text, "its tag; latest when nothing is said",
     [](const UploadItem& item) { return text_of(item.image.tag); }},
});

}  // namespace

std::span<const UploadField> all_upload_fields() {
  return fields;
}

bool has_upload_field(const Operation& operation, const UploadField& field) {
  if (operation.body_kind != BodyKind::opaque) return false;
  switch (field.kind) {
  case ItemKind::upload:
  case ItemKind::entry:
    return true;
  case ItemKind::instruction:
  case ItemKind::build_image:
    return operation.id == OperationId::image_build;
  case ItemKind::loaded_image:
    return operation.id == OperationId::image_load;
  }
  return false;
}

bool is_upload_source(std::string_view source) {
  return source == "archive" || source == "build" || source == "load";
}

std::optional<FoundField> find_upload_field(std::string_view text,
                                            const Place& place,
                                            const Actions& actions,
                                            Diagnostics& diagnostics) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const UploadField& field) { return field.name == text; });
  if (found == fields.end()) {
    Suggestion suggestion(text);
    for (const UploadField& field : fields)
      suggestion.offer(field.name);
    diagnostics.error("R14", place, "an upload has no field '" + std::string(text) + "'",
                      suggestion.hint("`sealock list fields OPERATION` names what it has"));
    return std::nullopt;
  }
  const bool possible = std::any_of(actions.begin(), actions.end(), [&](const Operation* action) {
    return has_upload_field(*action, *found);
  });
  if (!possible) {
    diagnostics.error("R14", place, subject(actions, "has") + " field '" + std::string(text) + "'",
                      "`sealock list fields OPERATION` names what it has");
    return std::nullopt;
  }
  FoundField field{{FieldSource::upload, std::string(text), {}, nullptr, &*found}, found->type};
  return field;
}

FieldValue read_upload_field(const UploadField& field,
                             const UploadItem& item,
                             std::list<Value>& made) {
  if (field.kind != ItemKind::upload && field.kind != item.kind) {
    return FieldValue::unknown("it is of another kind");
  }
  if (field.kind == item.kind && !item.problem.empty()) return FieldValue::unknown(item.problem);
  if (field.name == "build.fetches" && !item.fetch_problem.empty()) {
    return FieldValue::unknown(item.fetch_problem);
  }
  const Value& read = made.emplace_back(field.read(item));
  FieldValue value;
  value.set = !read.is_zero();
  if (const auto* list = read.list()) {
    value.shape = FieldValue::Shape::list;
    for (const Value& element : *list)
      value.elements.push_back(&element);
  } else if (!read.is_null()) {
    value.scalar = &read;
  }
  return value;
}

bool looks_at_upload(const Condition& condition) {
  return condition.field.source == FieldSource::upload;
}

bool looks_at_upload(const std::vector<Condition>& conditions) {
  return std::any_of(conditions.begin(), conditions.end(),
                     [](const Condition& condition) { return looks_at_upload(condition); });
}

std::vector<ItemKind> item_kinds(const std::vector<Condition>& conditions) {
  std::vector<ItemKind> kinds;
  for (const Condition& condition : conditions) {
    if (!looks_at_upload(condition)) continue;
    const ItemKind kind = condition.field.upload->kind;
    if (kind == ItemKind::upload) continue;
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  return kinds;
}

}  // namespace sealock::policy
