#include "proxy/deploy/rollout/values.hpp"

#include "proxy/deploy/rollout/secrets.hpp"

#include <utility>

namespace sealock::proxy {
namespace {

constexpr std::string_view secret_prefix = "secret:";

}  // namespace

Result<std::string> Values::find(std::string_view name) {
  const std::string key(name);
  if (const auto known = used_.find(key); known != used_.end()) return known->second;
  std::string value;
  if (name.starts_with(secret_prefix)) {
    Result<std::string> secret = read_secret(secrets_, name.substr(secret_prefix.size()));
    if (!secret) return secret;
    value = std::move(*secret);
  } else {
    const auto variable = variables_.find(key);
    if (variable == variables_.end()) {
      return bad_request("the composition needs variable '" + key +
                         "'; give it in \"variables\" of the request");
    }
    value = variable->second;
  }
  if (value.find('\0') != std::string::npos) {
    return bad_request("the value of '" + key + "' has a NUL character in it");
  }
  used_.emplace(key, value);
  return value;
}

Result<std::string> Values::resolve_text(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '$') {
      out.push_back(text[at]);
      continue;
    }
    const std::string_view rest = text.substr(at + 1);
    const std::size_t end = rest.find('}');
    if (rest.starts_with("$")) {
      out.push_back('$');
      ++at;
    } else if (rest.starts_with("{") && end != std::string_view::npos) {
      const Result<std::string> value = find(rest.substr(1, end - 1));
      if (!value) return value;
      const std::string_view name = rest.substr(1, end - 1);
      if (form_ == SecretForm::file && name.starts_with(secret_prefix)) {
        out.append("/run/secrets/").append(name.substr(secret_prefix.size()));
      } else {
        out.append(*value);
      }
      at += end + 1;
    } else {
      return bad_request("a single '$' in a value must be written '$$'");
    }
  }
  return out;
}

Result<void> Values::resolve(nlohmann::json& spec) {
  if (spec.is_string()) {
    Result<std::string> text = resolve_text(spec.get_ref<const std::string&>());
    if (!text) return tl::unexpected<Error>(text.error());
    spec = std::move(*text);
  }
  if (!spec.is_structured()) return {};
  for (nlohmann::json& element : spec) {
    const Result<void> resolved = resolve(element);
    if (!resolved) return resolved;
  }
  return {};
}

std::map<std::string, std::string> Values::take_used() {
  return std::exchange(used_, {});
}

}  // namespace sealock::proxy
