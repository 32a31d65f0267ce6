// Redacts a JSON answer while it streams by: a push tokenizer that copies every byte it does not
// have to touch.
//
// None of the libraries redacts a stream in bounded memory and byte-exact (numbers above 2^53,
// order, escapes): performance.md 5. One Redactor serves one answer: a document, or a stream of
// documents (NDJSON, one after the other, or each with a leading RS).
//
// Memory:  nesting depth (64), one key (256 bytes), one string where its text decides (64 KiB, a longer
//          one is masked unseen), and one object where a filter must see it whole (1 MiB at most);
//          never the document.
// Errors:  engine_garbage for invalid JSON, too deep, a field's key or a filtered object too long:
//          the answer cannot be redacted and must not be sent (502, or a cut stream without the last
//          chunk). After an error nothing more comes out. Keys of maps (labels, volumes) may have any
//          length: otherwise one long label would hide every list from everybody.
// Threads: one session; not shared. The plan must outlive it.

#pragma once

#include "policy/answer/answer_editor.hpp"
#include "policy/answer/disguise.hpp"
#include "policy/answer/last_answers.hpp"
#include "policy/result.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sealock::policy {

class RedactionPlan;
class Value;

// What a filter says of one object.
struct ObjectView {
  ObjectView(bool is_shown) : shown(is_shown) {}  // NOLINT(google-explicit-constructor): mostly all

  bool shown = false;
  // How this object is redacted, where it is not as the rest of the answer: conditional rules, and
  // digests and seals, which are bound to `object` ("container/web"). Lives as long as the policy.
  const RedactionPlan* plan = nullptr;
  std::string object;
};

// May this object of a list or of a stream be shown to the client, and how? Called once an object, with the
// object as the engine sent it (before redaction). Objects that it refuses are cut out whole, the
// commas with them. Which places hold objects is the operation's matter: `[]` in ContainerList,
// `Volumes[]` in VolumeList, each document of SystemEvents.
using ObjectFilter = std::function<ObjectView(const Value& object)>;

class Redactor : public AnswerEditor {
public:
  // error: a 5xx body of the engine, of which only harmless texts are shown; refusal: a 4xx body,
  // of which known forms of secrets are hidden. Error bodies are read whole (64 KiB) and never fail:
  // what is no JSON is replaced by a fixed text in Docker's shape.
  enum class Document { answer, error, refusal };
  [[nodiscard]] static Document document_of(int status);

  enum class Shape { single, stream };

  // Without a filter every object is shown and none is kept in memory.
  Redactor(const RedactionPlan& plan,
           Document document,
           Shape shape,
           ObjectFilter filter = {},
           Disguise disguise = {});
  ~Redactor() override;
  Redactor(const Redactor&) = delete;
  Redactor& operator=(const Redactor&) = delete;
  Redactor(Redactor&&) noexcept;
  Redactor& operator=(Redactor&&) noexcept;

  // Before the first feed(): an answer that comes in one piece is remembered, to be found by the next one.
  // For one document, without a filter, digests or seals. `answers` outlives the redactor.
  void remember_in(LastAnswers& answers, const LastAnswers::Key& key);

  [[nodiscard]] Result<void> feed(std::string_view input, std::string& out) override;
  [[nodiscard]] Result<void> finish(std::string& out) override;

private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace sealock::policy
