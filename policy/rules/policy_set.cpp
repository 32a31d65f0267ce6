#include "policy/rules/policy_set.hpp"

#include "policy/engine_api/operation.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/ownership_loader.hpp"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

namespace sealock::policy {
namespace {

// 48 bits tell versions of a file apart in a log; nobody is kept out by them.
constexpr std::size_t hash_bytes = 6;

void feed(EVP_MD_CTX* context, std::string_view text) {
  // With its length, so that text cannot move from one file to the next unseen.
  const std::string length = std::to_string(text.size()) + ":";
  EVP_DigestUpdate(context, length.data(), length.size());
  EVP_DigestUpdate(context, text.data(), text.size());
}

std::string hash_of(const CompiledPolicy& own, const CompiledPolicy* baseline) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  feed(context.get(), own.content);
  feed(context.get(), baseline == nullptr ? std::string_view() : baseline->content);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < hash_bytes; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 0xfU];
  }
  return text;
}

bool matches(const ClientMatch& match, const Client& client) {
  if (match.listener && *match.listener != client.listener) return false;
  // A client without peer credentials (TLS) matches no rule that asks for them.
  if (match.uid && match.uid != client.uid) return false;
  return !match.gid || match.gid == client.gid;
}

}  // namespace

Policy::Policy(std::shared_ptr<const CompiledPolicy> own,
               std::shared_ptr<const CompiledPolicy> baseline)
    : own_(std::move(own)),
      // The baseline judged by itself (its own tests) is not asked twice.
      baseline_(baseline == own_ ? nullptr : std::move(baseline)),
      could_allow_(operation_limit),
      wants_target_(operation_limit),
      hash_(hash_of(*own_, baseline_.get())) {
  for (const Operation& operation : all_operations()) {
    const auto index = static_cast<std::size_t>(operation.id);
    could_allow_[index] = finds_allow(operation);
    wants_target_[index] = finds_target(operation);
  }
}

bool Policy::could_allow(const Operation& operation) const {
  return could_allow_[static_cast<std::size_t>(operation.id)];
}

bool Policy::wants_target(const Operation& operation) const {
  return wants_target_[static_cast<std::size_t>(operation.id)];
}

std::string_view Policy::name() const {
  return own_->name;
}
std::string_view Policy::owner() const {
  return own_->owner;
}
std::string_view Policy::hash() const {
  return hash_;
}

bool Policy::applies_to(const Client& client) const {
  if (own_->every_client) return true;
  return std::any_of(own_->applies_to.begin(), own_->applies_to.end(),
                     [&](const ClientMatch& match) { return matches(match, client); });
}

bool Policy::has_ownership() const {
  return own_->ownership.has_value();
}

std::optional<Owner> Policy::owner_of(const Client& client) const {
  if (!own_->ownership) return std::nullopt;
  return policy::owner_of(*own_->ownership, client);
}

bool Policy::could_serve(std::string_view listener) const {
  if (own_->every_client) return true;
  return std::any_of(
      own_->applies_to.begin(), own_->applies_to.end(),
      [&](const ClientMatch& match) { return !match.listener || *match.listener == listener; });
}

bool Policy::disguises() const {
  const auto operations = all_operations();
  return std::any_of(operations.begin(), operations.end(),
                     [this](const Operation& operation) { return disguises(operation); });
}

const Policy* PolicySet::find(std::string_view name) const {
  const auto found = std::find_if(policies_.begin(), policies_.end(),
                                  [&](const Policy& policy) { return policy.name() == name; });
  return found == policies_.end() ? nullptr : &*found;
}

}  // namespace sealock::policy
