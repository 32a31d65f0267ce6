#include "proxy/net/turn.hpp"

namespace sealock::proxy {

policy::Disguise Turn::disguise() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  policy::Disguise made;
  made.keys = policies->keys();
  made.policy = policy->name();
  made.now = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  return made;
}

}  // namespace sealock::proxy
