// Mounts that dockerd refuses, or that one version reads differently from another. ".." in a host
// path is neither: it is cleaned, and rules judge what it comes to.

#include "policy/effective/bind_spec.hpp"
#include "policy/effective/host_path.hpp"
#include "policy/effective/image_reference.hpp"
#include "policy/effective/spelling_checks.hpp"
#include "policy/effective/text.hpp"
#include "policy/request/names.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy::effective {
namespace {

constexpr auto mount_types =
    std::to_array<std::string_view>({"bind", "volume", "tmpfs", "image", "cluster", "npipe"});
constexpr auto consistencies =
    std::to_array<std::string_view>({"", "default", "consistent", "cached", "delegated"});

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Nothing but zero values, at any depth: what clients send for "not said".
bool says_nothing(const Value* value) {
  if (value == nullptr || value->is_zero()) return true;
  const auto* members = value->object();
  return members != nullptr && std::all_of(members->begin(), members->end(), [](const auto& inner) {
           return says_nothing(&inner.second);
         });
}

Problem check_source(std::string_view type, std::string_view source) {
  if (type == "bind" && !source.starts_with('/')) return "Source is no absolute path";
  if (type == "volume" && !source.empty() && !is_object_name(source))
    return "Source is no name of a volume";
  if (type == "tmpfs" && !source.empty()) return "a tmpfs has no Source";
  if (type == "image" && !parse_image_reference(source)) return "Source is no image reference";
  return std::nullopt;
}

Problem check_subpath(const Value* options) {
  const std::string_view path = text_of(options, "Subpath");
  if (path.starts_with('/') || climbs(path)) return "Subpath leaves the volume";
  return std::nullopt;
}

// Below API 1.42 dockerd ignores the options of other types, from then on it refuses them.
Problem check_foreign_options(std::string_view type, const Value& mount) {
  if (type != "bind" && !says_nothing(mount.find("BindOptions")))
    return "BindOptions belong to the type bind";
  if (type != "volume" && type != "cluster" && !says_nothing(mount.find("VolumeOptions")))
    return "VolumeOptions belong to the type volume";
  if (type != "tmpfs" && !says_nothing(mount.find("TmpfsOptions")))
    return "TmpfsOptions belong to the type tmpfs";
  if (type != "image" && !says_nothing(mount.find("ImageOptions")))
    return "ImageOptions belong to the type image";
  return std::nullopt;
}

Problem check_mount(const Value& mount) {
  const std::string_view type = mount.text("Type");
  if (!is_one_of(mount_types, type)) return "no such Type";
  if (!mount.text("Target").starts_with('/')) return "Target is no absolute path";
  if (const Problem problem = check_source(type, mount.text("Source"))) return problem;
  if (!is_one_of(consistencies, mount.text("Consistency"))) return "no such Consistency";
  const std::string_view propagation = text_of(mount.find("BindOptions"), "Propagation");
  if (!propagation.empty() && !is_propagation(propagation)) return "no such Propagation";
  if (const Problem problem = check_subpath(mount.find("VolumeOptions"))) return problem;
  if (const Problem problem = check_subpath(mount.find("ImageOptions"))) return problem;
  return check_foreign_options(type, mount);
}

Result<void> check_mount_list(const Value* holder, std::string_view path) {
  const Value* mounts = member(holder, "Mounts");
  if (mounts == nullptr || mounts->list() == nullptr) return {};
  std::size_t index = 0;
  for (const Value& mount : *mounts->list()) {
    if (const Problem problem = check_mount(mount))
      return wrong(std::string(path) + "[" + std::to_string(index) + "]", *problem);
    ++index;
  }
  return {};
}

Result<void> check_binds(const Value* host) {
  const Value* binds = member(host, "Binds");
  if (binds == nullptr || binds->list() == nullptr) return {};
  std::size_t index = 0;
  for (const Value& bind : *binds->list()) {
    const std::string* text = bind.string();
    const auto spec = parse_bind(text != nullptr ? *text : "");
    if (!spec) return wrong("HostConfig.Binds[" + std::to_string(index) + "]", spec.error().text);
    ++index;
  }
  return {};
}

Problem check_volumes_from(std::string_view text) {
  if (parse_volumes_from(text)) return std::nullopt;
  return "no container and mode";
}

Problem check_inner_path(std::string_view path) {
  if (!path.starts_with('/')) return "a key is no absolute path";
  if (path.find(':') != std::string_view::npos) return "a key has a colon";
  return std::nullopt;
}

}  // namespace

Result<void> check_mounts(const Request& request) {
  const Value* host = host_config(request);
  if (auto checked = check_binds(host); !checked) return checked;
  if (auto checked = check_mount_list(host, "HostConfig.Mounts"); !checked) return checked;
  if (auto checked = check_texts(host, "VolumesFrom", "HostConfig.VolumesFrom", check_volumes_from);
      !checked)
    return checked;
  if (auto checked = check_keys(host, "Tmpfs", "HostConfig.Tmpfs", check_inner_path); !checked)
    return checked;
  if (auto checked = check_keys(container_config(request), "Volumes", "Volumes", check_inner_path);
      !checked)
    return checked;
  return check_mount_list(container_spec(request), "TaskTemplate.ContainerSpec.Mounts");
}

}  // namespace sealock::policy::effective
