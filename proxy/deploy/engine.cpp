#include "proxy/deploy/engine.hpp"

#include "policy/request/percent.hpp"

namespace sealock::proxy {

std::string EngineAnswer::message() const {
  if (body.is_object()) {
    const auto found = body.find("message");
    if (found != body.end() && found->is_string()) return found->get<std::string>();
  }
  return "the engine answers " + std::to_string(status);
}

std::string encode_segment(std::string_view text) {
  std::string out;
  policy::append_encoded(text, "", out);
  return out;
}

}  // namespace sealock::proxy
