#include "policy/request/json_reader.hpp"

#include "policy/request/json_keys.hpp"
#include "policy/request/json_scalar.hpp"
#include "policy/request/json_tokenizer.hpp"
#include "policy/request/printable.hpp"

#include <array>
#include <bitset>
#include <string>

namespace sealock::policy {

namespace {

using Token = JsonTokenizer::Token;

constexpr std::size_t depth_limit = 32;
constexpr std::size_t value_limit = 10'000;
constexpr std::size_t body_key_limit = 256;  // the longest field name has 30
constexpr std::size_t first_reserve = 8;     // members of an object
constexpr std::size_t field_limit = 256;     // fields of one object schema

// Reads one text. The objects and lists that are open form a stack of frames, so that nesting in
// the text is no recursion here. A frame points into the Value that is being built: nothing is
// added to a list or an object while one of its own elements is open, so the pointers hold.
class Reader {
public:
  Reader(std::string_view text, const Schema* schema)
      : text_(text), tokens_(text), schema_(schema) {}

  Result<Value> read() {
    if (text_.starts_with("\xef\xbb\xbf")) {
      fail("starts with a byte order mark; send plain UTF-8");
    } else {
      read_document();
    }
    if (!error_.empty()) return bad_request(std::move(error_));
    return std::move(root_);
  }

private:
  struct Frame {
    const Schema* schema = nullptr;  // null: anything goes
    Value* value = nullptr;
    std::size_t next_field = 0;  // clients send fields in the order of Go's struct, and so do we
    bool started = false;
    bool has_dropped_fields = false;
    std::bitset<field_limit> seen;
  };

  void read_document() {
    if (!read_value(tokens_.next(), root_, schema_)) return;
    while (depth_ > 0) {
      Frame& frame = frames_[depth_ - 1];
      if (!(frame.value->is_object() ? read_member(frame) : read_element(frame))) return;
    }
    if (tokens_.next() != Token::end) {
      fail("something follows the JSON value at byte " + std::to_string(tokens_.position()) +
           "; send one value only");
    }
  }

  // One member, or the end of the object. False after fail().
  bool read_member(Frame& frame) {
    Token token = tokens_.next();
    if (token == Token::end_object) return close_object(frame);
    if (frame.started) {
      if (token != Token::comma) return fail_syntax(token, "a comma or } is missing");
      token = tokens_.next();
    }
    frame.started = true;
    if (token != Token::string) return fail_syntax(token, "a key in double quotes is missing");
    auto& members = *frame.value->object();
    if (members.empty()) members.reserve(first_reserve);
    auto& [key, slot] = members.emplace_back();
    key = std::move(tokens_.string());
    const Schema* schema = nullptr;
    if (!find_member_schema(frame, key, schema)) return false;
    token = tokens_.next();
    if (token != Token::colon) return fail_syntax(token, "a colon is missing after the key");
    return read_value(tokens_.next(), slot, schema);
  }

  // One element, or the end of the list. False after fail().
  bool read_element(Frame& frame) {
    Token token = tokens_.next();
    if (token == Token::end_list) {
      --depth_;
      return true;
    }
    if (frame.started) {
      if (token != Token::comma) return fail_syntax(token, "a comma or ] is missing");
      token = tokens_.next();
    }
    frame.started = true;
    auto& elements = *frame.value->list();
    elements.emplace_back();
    // A null leaves the old element of a reused slice in place (engine-facts.md B3).
    if (token == Token::null_word && frame.schema != nullptr) {
      return fail("null in a list; leave it out");
    }
    return read_value(token, elements.back(),
                      frame.schema == nullptr ? nullptr : frame.schema->element);
  }

  bool close_object(Frame& frame) {
    auto& members = *frame.value->object();
    if (frame.schema == nullptr || frame.schema->kind == SchemaKind::map) {
      if (const std::string* key = find_repeated_key(members)) {
        const std::string repeated = *key;
        members.clear();
        return fail("the key " + quoted(repeated) + " is given twice; send it once");
      }
    } else if (frame.has_dropped_fields) {
      std::erase_if(members, [&](const auto& member) {
        const Field* field = find_field_from(*frame.schema, 0, member.first);
        return field != nullptr && field->dropped;
      });
    }
    --depth_;
    return true;
  }

