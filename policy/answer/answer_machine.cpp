#include "policy/answer/answer_machine.hpp"

#include "policy/answer/json_bytes.hpp"

namespace sealock::policy {
namespace {

constexpr char record_separator = '\x1e';

}  // namespace

AnswerMachine::AnswerMachine(const Node& root,
                             Redactor::Shape shape,
                             const ObjectFilter& filter,
                             const Disguise& disguise)
    : root_(&root), filter_(&filter), disguise_(&disguise), shape_(shape) {}

Result<void> AnswerMachine::feed(std::string_view input, std::string& out) {
  if (!failure_.empty()) return fail(ErrorKind::engine_garbage, failure_);
  if (input.empty()) return {};
  const std::size_t size_before = out.size();
  out_ = &out;
  sink_ = hold_depth_ == nowhere ? out_ : &held_;
  chunk_ = input.data();
  run_ = copying_ ? chunk_ : nullptr;
  token_ = capturing_ ? chunk_ : nullptr;
  raw_from_ = hold_depth_ == nowhere ? nullptr : chunk_;

  const char* const end = chunk_ + input.size();
  const char* p = chunk_;
  while (p != nullptr && p != end)
    p = step(p, end);
  if (p == nullptr || !suspend(end)) {
    out.resize(size_before);
    return fail(ErrorKind::engine_garbage, failure_);
  }
  offset_ += input.size();
  return {};
}

Result<void> AnswerMachine::finish(std::string& out) {
  if (!failure_.empty()) return fail(ErrorKind::engine_garbage, failure_);
  out_ = &out;
  sink_ = &out;
  const bool number_over = state_ == State::number_zero || state_ == State::number_integer ||
                           state_ == State::number_fraction || state_ == State::number_exponent;
  if (depth_ == 0 && number_over) {
    if (scalar_ == Scalar::replaced) sink_->append(replacement_);
    scalar_ = Scalar::copied;
    state_ = State::between;
  }
  if (state_ != State::between) {
    failure_ = "the engine's answer ends in the middle of a document";
    return fail(ErrorKind::engine_garbage, failure_);
  }
  return {};
}

const char* AnswerMachine::broken(const char* text) {
  failure_ = std::string("the engine's answer cannot be redacted: ") + text;
  return nullptr;
}

const char* AnswerMachine::step(const char* p, const char* end) {
  switch (state_) {
  case State::string:
    p = read_string(p, end);
    // What nearly always follows a key, without another round.
    if (state_ != State::colon || p == nullptr || p == end || *p != ':') return p;
    state_ = State::value;
    ++p;
    return p == end || is_white(*p) ? p : begin_value(p);
  case State::between:
    return read_between(p);
  case State::value:
    if (is_white(*p)) return p + 1;
    return depth_ != 0 && top().list ? sweep(p, end) : begin_value(p);
  case State::list_start:
    if (is_white(*p)) return p + 1;
    return *p == ']' ? close(p) : sweep(p, end);
  case State::object_start:
    if (*p == '}') return close(p);
    [[fallthrough]];
  case State::key_start:
    if (*p == '"') return sweep(p, end);
    return is_white(*p) ? p + 1 : broken("an object's key is no string");
  case State::colon:
    if (is_white(*p)) return p + 1;
    if (*p != ':') return broken("a key without a colon");
    state_ = State::value;
    return p + 1;
  case State::after_value:
    if (is_white(*p)) return p + 1;
    p = read_after_value(p);
    if (state_ != State::key_start || p == nullptr || p == end || *p != '"') return p;
    return sweep(p, end);
  case State::escape:
    return read_escape(p);
  case State::hex:
    return read_hex(p);
  case State::literal:
    return read_literal(p);
  case State::number_minus:
  case State::number_zero:
  case State::number_integer:
  case State::number_dot:
  case State::number_fraction:
  case State::number_e:
  case State::number_sign:
  case State::number_exponent:
    return read_number(p, end);
  }
  return broken("no such state");
}

const char* AnswerMachine::read_between(const char* p) {
  if (is_white(*p)) {
    after_word_ = false;
    return p + 1;
  }
  if (shape_ == Redactor::Shape::single && documents_ != 0) {
    return broken("text after the document");
  }
  if (*p == record_separator && shape_ == Redactor::Shape::stream) {
    after_word_ = false;
    // It belongs to the document that follows, which the filter may not show.
    if (root_->filtered && filters()) {
      flush(p);
      run_ = nullptr;
      carry_.assign(1, record_separator);
    }
    return p + 1;
  }
  if (after_word_) return broken("two documents that nothing separates");
  ++documents_;
  state_ = State::value;
  return begin_value(p);
}

const char* AnswerMachine::read_after_value(const char* p) {
  const Frame& frame = top();
  if (*p == ',') {
    state_ = frame.list ? State::value : State::key_start;
    if (frame.cuts) {
      flush(p);
      run_ = p + 1;
      undecided_ = true;
      owe_comma_ = true;
    }
    return p + 1;
  }
  if (*p == (frame.list ? ']' : '}')) return close(p);
  return broken("neither a comma nor the closing bracket after a value");
}

const char* AnswerMachine::read_string(const char* p, const char* end) {
  p = skip_plain(p, end);
  if (p == end) return p;
  if (*p == '"') return is_key_ ? end_key(p + 1) : end_string(p + 1);
  if (*p != '\\') return broken("a control character in a string");
  has_escape_ = true;
  state_ = State::escape;
  return p + 1;
}

const char* AnswerMachine::read_escape(const char* p) {
  if (is_escaped_letter(*p)) {
    state_ = State::string;
    return p + 1;
  }
  if (*p != 'u') return broken("an unknown escape in a string");
  state_ = State::hex;
  hex_left_ = 4;
  return p + 1;
}

const char* AnswerMachine::read_hex(const char* p) {
  if (!is_hex(*p)) return broken("an unknown escape in a string");
  if (--hex_left_ == 0) state_ = State::string;
  return p + 1;
}

const char* AnswerMachine::begin_literal(const char* p, std::string_view text) {
  literal_left_ = text.substr(1);
  state_ = State::literal;
  return p + 1;
}

const char* AnswerMachine::read_literal(const char* p) {
  if (*p != literal_left_.front()) return broken("an unknown word");
  literal_left_.remove_prefix(1);
  ++p;
  if (!literal_left_.empty()) return p;
  after_word_ = true;
  end_replaced(p);
  return value_done(p);
}

const char* AnswerMachine::begin_number(const char* p) {
  if (*p == '-') {
    state_ = State::number_minus;
  } else {
    state_ = *p == '0' ? State::number_zero : State::number_integer;
  }
  return p + 1;
}

// Reads on while the text stays a number; the byte after it belongs to what follows.
const char* AnswerMachine::read_number(const char* p, const char* end) {
  for (; p != end; ++p) {
    const char c = *p;
    switch (state_) {
    case State::number_minus:
      if (!is_digit(c)) return broken("a number without digits");
      state_ = c == '0' ? State::number_zero : State::number_integer;
      continue;
    case State::number_integer:
      if (is_digit(c)) continue;
      [[fallthrough]];
    case State::number_zero:
      if (c == '.') {
        state_ = State::number_dot;
        continue;
      }
      [[fallthrough]];
    case State::number_fraction:
      if (state_ == State::number_fraction && is_digit(c)) continue;
      if (c == 'e' || c == 'E') {
        state_ = State::number_e;
        continue;
      }
      break;
    case State::number_dot:
      if (!is_digit(c)) return broken("a number without digits");
      state_ = State::number_fraction;
      continue;
    case State::number_e:
      if (c == '+' || c == '-') {
        state_ = State::number_sign;
        continue;
      }
      [[fallthrough]];
    case State::number_sign:
      if (!is_digit(c)) return broken("a number without digits");
      state_ = State::number_exponent;
      continue;
    case State::number_exponent:
      if (is_digit(c)) continue;
      break;
    default:
      return broken("no such state");
    }
    if (is_digit(c)) return broken("a number with a leading zero");
    after_word_ = true;
    if (notes_ != nullptr) note_shown(AnswerPart::Kind::digits, p);
    end_replaced(p);
    return value_done(p);
  }
  return p;
}

}  // namespace sealock::policy
