#include "policy/answer/redactor.hpp"

#include "policy/answer/answer_machine.hpp"
#include "policy/answer/json_text.hpp"
#include "policy/answer/plan_node.hpp"

#include <optional>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::size_t error_body_bytes = 65536;

const RedactionPlan::Node& root_for(const RedactionPlan& plan, Redactor::Document document) {
  switch (document) {
  case Redactor::Document::answer:
    return plan.root();
  case Redactor::Document::refusal:
    return plan.refusal_root();
  case Redactor::Document::error:
    return plan.error_root();
  }
  return plan.error_root();
}

}  // namespace

class Redactor::Machine {
public:
  Machine(const RedactionPlan& plan,
          Document document,
          Shape shape,
          ObjectFilter filter,
          Disguise disguise)
      : plan_(plan),
        document_(document),
        shape_(document == Document::answer ? shape : Shape::single),
        disguise_(std::move(disguise)) {
    if (document == Document::answer) filter_ = std::move(filter);
  }

  void repeat_from(LastAnswers& answers, const LastAnswers::Key& key) {
    answers_ = &answers;
    key_ = key;
  }

  Result<void> feed(std::string_view input, std::string& out) {
    if (document_ == Document::answer) return input.empty() ? Result<void>() : read(input, out);
    if (error_body_.size() <= error_body_bytes) error_body_.append(input);
    return {};
  }

  Result<void> finish(std::string& out) {
    if (document_ == Document::answer) return repeated_ ? Result<void>() : machine().finish(out);
    if (error_body_.empty()) return {};  // HEAD
    std::string redacted;
    if (error_body_.size() <= error_body_bytes && machine().feed(error_body_, redacted) &&
        machine().finish(redacted)) {
      out.append(redacted);
    } else {
      out.append("{\"message\":");
      append_json_string(hidden_error_text, out);
      out.append("}\n");
    }
    error_body_.clear();
    return {};
  }

private:
  AnswerMachine& machine() {
    if (!machine_) machine_.emplace(root_for(plan_, document_), shape_, filter_, disguise_);
    return *machine_;
  }

  Result<void> read(std::string_view input, std::string& out) {
    LastAnswers* const answers = std::exchange(answers_, nullptr);
    if (answers != nullptr) return read_first(*answers, input, out);
    if (repeated_) {
      // More than what was remembered: goes on as behind any document.
      repeated_ = false;
      std::string sent;
      const Result<void> read = machine().feed("{}", sent);
      if (!read) return read;
    }
    return machine().feed(input, out);
  }

  // The first piece of an answer is often all of it.
  Result<void> read_first(LastAnswers& answers, std::string_view input, std::string& out) {
    if (const std::string* const sent = answers.find(key_, input); sent != nullptr) {
      out.append(*sent);
      repeated_ = true;
      return {};
    }
    if (!answers.wants(key_, input)) return machine().feed(input, out);
    std::string redacted;
    std::vector<HiddenText> hidden;
    machine().note_hidden(&hidden);
    Result<void> read = machine().feed(input, redacted);
    machine().note_hidden(nullptr);
    if (!read) return read;
    if (machine().has_read_one()) answers.remember(key_, input, redacted, hidden);
    out.append(redacted);
    return read;
  }

  const RedactionPlan& plan_;
  Document document_;
  Shape shape_;
  ObjectFilter filter_;
  Disguise disguise_;
  LastAnswers* answers_ = nullptr;  // until the first piece
  LastAnswers::Key key_;
  bool repeated_ = false;
  std::optional<AnswerMachine> machine_;
  std::string error_body_;
};

Redactor::Document Redactor::document_of(int status) {
  if (status < 400) return Document::answer;
  return status < 500 ? Document::refusal : Document::error;
}

Redactor::Redactor(const RedactionPlan& plan,
                   Document document,
                   Shape shape,
                   ObjectFilter filter,
                   Disguise disguise)
    : machine_(std::make_unique<Machine>(
          plan, document, shape, std::move(filter), std::move(disguise))) {}
Redactor::~Redactor() = default;
Redactor::Redactor(Redactor&&) noexcept = default;
Redactor& Redactor::operator=(Redactor&&) noexcept = default;

void Redactor::repeat_from(LastAnswers& answers, const LastAnswers::Key& key) {
  machine_->repeat_from(answers, key);
}

Result<void> Redactor::feed(std::string_view input, std::string& out) {
  return machine_->feed(input, out);
}

Result<void> Redactor::finish(std::string& out) {
  return machine_->finish(out);
}

}  // namespace sealock::policy
