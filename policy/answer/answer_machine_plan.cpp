// The machine's second half: what the plan's nodes make of keys and values.

#include "policy/answer/answer_machine.hpp"
#include "policy/answer/json_text.hpp"

namespace sealock::policy {
namespace {

// What a dropped value is walked with: nothing in it decides anything.
const RedactionPlan::Node& anything() {
  static const RedactionPlan::Node* const node = [] {
    auto* made = new RedactionPlan::Node;
    made->visit = RedactionPlan::Node::Visit::copy;
    made->is_object = true;
    made->is_list = true;
    made->other = made;
    made->element = made;
    made->stranger = made;
    return made;
  }();
  return *node;
}

}  // namespace

void AnswerMachine::flush(const char* p) {
  if (run_ == nullptr) return;
  sink_->append(run_, static_cast<std::size_t>(p - run_));
  run_ = p;
}

const char* AnswerMachine::begin_value(const char* p) {
  const Node* node = root_;
  if (depth_ != 0) {
    Frame& frame = top();
    node = next_;
    if (frame.list) {
      node = frame.next == 0 && frame.node->first_element != nullptr ? frame.node->first_element
                                                                     : frame.node->element;
      frame.next = 1;
    }
  }
  if (!swallowing() && node->filtered && filters()) {
    if (*p == '{') {
      hold_place_ = node->place;
      begin_hold(p);
    } else {  // no object that a filter could see
      if (depth_ != 0) settle(false);
      carry_.clear();
      flush(p);
      run_ = nullptr;
      swallow_depth_ = depth_;
    }
  }
  if (swallowing()) node = &anything();
  shown_ = node->passes ? p : nullptr;

  switch (*p) {
  case '{':
  case '[':
    return open(node, p);
  case '"':
    return begin_string(node, p);
  case 't':
    if (node->hides_scalars) begin_replaced(p, "false");
    return begin_literal(p, "true");
  case 'f':
    return begin_literal(p, "false");
  case 'n':
    return begin_literal(p, "null");
  default:
    if (*p != '-' && (*p < '0' || *p > '9')) return broken("no value where one must be");
    if (node->hides_scalars) begin_replaced(p, "0");
    return begin_number(p);
  }
}

const char* AnswerMachine::open(const Node* node, const char* p) {
  if (depth_ == depth_limit) return broken("nested too deep");
  const bool list = *p == '[';
  if (list ? !node->is_list : !node->is_object) node = node->stranger;
  Frame& frame = frames_[depth_++];
  frame.node = node;
  frame.list = list;
  frame.any = false;
  frame.next = 0;
  frame.cuts = list ? node->element->filtered && filters() : node->may_drop;
  if (frame.cuts) {
    flush(p + 1);
    run_ = p + 1;
    undecided_ = true;
    owe_comma_ = false;
  }
  state_ = list ? State::list_start : State::object_start;
  return p + 1;
}

const char* AnswerMachine::close(const char* p) {
  if (top().cuts) {
    if (undecided_) {
      sink_->append(carry_);
      carry_.clear();
      undecided_ = false;
    }
    if (run_ == nullptr) run_ = p;
  }
  --depth_;
  after_word_ = false;
  return value_done(p + 1);
}

// A value has ended at `p`, whatever it was.
const char* AnswerMachine::value_done(const char* p) {
  if (swallow_depth_ == depth_) {
    swallow_depth_ = nowhere;
    run_ = nullptr;  // what follows up to the next separator goes as well
  } else if (hold_depth_ == depth_) {
    if (!release_hold(p)) return nullptr;
  }
  state_ = depth_ == 0 ? State::between : State::after_value;
  return p;
}

// Settles the fate of the member or element whose beginning is undecided.
void AnswerMachine::settle(bool stays) {
  if (!undecided_) return;
  undecided_ = false;
  if (!stays) {
    run_ = nullptr;
  } else {
    if (owe_comma_ && top().any) {
      if (carry_.empty() && run_ != chunk_) {
        --run_;  // the comma itself stands there
      } else {
        sink_->push_back(',');
      }
    }
    sink_->append(carry_);
    top().any = true;
  }
  carry_.clear();
  owe_comma_ = false;
}

// --- keys

const char* AnswerMachine::begin_key(const char* p) {
  is_key_ = true;
  has_escape_ = false;
  key_is_long_ = false;
  capturing_ = top().node->needs_key;
  if (capturing_) {
    token_ = p + 1;
    captured_.clear();
  }
  state_ = State::string;
  return p + 1;
}

const char* AnswerMachine::end_key(const char* p) {
  is_key_ = false;
  state_ = State::colon;
  Frame& frame = top();
  if (!capturing_) {
    if (!key_is_long_) next_ = frame.node->other;
    return p;
  }
  capturing_ = false;
  std::string_view key(token_, static_cast<std::size_t>(p - 1 - token_));
  if (!captured_.empty()) {
    captured_.append(key);
    key = captured_;
  }
  if (has_escape_) {
    text_.clear();
    unescape_json(key, text_);
    key = text_;
  }
  if (key.size() > key_bytes) {
    if (!frame.node->free_keys) return broken("a key is too long");
    decide_long_key();
    return p;
  }
  next_ = &frame.node->find(key, frame.next);
  if (frame.node->free_keys) key_.assign(key);
  const bool stays = next_->visit != Node::Visit::drop;
  settle(stays);
  if (!stays) swallow_depth_ = depth_;
  return p;
}

// A name too long to be looked at is none that a rule could have named.
void AnswerMachine::decide_long_key() {
  key_is_long_ = true;
  key_.clear();
  next_ = top().node->other;
  const bool stays = next_->visit != Node::Visit::drop;
  settle(stays);
  if (!stays) swallow_depth_ = depth_;
}

// --- scalars

void AnswerMachine::begin_replaced(const char* p, std::string_view replacement) {
  flush(p);
  run_ = nullptr;
  scalar_ = Scalar::replaced;
  replacement_ = replacement;
}

void AnswerMachine::end_replaced(const char* p) {
  if (scalar_ != Scalar::replaced) return;
  sink_->append(replacement_);
  run_ = p;
  scalar_ = Scalar::copied;
}

const char* AnswerMachine::begin_string(const Node* node, const char* p) {
  is_key_ = false;
  has_escape_ = false;
  state_ = State::string;
  const bool by_name = !node->selectors.empty();
  if (node->treatment == Treatment::keep && !by_name) return p + 1;
  const bool looks = by_name || node->hidden_as != HiddenAs::mask;
  const std::string_view fixed = looks ? std::string_view() : fixed_replacement(node->treatment);
  if (!fixed.empty()) {
    begin_replaced(p, fixed);
    return p + 1;
  }
  scalar_ = Scalar::seen;
  value_node_ = node;
  capturing_ = true;
  token_ = p;
  captured_.clear();
  return p + 1;
}

const char* AnswerMachine::end_string(const char* p) {
  after_word_ = false;
  if (scalar_ == Scalar::seen) {
    scalar_ = Scalar::copied;
    capturing_ = false;
    std::string_view raw(token_, static_cast<std::size_t>(p - token_));
    const bool whole = captured_.empty();
    if (!whole) {
      captured_.append(raw);
      raw = captured_;
    }
    const bool replaced = see_string(raw);
    if (replaced) {
      if (whole) flush(token_);
      put_string(json_);
      run_ = p;
    } else if (!whole) {
      sink_->append(captured_);
      run_ = p;
    }
  } else if (scalar_ == Scalar::replaced) {
    scalar_ = Scalar::copied;
    kept_ = 0;
    put_string(replacement_);
    run_ = p;
  } else if (notes_ != nullptr) {
    note_shown(AnswerPart::Kind::text, p - 1);
  }
  return value_done(p);
}

// Puts out what stands for a string.
void AnswerMachine::put_string(std::string_view json) {
  if (notes_ != nullptr && sink_ == out_ && kept_ != nowhere) {
    notes_->push_back({static_cast<std::uint32_t>(sink_->size() + 1 + kept_),
                       static_cast<std::uint32_t>(json.size() - 2 - kept_),
                       AnswerPart::Kind::hidden});
  }
  sink_->append(json);
}

// A value has ended that stands in the run, and would whatever it said.
void AnswerMachine::note_shown(AnswerPart::Kind kind, const char* end) {
  if (shown_ == nullptr || run_ == nullptr || sink_ != out_) return;
  const char* const begin = kind == AnswerPart::Kind::text ? shown_ + 1 : shown_;
  const std::size_t at = sink_->size() + static_cast<std::size_t>(begin - run_);
  notes_->push_back(
      {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end - begin), kind});
}

