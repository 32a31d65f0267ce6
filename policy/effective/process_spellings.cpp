// How a process is confined and what it gets of the host: capabilities, security options, namespaces,
// devices, environment, user, sysctls.
//
// Attack: engine-facts.md B15 (a dotless i becomes an I in dockerd's ToUpper), 3.1.

#include "policy/effective/host_path.hpp"
#include "policy/effective/security_option.hpp"
#include "policy/effective/spelling_checks.hpp"
#include "policy/effective/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sealock::policy::effective {
namespace {

Problem check_capability(std::string_view name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(),
                                                  [](char c) { return is_letter(c) || c == '_'; });
  if (!plain) return "a capability is written in the letters A to Z and _";
  return std::nullopt;
}

Problem check_security_option(std::string_view text) {
  const SecurityOption option = parse_security_option(text);
  switch (option.kind) {
  case SecurityOption::Kind::unknown:
    return "no such security option";
  case SecurityOption::Kind::no_new_privileges:
  case SecurityOption::Kind::writable_cgroups:
    if (is_true(option.value) || is_false(option.value)) return std::nullopt;
    return "write true or false";
  case SecurityOption::Kind::label:
    if (option.value == "disable" || option.value.find(':') != std::string_view::npos)
      return std::nullopt;
    return "no such label option";
  case SecurityOption::Kind::apparmor:
  case SecurityOption::Kind::seccomp:
    break;
  }
  if (option.value.empty()) return "name a profile";
  return std::nullopt;
}

struct ModeWords {
  std::string_view field;
  std::span<const std::string_view> words;
  bool takes_container;
};
constexpr std::array<std::string_view, 1> host_word{"host"};
constexpr std::array<std::string_view, 4> ipc_words{"none", "private", "host", "shareable"};
constexpr std::array<std::string_view, 2> cgroup_words{"private", "host"};
constexpr auto modes = std::to_array<ModeWords>({
    {"PidMode", host_word, true},
    {"IpcMode", ipc_words, true},
    {"UTSMode", host_word, false},
    {"UsernsMode", host_word, false},
    {"CgroupnsMode", cgroup_words, false},
    {"Cgroup", {}, true},
});

Result<void> check_modes(const Value* host) {
  for (const ModeWords& mode : modes) {
    const std::string_view text = text_of(host, mode.field);
    const bool known = text.empty() || (mode.takes_container && is_container_mode(text)) ||
                       std::find(mode.words.begin(), mode.words.end(), text) != mode.words.end();
    if (!known) return wrong("HostConfig." + std::string(mode.field), "no such mode");
  }
  return {};
}

Problem check_device(const Value& device) {
  const std::string_view path = device.text("PathOnHost");
  if (!path.starts_with('/') || climbs(path)) return "PathOnHost is no plain absolute path";
  const std::string_view permissions = device.text("CgroupPermissions");
  if (permissions.find_first_not_of("rwm") != std::string_view::npos)
    return "CgroupPermissions are r, w and m";
  return std::nullopt;
}

Result<void> check_devices(const Value* holder, std::string_view path) {
  const Value* devices = member(holder, "Devices");
  if (devices == nullptr || devices->list() == nullptr) return {};
  for (const Value& device : *devices->list())
    if (const Problem problem = check_device(device)) return wrong(path, *problem);
  return {};
}

bool is_device_number(std::string_view text) {
  return text == "*" || all_digits(text);
}

// "c 10:229 rwm"
Problem check_cgroup_rule(std::string_view rule) {
  constexpr std::string_view what = "a rule is written 'c MAJOR:MINOR rwm'";
  const auto parts = split(rule, ' ');
  if (parts.size() != 3) return what;
  const bool type = parts[0] == "a" || parts[0] == "b" || parts[0] == "c";
  const auto [major, minor] = cut(parts[1], ':');
  const bool access = !parts[2].empty() && parts[2].size() <= 3 &&
                      parts[2].find_first_not_of("rwm") == std::string_view::npos;
  if (!type || !is_device_number(major) || !is_device_number(minor) || !access) return what;
  return std::nullopt;
}

Problem check_variable(std::string_view variable) {
  if (variable.empty() || variable.starts_with('=')) return "a variable has a name";
  return std::nullopt;
}

Problem check_user(std::string_view user) {
  if (std::count(user.begin(), user.end(), ':') > 1) return "write user:group";
  return std::nullopt;
}

Problem check_sysctl(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/';
  });
  if (!plain) return "no name of a sysctl";
  std::string dotted(name);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  const auto parts = split(dotted, '.');
  const bool has_empty =
      std::any_of(parts.begin(), parts.end(), [](std::string_view part) { return part.empty(); });
  if (has_empty) return "no name of a sysctl";
  return std::nullopt;
}

Result<void> check_environment(const Request& request) {
  const bool at_top =
      container_config(request) != nullptr || is_operation(request, OperationId::container_exec);
  if (at_top) {
    if (auto checked = check_texts(&request.body, "Env", "Env", check_variable); !checked)
      return checked;
    if (auto checked = check_text("User", request.body.text("User"), check_user); !checked)
      return checked;
  }
  const Value* spec = container_spec(request);
  constexpr std::string_view path = "TaskTemplate.ContainerSpec.Env";
  if (auto checked = check_texts(spec, "Env", path, check_variable); !checked) return checked;
  return check_text("TaskTemplate.ContainerSpec.User", text_of(spec, "User"), check_user);
}

Result<void> check_service(const Value* spec) {
  if (auto checked = check_texts(spec, "CapabilityAdd", "TaskTemplate.ContainerSpec.CapabilityAdd",
                                 check_capability);
      !checked)
    return checked;
  if (auto checked = check_texts(spec, "CapabilityDrop",
                                 "TaskTemplate.ContainerSpec.CapabilityDrop", check_capability);
      !checked)
    return checked;
  return check_keys(spec, "Sysctls", "TaskTemplate.ContainerSpec.Sysctls", check_sysctl);
}

}  // namespace

Result<void> check_process(const Request& request) {
  if (auto checked = check_environment(request); !checked) return checked;
  const Value* host = host_config(request);
  if (auto checked = check_texts(host, "CapAdd", "HostConfig.CapAdd", check_capability); !checked)
    return checked;
  if (auto checked = check_texts(host, "CapDrop", "HostConfig.CapDrop", check_capability); !checked)
    return checked;
  if (auto checked =
          check_texts(host, "SecurityOpt", "HostConfig.SecurityOpt", check_security_option);
      !checked)
    return checked;
  return check_service(container_spec(request));
}

Result<void> check_host_settings(const Request& request) {
  const Value* host = host_config(request);
  if (auto checked = check_modes(host); !checked) return checked;
  if (auto checked = check_keys(host, "Sysctls", "HostConfig.Sysctls", check_sysctl); !checked)
    return checked;
  const Value* holder = resources(request);
  const std::string_view prefix = host != nullptr ? "HostConfig." : "";
  const std::string devices = std::string(prefix) + "Devices[]";
  if (auto checked = check_devices(holder, devices); !checked) return checked;
  const std::string rules = std::string(prefix) + "DeviceCgroupRules";
  return check_texts(holder, "DeviceCgroupRules", rules, check_cgroup_rule);
}

}  // namespace sealock::policy::effective
