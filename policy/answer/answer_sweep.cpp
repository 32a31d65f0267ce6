// The quick way over what the engine usually writes: members in its own order and without white space
// around them, objects and lists in objects and lists, strings without escapes. Most of every answer.
//
// It does what the grammar in answer_machine.cpp would do, and stops where that must go on: at an
// escape, at white space, at an object that can lose members or that a filter sees, where the piece
// ends. Nothing has been done then about the value at which it stops.

#include "policy/answer/answer_machine.hpp"
#include "policy/answer/json_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace sealock::policy {
namespace {

std::uint64_t eight_bytes(const char* from) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, from, sizeof(bytes));
  return bytes;
}

// Does `p`, behind a quote, begin with the field's name and what stands behind it? Eight bytes can be
// read there, or more.
bool begins_with(const char* p,
                 const char* end,
                 const RedactionPlan::Node::Expected& field,
                 const std::string& texts) {
  if ((eight_bytes(p) & field.head_mask) != field.head) return false;
  const std::size_t size = field.size;
  if (size <= sizeof(std::uint64_t)) return true;
  if (static_cast<std::size_t>(end - p) < size) return false;
  const char* const text = texts.data() + field.text;
  std::size_t at = sizeof(std::uint64_t);
  for (; at + sizeof(std::uint64_t) < size; at += sizeof(std::uint64_t)) {
    if (eight_bytes(p + at) != eight_bytes(text + at)) return false;
  }
  at = size - sizeof(std::uint64_t);
  return eight_bytes(p + at) == eight_bytes(text + at);
}

template <std::size_t Size>
const char* skip_word(const char* p, const char* end, const char (&word)[Size]) {
  constexpr std::size_t size = Size - 1;
  const bool same = static_cast<std::size_t>(end - p) >= size && std::memcmp(p, word, size) == 0;
  return same ? p + size : nullptr;
}

bool ends_value(char c) {
  return c == ',' || c == '}' || c == ']';
}

}  // namespace

class AnswerMachine::Sweep {
public:
  Sweep(AnswerMachine& machine, const char* end)
      : machine_(machine), end_(end), frame_(&machine.top()), filters_(machine.filters()) {}

  // `p` stands where a key or an element begins. Where the grammar goes on; null after an error.
  const char* run(const char* p) {
    for (;;) {
      const char* value = p;
      if (frame_->list) {
        node_ = element();
        passes_ = node_->passes;
      } else {
        value = read_key(p);
        if (value == nullptr) return machine_.begin_key(p);
        if (value == end_) return stop(value, State::value);
      }
      const char* const behind = find_end(value);
      if (behind == inside) {
        p = value + 1;
        if (*p == '"' || (frame_->list && !is_white(*p) && *p != ']')) continue;
        return stop(p, frame_->list ? State::list_start : State::object_start);
      }
      if (behind == nullptr || behind == end_ || !ends_value(*behind)) {
        stop(value, State::value);
        return is_white(*value) ? value : machine_.begin_value(value);
      }
      if (*value == '"' && !passes_) machine_.hide_string(*node_, value, behind);
      if (frame_->list) frame_->next = 1;
      p = leave(behind);
      if (p == nullptr) return left_;
    }
  }

private:
  static constexpr const char* inside = "";  // of an object or list, which has been entered

  const char* stop(const char* p, State state) {
    machine_.state_ = state;
    machine_.next_ = node_;
    return p;
  }

  [[nodiscard, gnu::always_inline]] const Node* element() const {
    const Node& list = *frame_->node;
    return frame_->next == 0 && list.first_element != nullptr ? list.first_element : list.element;
  }

