#include "policy/answer/redactor.hpp"

#include "policy/answer/answer_machine.hpp"
#include "policy/answer/json_text.hpp"
#include "policy/answer/plan_node.hpp"

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
      : filter_(std::move(filter)),
        disguise_(std::move(disguise)),
        document_(document),
        machine_(root_for(plan, document),
                 document == Document::answer ? shape : Shape::single,
                 document == Document::answer ? filter_ : no_filter_,
                 disguise_) {}

  void remember_in(LastAnswers& answers, const LastAnswers::Key& key) {
    answers_ = &answers;
    key_ = key;
  }

  Result<void> feed(std::string_view input, std::string& out) {
    if (document_ == Document::answer) return read(input, out);
    if (error_body_.size() <= error_body_bytes) error_body_.append(input);
    return {};
  }

  Result<void> finish(std::string& out) {
    if (document_ == Document::answer) return machine_.finish(out);
    if (error_body_.empty()) return {};  // HEAD
    std::string redacted;
    if (error_body_.size() <= error_body_bytes && machine_.feed(error_body_, redacted) &&
        machine_.finish(redacted)) {
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
  Result<void> read(std::string_view input, std::string& out) {
    if (input.empty()) return {};
    LastAnswers* const answers = std::exchange(answers_, nullptr);
    if (answers == nullptr || !answers->wants(key_, input)) return machine_.feed(input, out);
    std::string redacted;
    std::vector<AnswerPart> parts;
    machine_.note_parts(&parts);
    Result<void> read = machine_.feed(input, redacted);
    machine_.note_parts(nullptr);
    if (!read) return read;
    if (machine_.has_read_one()) answers->remember(key_, input, redacted, parts);
    out.append(redacted);
    return read;
  }

  ObjectFilter filter_;
  ObjectFilter no_filter_;
  Disguise disguise_;
  Document document_;
  LastAnswers* answers_ = nullptr;  // until the first piece
  LastAnswers::Key key_;
  AnswerMachine machine_;
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

void Redactor::remember_in(LastAnswers& answers, const LastAnswers::Key& key) {
  machine_->remember_in(answers, key);
}

Result<void> Redactor::feed(std::string_view input, std::string& out) {
  return machine_->feed(input, out);
}

Result<void> Redactor::finish(std::string& out) {
  return machine_->finish(out);
}

}  // namespace sealock::policy
