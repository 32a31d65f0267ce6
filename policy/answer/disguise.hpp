// The two ways to hide a value that leave something to work with: a digest, which shows whether it
// changed, and a seal, which its owner's policy may send back without ever seeing it.
//
// digest   **masked:0123456789ab**   the first 48 bits of an HMAC over the object's kind and name,
//          the field, the value's own name (of a variable, of a label) and the value. Scoped, so that
//          equal passwords in two containers do not show as equal, and nobody who may create a
//          container can try guesses on another's. It detects a change and authenticates nothing.
// seal     **sealed:BASE64URL**      AES-256-GCM, bound to the policy, the object, the field, the
//          value's own name and an expiry. Opened again (open_seals) only for the same policy, in a
//          create or update of an object of the same kind and name, in the same field. The nonce is a
//          keyed hash of everything sealed: two reads within the hour show the same text, and a nonce
//          never meets two messages.
//
// Both are ASCII without = , : " blank inside the value but for the colon of the word, and no longer
// than the value needs: a seal tells the value's length, a digest and a mask do not.
//
// Errors:  open() fails with a text that names no value.
// Threads: immutable; any thread. OpenSSL's failures (no memory) are exceptions.
// Sources: secrets.md 6.1, 6.2; NIST SP 800-38D; RFC 8452 1 (why a synthetic nonce).

#pragma once

#include "policy/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sealock::policy {

// Of one value: where it stands.
struct ValuePlace {
  std::string_view object;  // "container/web"
  std::string_view field;   // as a create or update of the object names it: "Env[]", "Labels{}"
  std::string_view name;    // of a variable or of a map's value; else empty
};

class DisguiseKeys {
public:
  static constexpr std::size_t secret_bytes = 32;
  using Secret = std::array<unsigned char, secret_bytes>;

  // Every other key is derived from `secret`, which lives in a file (proxy/config/key_file.hpp): with
  // another one all digests change, and no seal opens.
  explicit DisguiseKeys(const Secret& secret);

  [[nodiscard]] std::string digest(const ValuePlace& place, std::string_view value) const;

  // Seconds since 1970; a seal lives for 24 hours and what is left of the hour.
  [[nodiscard]] std::string seal(std::string_view policy,
                                 const ValuePlace& place,
                                 std::string_view value,
                                 std::int64_t now) const;
  [[nodiscard]] Result<std::string> open(std::string_view policy,
                                         const ValuePlace& place,
                                         std::string_view seal,
                                         std::int64_t now) const;

private:
  Secret digest_key_{};
  Secret seal_key_{};
  Secret nonce_key_{};
};

// What a redactor needs to write digests and seals; without keys everything is masked.
struct Disguise {
  std::shared_ptr<const DisguiseKeys> keys;
  std::string policy;
  std::int64_t now = 0;
  std::string object;  // of the one object in the answer; of lists the filter says it (ObjectView)
};

inline constexpr std::string_view digest_begin = "**masked:";
inline constexpr std::string_view seal_begin = "**sealed:";

// Is this text, or a part of it, what stands for a hidden value: a mask, a digest, a seal?
[[nodiscard]] bool holds_hidden_value(std::string_view text);

}  // namespace sealock::policy
