// The push tokenizer under the Redactor: reads JSON byte by byte, in pieces cut anywhere, follows
// the plan's nodes, and passes on every byte that it does not have to touch.
//
// How it copies. `run_` points at the first byte of this piece that is to go out and has not yet;
// null while something is swallowed. A run ends only where a byte must be left out or put in, and
// at the end of the piece, so an untouched answer is copied once.
//
//   {"Id":"1f","Config":{"Env":["A=b"],"Tty":false},"Mounts":[]}
//   ^ run ------------------------^ ^ next run ----^ ^ dropped  ^
//                             masked
//
// Three things must wait for a decision, and may be cut by the end of a piece meanwhile:
//   a member of an object that can lose members: the white space before the key and the key, in
//     `carry_`; the comma before it is owed and is paid when a member comes that stays;
//   a key or a string whose text decides: in `captured_`;
//   an object that the filter must see whole: what would go out in `held_`, the engine's bytes in
//     `raw_`.
//
// Memory:  64 frames, a key, 64 KiB of a string that must be seen, 1 MiB of an object for a filter.
// Errors:  engine_garbage, with the offset. `out` is then what it was before the call.
// Source:  RFC 8259; RFC 7464 (RS); performance.md 5.

#pragma once

#include "policy/answer/last_answers.hpp"
#include "policy/answer/plan_node.hpp"
#include "policy/answer/redactor.hpp"
#include "policy/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

class AnswerMachine {
public:
  using Node = RedactionPlan::Node;

  static constexpr std::size_t depth_limit = 64;
  static constexpr std::size_t key_bytes = 256;              // unescaped, where keys are fields
  static constexpr std::size_t seen_object_bytes = 1048576;  // longer: an error
  static constexpr std::size_t white_space_bytes = 4096;     // before a key that can go

  // `root`, `filter` and `disguise` must outlive the machine; an empty filter shows everything.
  AnswerMachine(const Node& root,
                Redactor::Shape shape,
                const ObjectFilter& filter,
                const Disguise& disguise);

  [[nodiscard]] Result<void> feed(std::string_view input, std::string& out);
  [[nodiscard]] Result<void> finish(std::string& out);

  // One document has been read, and nothing else.
  [[nodiscard]] bool has_read_one() const { return state_ == State::between && documents_ == 1; }
  // From now on, what is hidden and what shows whatever it says is noted there, as places in `out`;
  // null: no longer. For a document in one piece.
  void note_parts(std::vector<AnswerPart>* notes) { notes_ = notes; }

private:
  enum class State : std::uint8_t {
    between,       // before a document, and after the last one
    value,         // a value must begin
    list_start,    // a value or ]
    object_start,  // a key or }
    key_start,     // a key
    colon,
    after_value,  // , or the closing bracket
    string,
    escape,
    hex,
    number_minus,
    number_zero,
    number_integer,
    number_dot,
    number_fraction,
    number_e,
    number_sign,
    number_exponent,
    literal,
  };
  enum class Scalar : std::uint8_t { copied, replaced, seen };  // what happens to the current one
  struct Frame {
    const Node* node = nullptr;
    bool list = false;
    bool cuts = false;       // members or elements can be left out
    bool any = false;        // one has been let out
    std::uint16_t next = 0;  // object: the field expected next; list: 0 before the first element
  };
  static constexpr std::size_t nowhere = ~std::size_t{0};

  // The quick way (answer_sweep.cpp).
  class Sweep;
  const char* sweep(const char* p, const char* end);
  void hide_string(const Node& node, const char* p, const char* behind);

  // Grammar (answer_machine.cpp). Each returns how far it read, null after an error.
  const char* step(const char* p, const char* end);
  const char* read_between(const char* p);
  const char* read_after_value(const char* p);
  const char* read_string(const char* p, const char* end);
  const char* read_escape(const char* p);
  const char* read_hex(const char* p);
  const char* read_number(const char* p, const char* end);
  const char* read_literal(const char* p);
  const char* begin_number(const char* p);
  const char* begin_literal(const char* p, std::string_view text);
  const char* broken(const char* text);

  // What the plan wants (answer_machine_plan.cpp).
  const char* begin_value(const char* p);
  const char* open(const Node* node, const char* p);
  const char* close(const char* p);
  const char* begin_string(const Node* node, const char* p);
  const char* end_string(const char* p);
  const char* begin_key(const char* p);
  const char* end_key(const char* p);
  const char* end_document(const char* p);
  bool see_string(std::string_view raw);
  void put_string(std::string_view json);
  void note_shown(AnswerPart::Kind kind, const char* end);
  [[nodiscard]] bool write_disguise(const Selected& how,
                                    std::string_view name,
                                    std::string_view text);
  void begin_replaced(const char* p, std::string_view replacement);
  void end_replaced(const char* p);
  const char* value_done(const char* p);
  void begin_hold(const char* p);
  bool release_hold(const char* p);
  [[nodiscard]] Result<void> redact_held(const ObjectView& view);
  void settle(bool stays);
  void decide_long_key();
  bool suspend(const char* end);
  bool suspend_capture(const char* end);

  [[nodiscard]] Frame& top() { return frames_[depth_ - 1]; }
  [[nodiscard]] bool swallowing() const { return swallow_depth_ != nowhere; }
  [[nodiscard]] bool filters() const { return static_cast<bool>(*filter_); }
  void flush(const char* p);

  const Node* root_;
  const ObjectFilter* filter_;
  const Disguise* disguise_;
  Redactor::Shape shape_;

  State state_ = State::between;
  Scalar scalar_ = Scalar::copied;
  bool is_key_ = false;  // the string being read
  bool has_escape_ = false;
  bool capturing_ = false;    // `token_` and `captured_` hold the string being read
  bool key_is_long_ = false;  // a free key over the limit: its name is not known
  bool after_word_ = false;   // a document that only white space can end: a number, true
  bool undecided_ = false;    // the run belongs to a member that may go
  bool owe_comma_ = false;
  bool held_owes_comma_ = false;  // the same two for the object in `held_`
  bool copying_ = true;           // run_ != null, between two pieces
  std::uint8_t hex_left_ = 0;
  std::size_t depth_ = 0;
  std::size_t swallow_depth_ = nowhere;  // where a dropped value began
  std::size_t hold_depth_ = nowhere;     // where an object for the filter began
  std::uint8_t hold_place_ = 0;          // Node::place of that object
  std::size_t documents_ = 0;
  std::size_t offset_ = 0;  // of chunk_, for error texts
  std::string_view literal_left_;
  std::string_view replacement_;
  const Node* next_ = nullptr;        // of the value after the key
  const Node* value_node_ = nullptr;  // of the string being seen

  const char* chunk_ = nullptr;
  const char* run_ = nullptr;
  const char* token_ = nullptr;
  const char* raw_from_ = nullptr;
  std::string* out_ = nullptr;
  std::string* sink_ = nullptr;

  std::string key_;  // of the value that follows, where it decides
  std::string captured_;
  std::string carry_;
  std::string held_carry_;
  std::string held_;
  std::string raw_;
  std::string text_;  // scratch: an unescaped string
  std::string json_;  // scratch: its replacement
  std::string failure_;
  std::vector<AnswerPart>* notes_ = nullptr;
  const char* shown_ = nullptr;  // where the value begins, if it shows whatever it says
  std::size_t kept_ = 0;  // of the text of the string being replaced: deciding_bytes, nowhere
  std::array<Frame, depth_limit> frames_;
};

}  // namespace sealock::policy
