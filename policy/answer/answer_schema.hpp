// Which fields an answer of the engine has, and what each of them can give away.
//
// One table an operation (schemas/*.cpp), from the document's root, the union over API 1.24 to 1.56:
// a field is known to be safe, or it is sensitive and its kind says how it is masked. A field that
// stands in no table is unknown: where a redact rule applies it is masked (law 2: closed world).
//
// Paths:   "Config.Env[]": `.` steps into an object, `[]` into the elements of a list, `{}` into the
//          values of a map with free keys. "[]" alone: the document is a list; "": the document
//          itself; platform.'os.version': a name with a dot in it.
// Threads: immutable tables, any thread.
// Sources: secrets.md 3 (what leaks where), 9 (types that must stay valid); Docker's API documents
//          v1.25 to v1.56 and moby api/types (b985e2313a, 2026-08) for the fields.

#pragma once

#include "policy/engine_api/operation_id.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

struct Operation;

enum class FieldKind : std::uint8_t {
  // Known to be safe. Masked only where a rule says so: strings become the mask, or for the typed
  // ones the one neutral value that every client can still decode.
  plain,      // text, number, boolean
  reference,  // id or name of an object of the engine
  address,    // IP, prefix, MAC: clients parse it; masked it is ""
  time,       // RFC 3339; masked it is Go's zero time
  encoded,    // public bytes in base64
  anything,   // safe with all that is in it, whatever it is called: numbers of stats
  // Sensitive.
  environment,      // NAME=value: the name stays
  argument_vector,  // the first element (the program) stays
  command_line,     // one string: the first word stays
  instruction,      // history's CreatedBy: the instruction's name stays
  label,            // map value; by name and look of the value where the rule says {secrets}
  label_text,       // "name=value" in a list
  attribute,        // map value of an event; {secrets} spares what the engine writes itself
  option,           // map value of driver options; {secrets} spares the harmless ones
  action,           // event action: the command after "exec_create:" goes
  proxy_url,        // user and password go
  security_option,  // an inline seccomp profile goes
  status_text,      // error texts of the engine: harmless ones stay
  free_text,        // written by people: known forms of secrets go
  secret,           // goes whole
  secret_bytes,     // base64
  secret_tree,      // free object of a driver: every string in it goes
};

[[nodiscard]] bool is_sensitive(FieldKind kind);

struct AnswerField {
  std::string_view path;
  FieldKind kind = FieldKind::plain;
  std::span<const AnswerField> fields = {};  // a shared table below this path, instead of a kind

  constexpr AnswerField(std::string_view where, FieldKind what) : path(where), kind(what) {}
  constexpr AnswerField(std::string_view where, std::span<const AnswerField> shared)
      : path(where), fields(shared) {}
};

// What an error answer of the operation may show.
enum class ErrorTexts : std::uint8_t {
  hidden,   // start, exec: the text echoes argv and mount options (secrets.md 1 row 4)
  scanned,  // the client's own mistake, told as it is but for known forms of secrets
};

struct AnswerSchema {  // NOLINT(clang-analyzer-optin.performance.Padding): in reading order
  OperationId operation;
  // Where the objects are that paths in rules are relative to: "" for an inspect, "[]" for a list,
  // "Volumes[]" for VolumeList.
  std::string_view object;
  std::span<const AnswerField> fields;
  // The places that an ObjectFilter narrows; empty where there is nothing to narrow.
  std::span<const std::string_view> filtered = {};
  ErrorTexts errors = ErrorTexts::scanned;
};

// Every operation has one; operations that answer with bytes or nothing have no fields.
[[nodiscard]] const AnswerSchema& answer_schema(OperationId operation);

// The paths that a redact rule may name for this operation, as it would write them ("Config.Env",
// "Mounts[].Source", "/Warnings"): for suggestions and `sealock list`.
[[nodiscard]] std::vector<std::string> answer_fields(const Operation& operation);

// What `mask` must name so that none of the operation's known secrets shows: the content of the
// shared lists `secrets_of_...`.
[[nodiscard]] std::vector<std::string> secret_fields(const Operation& operation);

// Does a redact rule's path name a place in this operation's answer? `secrets` is the word in
// "Labels{secrets}": the values that look like secrets by name or form.
[[nodiscard]] bool has_answer_field(const Operation& operation, std::string_view path);

}  // namespace sealock::policy
