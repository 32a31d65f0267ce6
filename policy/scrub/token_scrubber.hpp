// Masks tokens of known forms in a text, wherever the pieces that it comes in are cut.
//
// What begins a token is no secret ("ghp_", "password=") and shows at once; what follows is held until
// it is known whether it is one, and is masked from then on. So a prompt shows before anybody answers it.
//
// Forms:   secrets.md 6.4, but a name ("password", "token") must be followed by = or :, or be an option
//          ("--token x"): in a log "token expired" is a sentence. One-letter options are none here.
// Memory:  less than a token.
// Threads: one stream.

#pragma once

#include "policy/scrub/literal_matcher.hpp"
#include "policy/scrub/text_scrubber.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sealock::policy {

struct TokenForm;  // token_scrubber.cpp

class TokenScrubber : public TextScrubber {
public:
  void feed(std::string_view text, std::string& out) override;
  void finish(std::string& out) override;

private:
  enum class Place {
    text,         // looking for what begins a token
    value_start,  // behind "password=", before the first byte of the value
    value,        // in its first bytes, which may say "Bearer"
    token,        // in what may be a token
    masked,       // in what has been masked
    private_key,  // behind the header of one
  };

  void take(char byte, std::string& out);
  void show(char byte, std::string& out);
  [[nodiscard]] const TokenForm* find_form(char byte);
  void look(char byte, std::string& out);
  void begin(const TokenForm& form, std::string& out);
  void read_value_start(char byte, std::string& out);
  void read_value(char byte, std::string& out);
  void read_token(char byte, std::string& out);
  void read_masked(char byte, std::string& out);
  void read_private_key(char byte);
  [[nodiscard]] bool names_secret(char separator) const;
  [[nodiscard]] bool ends_value(char byte);
  void end_token(std::string& out);
  void end_mask(char byte, std::string& out);
  void mask(std::string& out);

  Place place_ = Place::text;
  LiteralMatcher::State state_ = LiteralMatcher::start;
  const TokenForm* form_ = nullptr;
  std::string held_;
  std::string recent_;         // the last bytes shown
  char quote_ = 0;             // that the value stands in
  bool escaped_ = false;       // a \ stands before the next byte of the value
  std::size_t key_bytes_ = 0;  // of the private key so far
};

}  // namespace sealock::policy
