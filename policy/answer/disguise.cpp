#include "policy/answer/disguise.hpp"

#include "policy/answer/mask.hpp"
#include "policy/request/base64.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace sealock::policy {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t expiry_bytes = 8;
constexpr std::size_t digest_shown_bytes = 6;
constexpr std::int64_t hour = 3600;
constexpr std::int64_t lifetime = 24 * hour;
constexpr std::string_view end_mark = "**";

using Hash = DisguiseKeys::Secret;  // SHA-256
using Bytes = std::string;

[[noreturn]] void broken() {
  throw std::runtime_error("OpenSSL cannot compute a digest or a seal");
}

const unsigned char* data_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* data_of(Bytes& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

Hash hmac(const DisguiseKeys::Secret& key, std::string_view message) {
  Hash hash{};
  std::size_t size = 0;
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
                data_of(message), message.size(), hash.data(), hash.size(), &size) == nullptr ||
      size != hash.size()) {
    broken();
  }
  return hash;
}

// With its length, so that text cannot move from one part to the next unseen.
void add_part(Bytes& message, std::string_view part) {
  message.append(std::to_string(part.size())).append(1, ':').append(part);
}

Bytes place_message(const ValuePlace& place) {
  Bytes message;
  for (const std::string_view part : {place.object, place.field, place.name})
    add_part(message, part);
  return message;
}

Bytes expiry_text(std::int64_t expiry) {
  Bytes text(expiry_bytes, '\0');
  auto bits = static_cast<std::uint64_t>(expiry);
  for (std::size_t i = expiry_bytes; i-- > 0; bits >>= 8U)
    text[i] = static_cast<char>(bits & 0xffU);
  return text;
}

std::int64_t read_expiry(std::string_view text) {
  std::uint64_t bits = 0;
  for (const char c : text)
    bits = (bits << 8U) | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(bits);
}

std::string encode(std::string_view bytes) {
  std::string text = to_base64url(bytes);
  text.erase(std::min(text.find('='), text.size()));
  return text;
}

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;

enum class Direction : int { decrypt = 0, encrypt = 1 };

// Up to the point where the text goes in.
Cipher make_cipher(const DisguiseKeys::Secret& key,
                   std::string_view nonce,
                   std::string_view bound_to,
                   Direction direction) {
  Cipher cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  if (cipher == nullptr ||
      EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), data_of(nonce),
                        static_cast<int>(direction)) != 1 ||
      EVP_CipherUpdate(cipher.get(), nullptr, &size, data_of(bound_to),
                       static_cast<int>(bound_to.size())) != 1) {
    broken();
  }
  return cipher;
}

void run_cipher(EVP_CIPHER_CTX* cipher, std::string_view in, Bytes& out) {
  out.resize(in.size());
  int size = 0;
  if (in.empty()) return;
  if (EVP_CipherUpdate(cipher, data_of(out), &size, data_of(in), static_cast<int>(in.size())) != 1)
    broken();
}

Bytes bound_to(std::string_view policy, const ValuePlace& place, std::string_view expiry) {
  Bytes message;
  add_part(message, "sealock seal 1");
  add_part(message, policy);
  add_part(message, expiry);
  return message + place_message(place);
}

tl::unexpected<Error> foreign() {
  return bad_request(
      "this sealed value is not for this policy, object and field; a seal goes back where it was "
      "read");
}

}  // namespace

DisguiseKeys::DisguiseKeys(const Secret& secret)
    : digest_key_(hmac(secret, "sealock digest")),
      seal_key_(hmac(secret, "sealock seal")),
      nonce_key_(hmac(secret, "sealock nonce")) {}

std::string DisguiseKeys::digest(const ValuePlace& place, std::string_view value) const {
  constexpr std::string_view digits = "0123456789abcdef";
  Bytes message = place_message(place);
  add_part(message, value);
  const Hash hash = hmac(digest_key_, message);
  std::string text(digest_begin);
  for (std::size_t i = 0; i < digest_shown_bytes; ++i) {
    text += digits[hash[i] >> 4U];
    text += digits[hash[i] & 0xfU];
  }
  return text.append(end_mark);
}

std::string DisguiseKeys::seal(std::string_view policy,
                               const ValuePlace& place,
                               std::string_view value,
                               std::int64_t now) const {
  const Bytes expiry = expiry_text((now / hour + 1) * hour + lifetime);
  const Bytes bound = bound_to(policy, place, expiry);
  Bytes message = bound;
  add_part(message, value);
  const Hash hash = hmac(nonce_key_, message);
  const Bytes nonce(reinterpret_cast<const char*>(hash.data()), nonce_bytes);

  const Cipher cipher = make_cipher(seal_key_, nonce, bound, Direction::encrypt);
  Bytes sealed;
  run_cipher(cipher.get(), value, sealed);
  Bytes tag(tag_bytes, '\0');
  int size = 0;
  if (EVP_CipherFinal_ex(cipher.get(), data_of(tag), &size) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes, tag.data()) != 1) {
    broken();
  }
  std::string text(seal_begin);
  return text.append(encode(expiry + nonce + sealed + tag)).append(end_mark);
}

Result<std::string> DisguiseKeys::open(std::string_view policy,
                                       const ValuePlace& place,
                                       std::string_view seal,
                                       std::int64_t now) const {
  if (!seal.starts_with(seal_begin) || !seal.ends_with(end_mark) ||
      seal.size() < seal_begin.size() + end_mark.size()) {
    return foreign();
  }
  seal.remove_prefix(seal_begin.size());
  seal.remove_suffix(end_mark.size());
  const std::optional<Bytes> bytes = from_unpadded_base64url(seal);
  if (!bytes || bytes->size() < expiry_bytes + nonce_bytes + tag_bytes) return foreign();
  const std::string_view all = *bytes;
  const std::string_view expiry = all.substr(0, expiry_bytes);
  const std::string_view nonce = all.substr(expiry_bytes, nonce_bytes);
  const std::size_t begin = expiry_bytes + nonce_bytes;
  const std::string_view sealed = all.substr(begin, all.size() - begin - tag_bytes);
  Bytes tag(all.substr(all.size() - tag_bytes));

  const Cipher cipher =
      make_cipher(seal_key_, nonce, bound_to(policy, place, expiry), Direction::decrypt);
  Bytes value;
  run_cipher(cipher.get(), sealed, value);
  std::array<unsigned char, tag_bytes> rest{};
  int size = 0;
  if (EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) != 1)
    broken();
  if (EVP_CipherFinal_ex(cipher.get(), rest.data(), &size) != 1) {
    OPENSSL_cleanse(value.data(), value.size());
    return foreign();
  }
  // Only now is the expiry known to be ours.
  if (read_expiry(expiry) < now) {
    OPENSSL_cleanse(value.data(), value.size());
    return bad_request("this sealed value has expired; read the object again");
  }
  return value;
}

bool holds_hidden_value(std::string_view text) {
  static const std::string masked_bytes = encode(mask_text);
  const auto holds = [text](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  };
  return holds(mask_text) || holds(digest_begin) || holds(seal_begin) || holds(masked_bytes);
}

}  // namespace sealock::policy