// Looks at a string with its quotes; true when json_ must stand in its place.
bool AnswerMachine::see_string(std::string_view raw) {
  json_.clear();
  kept_ = nowhere;
  const Node& node = *value_node_;
  const bool in_map = depth_ != 0 && !top().list && top().node->free_keys;
  if (raw.size() > seen_string_bytes || (in_map && key_is_long_)) {
    json_.append(fixed_replacement(Treatment::mask));
    return true;
  }
  std::string_view text = raw.substr(1, raw.size() - 2);
  if (has_escape_) {
    text_.clear();
    unescape_json(text, text_);
    text = text_;
  }
  const std::string_view name = in_map ? std::string_view(key_) : std::string_view();
  Selected how{node.treatment, node.hidden_as};
  if (!node.selectors.empty()) {
    how = selected_treatment(node.selectors, in_map ? name : text.substr(0, text.find('=')));
  }
  if (how.treatment == Treatment::keep) return false;
  if (how.hidden_as != HiddenAs::mask && write_disguise(how, name, text)) return true;
  if (!conceal(how.treatment, name, text, json_)) return false;
  if (notes_ != nullptr) {
    // What decides must stand in both alike, and so that it can be read without unescaping it.
    text = raw.substr(1, raw.size() - 2);
    const std::size_t kept = deciding_bytes(how.treatment, name, text).value_or(nowhere);
    const std::string_view begin = text.substr(0, kept);
    const bool same = json_.compare(1, begin.size(), begin) == 0;
    if (same && begin.find('\\') == std::string_view::npos) kept_ = kept;
  }
  return true;
}

