// What was sent last of an answer, to be sent again while the engine's next one shows the same.
//
// Monitors ask for the same objects over and over, and mostly nothing has changed, or a time and a
// counter have. The engine's bytes are then compared with the redacted text: what shows, byte for byte;
// what was hidden, only for where its string ends; a value that changes and shows whatever it says, for
// where it ends, and it is copied. That is a fraction of the work of reading the document again.
//
// Why it gives what the redactor would: every byte that is not in such a value is the same, so the
// document has the same structure, the same names and the same treatments, none of which depends on
// another value; a text is noted as hidden only where its name and what stands before it decide alone
// (deciding_bytes() in mask.hpp), and a value as shown only where nothing that it says could hide it
// (Node::passes). Everything else that a plan changes (a dropped member, a number, a label hidden for
// its value) is no noted value, so that the document does not show the same as itself and is not
// remembered.
//
// What is kept is what a client was sent, never what was hidden from it. How long the comparison takes
// depends on what shows, and on the hidden texts' lengths and escapes only, as the redactor's time does.
//
// Memory:  answer_bytes for each of `places`, at most 2 MiB, and as much for one that has changed; and
//          where its values are, 12 bytes for each.
// Errors:  none; what cannot be remembered is redacted again.
// Threads: one worker; not shared. A plan is known by its number (RedactionPlan::number), so that
//          policies that are reloaded leave nothing that could be taken for theirs.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

// A part of a redacted answer in whose place the engine may have another value.
struct AnswerPart {
  enum class Kind : std::uint8_t {
    hidden,  // stands for a string, or for what is left of one
    text,    // a string without its quotes that shows whatever it says
    digits,  // a number that does
  };

  std::uint32_t at = 0;
  std::uint32_t size = 0;
  Kind kind = Kind::hidden;
};

class LastAnswers {
public:
  static constexpr std::size_t places = 128;
  static constexpr std::size_t answer_bytes = 16384;  // longer ones are not remembered

  // Of one plan and one object. Two objects can share a place: they drive each other out, no more.
  struct Key {
    std::uint64_t plan = 0;
    std::uint64_t object = 0;  // a hash of how the client named it

    bool operator==(const Key&) const = default;
  };

  // The redacted form of this answer of the engine, which must be whole. Null when it is not known;
  // otherwise valid until the next call of find() or remember().
  [[nodiscard]] const std::string* find(const Key& key, std::string_view answer);

  // After find() has given null: is this answer worth being remembered? Answers that change each time
  // are, less and less often.
  [[nodiscard]] bool wants(const Key& key, std::string_view answer) const;

  // `redacted` is what the plan made of the whole of `answer`; `parts`, in order, all that it hid, and
  // what it would have shown with another value as well.
  void remember(const Key& key,
                std::string_view answer,
                std::string_view redacted,
                const std::vector<AnswerPart>& parts);

private:
  struct Place {
    Key key;
    std::uint32_t misses = 0;         // since it was found last
    std::string redacted;             // empty: nothing is known
    std::vector<AnswerPart> skipped;  // in order: what was hidden, and what has changed before
    std::vector<AnswerPart> shown;    // in order: what may change, and has not yet
  };
  static constexpr std::size_t same = ~std::size_t{0};

  std::size_t first_difference(const Place& place, std::string_view answer);
  [[nodiscard]] static bool skip_from_now_on(Place& place, std::size_t at);
  [[nodiscard]] static std::size_t index(const Key& key);

  std::vector<Place> places_;  // made when first needed
  std::string changed_;        // the redacted form of an answer in which a value has changed
};

}  // namespace sealock::policy