  // The schema of the member called `key`; null where anything goes. False after fail(). The key
  // of an alias becomes the field's name.
  bool find_member_schema(Frame& frame, std::string& key, const Schema*& schema) {
    const std::size_t limit = frame.schema == nullptr ? untyped_key_bytes : body_key_limit;
    if (key.size() > limit) {
      return fail("the key is longer than " + std::to_string(limit) + " bytes");
    }
    if (frame.schema == nullptr) return true;
    if (frame.schema->kind == SchemaKind::map) {
      schema = frame.schema->element;
      return key.find('\0') == std::string::npos || fail("the key holds a NUL character");
    }
    const Field* field = find_field_from(*frame.schema, frame.next_field, key);
    if (field == nullptr) return fail_unknown_field(*frame.schema, key);
    const auto index = static_cast<std::size_t>(field - frame.schema->fields.data());
    key = field->name;
    if (index >= field_limit) return fail("has more fields than can be checked");
    if (frame.seen.test(index)) {
      return fail("given twice; send it once (dockerd would merge the two)");
    }
    frame.seen.set(index);
    frame.next_field = index + 1;
    frame.has_dropped_fields = frame.has_dropped_fields || field->dropped;
    schema = field->schema;
    return true;
  }

  bool fail_unknown_field(const Schema& object, const std::string& key) {
    if (const Field* field = find_folded_field(object, key)) {
      return fail("dockerd reads this key as " + std::string(field->name) +
                  "; write it exactly so");
    }
    return fail("unknown field; remove it (what sealock does not know is not passed on)");
  }

  // Reads what starts with `token` into `slot`. False after fail().
  bool read_value(Token token, Value& slot, const Schema* schema) {
    if (++values_ > value_limit) {
      return fail("more than " + std::to_string(value_limit) + " values in one document");
    }
    switch (token) {
    case Token::null_word:
      return true;
    case Token::true_word:
    case Token::false_word:
      slot = Value(token == Token::true_word);
      return complies(check_boolean(schema));
    case Token::string:
      slot = Value(std::move(tokens_.string()));
      return complies(check_string(*slot.string(), schema));
    case Token::number:
      slot = Value(Value::Number{std::string(tokens_.number())});
      return complies(check_number(tokens_.number(), schema));
    case Token::begin_object:
      slot = Value(Value::Object());
      return open(slot, schema);
    case Token::begin_list:
      slot = Value(Value::List());
      return open(slot, schema);
    case Token::end:
      return fail_syntax(token, values_ == 1 ? "there is none" : "it ends too early");
    case Token::error:
    case Token::end_object:
    case Token::end_list:
    case Token::colon:
    case Token::comma:
      return fail_syntax(token, "a value is missing");
    }
    return false;
  }

  bool open(Value& slot, const Schema* schema) {
    if (schema != nullptr && !takes(schema->kind, slot)) {
      return fail(wrong_type(*schema, slot.is_object() ? "an object" : "a list"));
    }
    if (depth_ == depth_limit) {
      return fail("nested deeper than " + std::to_string(depth_limit) + " levels");
    }
    Frame& frame = frames_[depth_++];
    frame.schema = schema;
    frame.value = &slot;
    frame.next_field = 0;
    frame.started = false;
    frame.has_dropped_fields = false;
    frame.seen.reset();
    return true;
  }

  static bool takes(SchemaKind kind, const Value& container) {
    if (container.is_list()) return kind == SchemaKind::list;
    return kind == SchemaKind::object || kind == SchemaKind::map || kind == SchemaKind::empty;
  }

  bool complies(const std::string& complaint) { return complaint.empty() || fail(complaint); }

  bool fail_syntax(Token token, std::string_view expectation) {
    const std::string_view what = token == Token::error ? tokens_.error() : expectation;
    return fail("invalid JSON at byte " + std::to_string(tokens_.position()) + ": " +
                std::string(what));
  }

  bool fail(std::string_view text) {
    error_ = path() + ": " + std::string(text);
    return false;
  }

  // Where the reader is: "HostConfig.Mounts[0].Type", "Labels[key]"; "body" at the top.
  [[nodiscard]] std::string path() const {
    std::string out;
    for (std::size_t i = 0; i < depth_; ++i) {
      const Frame& frame = frames_[i];
      if (const auto* elements = frame.value->list()) {
        if (!elements->empty()) out += '[' + std::to_string(elements->size() - 1) + ']';
        continue;
      }
      const auto& members = *frame.value->object();
      if (members.empty()) continue;
      const std::string key = printable(members.back().first);
      if (frame.schema != nullptr && frame.schema->kind == SchemaKind::map) {
        out += '[' + key + ']';
      } else {
        out += out.empty() ? key : '.' + key;
      }
    }
    if (out.empty()) return schema_ == nullptr ? "json" : "body";
    return out;
  }

  std::string_view text_;
  JsonTokenizer tokens_;
  const Schema* schema_;
  Value root_;
  std::array<Frame, depth_limit> frames_;
  std::size_t depth_ = 0;
  std::size_t values_ = 0;
  std::string error_;
};

}  // namespace

Result<Value> read_json_body(std::string_view text, const Schema& schema) {
  return Reader(text, &schema).read();
}

Result<Value> read_json(std::string_view text) {
  return Reader(text, nullptr).read();
}

}  // namespace sealock::policy
