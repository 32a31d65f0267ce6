// Linux capabilities that a request adds.
//
// dockerd upper-cases with Unicode rules and puts CAP_ before a name that lacks it; `ALL` is every
// one. Here a name is upper-cased as ASCII, so that sys_adm\u0131n stays a name that no list has, and
// check_spellings() refuses it before.
//
// Sources: engine-facts.md B15; moby daemon/pkg/oci/caps/utils.go (v20.10.24 and 2026-08).

#include "policy/effective/body_places.hpp"
#include "policy/effective/text.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

namespace sealock::policy::effective {

Result<Value> added_capabilities(const Request& request, const Facts& /*facts*/) {
  TextList list;
  const auto add = [&](std::string_view name) {
    const std::string capital = upper(name);
    std::string_view bare = capital;
    take_prefix(bare, "CAP_");
    list.add(bare);
  };
  for_each_text(host_config(request), "CapAdd", add);
  for_each_text(container_spec(request), "CapabilityAdd", add);
  return std::move(list).finish();
}

}  // namespace sealock::policy::effective