  // Behind the colon, with the node of the value; null where this key needs another look.
  [[gnu::always_inline]] const char* read_key(const char* p) {
    const Node& object = *frame_->node;
    const bool room = end_ - p > 8;
    if (room && object.ordered) {
      // Engines leave fields out: the next few are tried.
      constexpr std::size_t tried = 4;
      const Node::Expected* const fields = object.expected.data();
      const std::size_t last = std::min(object.expected.size(), frame_->next + tried);
      for (std::size_t at = frame_->next; at < last; ++at) {
        if (!begins_with(p + 1, end_, fields[at], object.texts)) continue;
        frame_->next = static_cast<std::uint16_t>(at + 1);
        node_ = fields[at].node;
        passes_ = fields[at].passes;
        return p + 1 + fields[at].size;
      }
    }
    const char* const quote = skip_plain(p + 1, end_);
    if (end_ - quote < 2 || *quote != '"' || quote[1] != ':') return nullptr;
    const std::string_view key(p + 1, static_cast<std::size_t>(quote - p - 1));
    node_ = object.other;
    if (object.needs_key) {
      if (key.size() > key_bytes) return nullptr;
      node_ = &object.find(key, frame_->next);
      if (object.free_keys) machine_.key_.assign(key);
    }
    machine_.key_is_long_ = false;
    passes_ = node_->passes;
    return quote + 2;
  }

  // Behind the value; `inside` of it; null where it needs another look, or where this piece may end in it.
  [[gnu::always_inline]] const char* find_end(const char* value) {
    if (!passes_ && node_->filtered && filters_) return nullptr;
    const char first = *value;  // the frequent ones before the others
    if (first == '"') {
      const char* const quote = skip_plain(value + 1, end_);
      return quote != end_ && *quote == '"' ? quote + 1 : nullptr;
    }
    if (first == 'n') return skip_word(value, end_, "null");
    if (first == 'f') return skip_word(value, end_, "false");
    if (first == '{' || first == '[') {
      if (end_ - value < 2 || machine_.depth_ == depth_limit) return nullptr;
      if (value[1] == first + 2) return value + 2;  // its closing bracket, in ASCII
      return enter(first == '[') ? inside : nullptr;
    }
    if (!passes_ && node_->hides_scalars) return nullptr;
    if (first == 't') return skip_word(value, end_, "true");
    if (first == '0') return value + 1;
    if (!is_digit(first)) return nullptr;
    while (value != end_ && is_digit(*value))
      ++value;
    return value;
  }

  // Goes into an object or list that can lose nothing; else nothing happens.
  [[gnu::always_inline]] bool enter(bool list) {
    const Node& inner = (list ? node_->is_list : node_->is_object) ? *node_ : *node_->stranger;
    if (list ? inner.element->filtered && filters_ : inner.may_drop) return false;
    if (frame_->list) frame_->next = 1;
    frame_ = &machine_.frames_[machine_.depth_++];
    *frame_ = Frame{&inner, list};
    return true;
  }

  // From behind a value to the next key or element, out of all that ends there. Null where the grammar
  // goes on, at left_.
  [[gnu::always_inline]] const char* leave(const char* p) {
    for (; p != end_ && !frame_->cuts; ++p) {
      if (*p == ',') {
        ++p;
        if (frame_->list ? p != end_ && !is_white(*p) : p != end_ && *p == '"') return p;
        left_ = stop(p, frame_->list ? State::value : State::key_start);
        return nullptr;
      }
      const bool closes = *p == (frame_->list ? ']' : '}');
      if (!closes || machine_.depth_ == 1 || machine_.hold_depth_ == machine_.depth_ - 1) break;
      frame_ = &machine_.frames_[--machine_.depth_ - 1];
      machine_.after_word_ = false;
    }
    left_ = stop(p, State::after_value);
    return nullptr;
  }

  AnswerMachine& machine_;
  const char* const end_;
  Frame* frame_;  // the innermost
  const bool filters_;
  const Node* node_ = nullptr;  // of the value
  bool passes_ = false;         // Node::passes of it, often known without a look at it
  const char* left_ = nullptr;
};

// A string, whole and without escapes, that its node may want hidden.
void AnswerMachine::hide_string(const Node& node, const char* p, const char* behind) {
  if (node.treatment == Treatment::keep && node.selectors.empty()) return;
  value_node_ = &node;
  has_escape_ = false;
  if (!see_string({p, static_cast<std::size_t>(behind - p)})) return;
  flush(p);
  put_string(json_);
  run_ = behind;
}

const char* AnswerMachine::sweep(const char* p, const char* end) {
  // The grammar notes what it sees, which is seldom wanted.
  if (top().cuts || swallowing() || notes_ != nullptr)
    return top().list ? begin_value(p) : begin_key(p);
  return Sweep(*this, end).run(p);
}

}  // namespace sealock::policy
