#include "tests/policy/rules/rules_folder.hpp"

#include "policy/rules/policy_set.hpp"

#include <cstdlib>
#include <fstream>

namespace sealock::policy {
namespace {

constexpr std::string_view lists = R"(version: 1
library: docker
description: Names shared by every policy.
lists:
  probe: [SystemPing, SystemPingHead, SystemVersion]
  host_namespaces: [pid-host, ipc-host, network-host, user-host, uts-host, cgroup-host]
  sensitive_host_paths: [/boot, /dev, /etc, /proc, /root, /run, /sys, /usr, /var/lib/docker, /var/run]
  plain_container_fields: [Hostname, User, Env, Cmd, Labels, Tty, HostConfig.AutoRemove]
)";

constexpr std::string_view references = R"(version: 1
library: known
description: What the test policies refer to.
references:
  cis-docker-1.6.0/5.5: Ensure that privileged containers are not used
  attack/T1611: Escape to Host
  attack/T1552.007: Container API
)";

constexpr std::string_view baseline = R"(version: 1
policy: baseline
description: Denied to every client.
owner: platform-security
applies_to: every_client
use: [lists/docker.yaml]
rules:
  - deny: privileged-container
    actions: [ContainerCreate]
    when: {body.HostConfig.Privileged: true}
    because: a privileged container is root on the host
    severity: critical
    references: [cis-docker-1.6.0/5.5, attack/T1611]
tests:
  - it: stops docker run --privileged
    request: POST /v1.43/containers/create
    body: {Image: alpine, HostConfig: {Privileged: true}}
    expect: {deny: privileged-container}
  - it: lets others through
    request: POST /v1.43/containers/create
    body: {Image: alpine}
    expect: {deny: default}
)";

}  // namespace

RulesFolder::RulesFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "sealock-rules-XXXXXX").string();
  path_ = mkdtemp(name.data());
  write("lists/docker.yaml", lists);
  write("references/known.yaml", references);
  write("baseline.yaml", baseline);
}

RulesFolder::~RulesFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void RulesFolder::write(std::string_view name, std::string_view text) const {
  std::filesystem::create_directories(file(name).parent_path());
  std::ofstream(file(name), std::ios::binary) << text;
}

void RulesFolder::remove(std::string_view name) const {
  std::filesystem::remove(file(name));
}

std::string RulesFolder::clean(std::string text) const {
  const std::string name = path_.string();
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    const bool slash = text.substr(at + name.size(), 1) == "/";
    text.replace(at, name.size() + (slash ? 1 : 0), slash ? "" : "rules");
  }
  return text;
}

std::string RulesFolder::problems() const {
  Diagnostics diagnostics;
  const auto set = load_policies(path_, {}, diagnostics);
  return clean(diagnostics.to_text());
}

std::string policy_text(std::string_view rules, std::string_view tests) {
  std::string text =
      "version: 1\n"
      "policy: probe\n"
      "description: A policy of a test.\n"
      "owner: nobody\n"
      "applies_to: [{listener: probe}]\n"
      "use: [lists/docker.yaml]\n"
      "rules:\n";
  return text.append(rules).append("tests:\n").append(tests);
}

}  // namespace sealock::policy
