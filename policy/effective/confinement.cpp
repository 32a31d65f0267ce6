// What a request takes away from the confinement that dockerd gives every container.
//
// For seccomp, apparmor, no-new-privileges and writable-cgroups the last entry counts, as in dockerd;
// labels add up. `=` separates where there is one, else `:` (deprecated since 2016, still read). A
// profile of the client's own is listed too: nobody here can read what it allows.
//
//   seccomp-unconfined  seccomp-profile      apparmor-unconfined  apparmor-profile
//   label-disable       label-options        no-new-privileges-off
//   writable-cgroups    masked-paths         readonly-paths       security-option (an unknown one)
//
// Privileged does all of this and more; it stays a field of its own.
//
// Sources: engine-facts.md 3.1 (SecurityOpt, MaskedPaths); moby daemon/daemon_unix.go
//          parseSecurityOpt (v20.10.24 and 2026-08); strconv.ParseBool.

#include "policy/effective/body_places.hpp"
#include "policy/effective/confined_paths.hpp"
#include "policy/effective/security_option.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

namespace sealock::policy::effective {
namespace {

bool is_own_seccomp_profile(std::string_view value) {
  return !value.empty() && value != "unconfined" && value != "builtin";
}

void add_security_options(const Value* host, TextList& list) {
  std::string_view seccomp;
  std::string_view apparmor;
  bool privileges_off = false;
  bool writable_cgroups = false;
  for_each_text(host, "SecurityOpt", [&](const std::string& text) {
    const SecurityOption option = parse_security_option(text);
    switch (option.kind) {
    case SecurityOption::Kind::seccomp:
      seccomp = option.value;
      break;
    case SecurityOption::Kind::apparmor:
      apparmor = option.value;
      break;
    case SecurityOption::Kind::label:
      list.add(option.value == "disable" ? "label-disable" : "label-options");
      break;
    case SecurityOption::Kind::no_new_privileges:
      privileges_off = !is_true(option.value);
      break;
    case SecurityOption::Kind::writable_cgroups:
      writable_cgroups = !is_false(option.value);
      break;
    case SecurityOption::Kind::unknown:
      list.add("security-option");
      break;
    }
  });
  if (seccomp == "unconfined") list.add("seccomp-unconfined");
  if (is_own_seccomp_profile(seccomp)) list.add("seccomp-profile");
  if (apparmor == "unconfined") list.add("apparmor-unconfined");
  if (!apparmor.empty() && apparmor != "unconfined" && apparmor != "docker-default")
    list.add("apparmor-profile");
  if (privileges_off) list.add("no-new-privileges-off");
  if (writable_cgroups) list.add("writable-cgroups");
}

// Null is the default; every list replaces it, an empty one by nothing at all. The engine's own list
// is the default, too.
void add_paths(const Value* host, TextList& list) {
  const Value* masked = member(host, "MaskedPaths");
  if (masked != nullptr && !masked->is_null() && !is_engines_masked_paths(*masked))
    list.add("masked-paths");
  const Value* readonly = member(host, "ReadonlyPaths");
  if (readonly != nullptr && !readonly->is_null() && !is_engines_readonly_paths(*readonly))
    list.add("readonly-paths");
}

void add_service_privileges(const Value* privileges, TextList& list) {
  const Value* seccomp = member(privileges, "Seccomp");
  const std::string_view seccomp_mode = text_of(seccomp, "Mode");
  const Value* profile = member(seccomp, "Profile");
  if (seccomp_mode == "unconfined") list.add("seccomp-unconfined");
  const bool plain =
      seccomp_mode.empty() || seccomp_mode == "default" || seccomp_mode == "unconfined";
  if (!plain || (profile != nullptr && !profile->is_zero())) list.add("seccomp-profile");

  const std::string_view apparmor = text_of(member(privileges, "AppArmor"), "Mode");
  if (!apparmor.empty() && apparmor != "default") list.add("apparmor-unconfined");

  const Value* selinux = member(privileges, "SELinuxContext");
  if (selinux == nullptr) return;
  if (selinux->flag("Disable")) list.add("label-disable");
  for (const std::string_view field : {"User", "Role", "Type", "Level"})
    if (!selinux->text(field).empty()) list.add("label-options");
}

}  // namespace

Result<Value> unconfined(const Request& request, const Facts& /*facts*/) {
  TextList list;
  if (const Value* host = host_config(request)) {
    add_security_options(host, list);
    add_paths(host, list);
  }
  add_service_privileges(member(container_spec(request), "Privileges"), list);
  return std::move(list).finish();
}

}  // namespace sealock::policy::effective