// A digest or seal in json_. False where there are no keys, the object has no name to bind it to, or
// no whole value is hidden: a mask does.
bool AnswerMachine::write_disguise(const Selected& how,
                                   std::string_view name,
                                   std::string_view text) {
  if (disguise_->keys == nullptr || disguise_->object.empty()) return false;
  const std::optional<WholeValue> whole = whole_value(how.treatment, name, text);
  if (!whole) return false;
  const ValuePlace place{disguise_->object, value_node_->field, whole->name};
  std::string shown(whole->prefix);
  shown += how.hidden_as == HiddenAs::digest
               ? disguise_->keys->digest(place, whole->value)
               : disguise_->keys->seal(disguise_->policy, place, whole->value, disguise_->now);
  append_json_string(shown, json_);
  return true;
}

// --- objects that the filter must see

void AnswerMachine::begin_hold(const char* p) {
  if (depth_ == 0) {
    flush(p);  // what stands between documents; a leading RS is in carry_
  } else if (run_ != nullptr) {
    carry_.append(run_, static_cast<std::size_t>(p - run_));
  }
  undecided_ = false;
  held_carry_.swap(carry_);  // what is read from here on decides on members of its own
  carry_.clear();
  held_owes_comma_ = owe_comma_;
  owe_comma_ = false;
  held_.clear();
  raw_.clear();
  sink_ = &held_;
  run_ = p;
  raw_from_ = p;
  hold_depth_ = depth_;
}

bool AnswerMachine::release_hold(const char* p) {
  flush(p);
  raw_.append(raw_from_, static_cast<std::size_t>(p - raw_from_));
  raw_from_ = nullptr;
  hold_depth_ = nowhere;
  sink_ = out_;
  if (raw_.size() > seen_object_bytes) {
    broken("an object is too large to be filtered");
    return false;
  }
  run_ = p;
  const ObjectView view = (*filter_)(read_checked_json(raw_));
  if (view.shown) {
    if (const Result<void> redacted = redact_held(view); !redacted) {
      failure_ = redacted.error().text;
      return false;
    }
    if (depth_ != 0) {
      if (held_owes_comma_ && top().any) sink_->push_back(',');
      top().any = true;
    }
    sink_->append(held_carry_);
    sink_->append(held_);
  } else {
    run_ = nullptr;
  }
  held_carry_.clear();
  return true;
}

// An object that the filter wants redacted by a plan of its own, once more from the engine's bytes.
Result<void> AnswerMachine::redact_held(const ObjectView& view) {
  if (view.plan == nullptr) return {};
  static const ObjectFilter no_filter;
  Disguise disguise = *disguise_;
  disguise.object = view.object;
  AnswerMachine machine(view.plan->object_root(hold_place_), Redactor::Shape::single, no_filter,
                        disguise);
  held_.clear();
  Result<void> step = machine.feed(raw_, held_);
  return step ? machine.finish(held_) : step;
}

// --- the end of a piece

bool AnswerMachine::suspend(const char* end) {
  if (raw_from_ != nullptr) {
    raw_.append(raw_from_, static_cast<std::size_t>(end - raw_from_));
    if (raw_.size() > seen_object_bytes) {
      broken("an object is too large to be filtered");
      return false;
    }
  }
  if (capturing_ && !suspend_capture(end)) return false;
  if (undecided_) {
    carry_.append(run_, static_cast<std::size_t>(end - run_));
    if (carry_.size() > white_space_bytes + 6 * key_bytes) {
      broken("too much white space before a key");
      return false;
    }
  } else {
    flush(end);
  }
  copying_ = run_ != nullptr;
  return true;
}

// Keeps the part of a key or string that this piece holds.
bool AnswerMachine::suspend_capture(const char* end) {
  if (!is_key_) {
    flush(token_);
    run_ = nullptr;
  }
  captured_.append(token_, static_cast<std::size_t>(end - token_));
  if (is_key_) {
    if (captured_.size() <= 6 * key_bytes) return true;
    if (!top().node->free_keys) {
      broken("a key is too long");
      return false;
    }
    capturing_ = false;
    decide_long_key();
    return true;
  }
  if (captured_.size() > seen_string_bytes) {
    capturing_ = false;
    scalar_ = Scalar::replaced;
    replacement_ = fixed_replacement(Treatment::mask);
  }
  return true;
}

}  // namespace sealock::policy
