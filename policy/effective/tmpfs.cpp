// tmpfs mounts: HostConfig.Tmpfs ({"/t": "size=64m,exec"}) and Mounts of type tmpfs.
//
// dockerd mounts them noexec, nosuid and nodev, and every word of the options can take that back.
// Words that only restrict, or say who owns the root directory, are harmless; everything else is
// listed, also what dockerd may learn later. A size of 0 is no limit at all.
//
// Sources: moby daemon/oci_linux.go withMounts; moby/sys/mount MergeTmpfsOptions; tmpfs(5).

#include "policy/effective/mount_summary.hpp"
#include "policy/effective/text.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace sealock::policy::effective {
namespace {

constexpr auto harmless_words =
    std::to_array<std::string_view>({"", "defaults", "noexec", "nosuid", "nodev", "ro", "rw",
                                     "noatime", "nodiratime", "relatime", "private", "rprivate"});
constexpr auto harmless_keys = std::to_array<std::string_view>({"mode", "uid", "gid"});

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void add_bytes(std::int64_t bytes, MountSummary& summary) {
  const std::int64_t sum = summary.tmpfs_bytes.value_or(0);
  const bool overflows = bytes > std::numeric_limits<std::int64_t>::max() - sum;
  summary.tmpfs_bytes = overflows ? std::numeric_limits<std::int64_t>::max() : sum + bytes;
}

// "64m" as tmpfs reads it: k, m, g (and t, p, e) are powers of 1024.
std::optional<std::int64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  constexpr std::string_view units = "kmgtpe";
  if (!text.empty()) {
    const char last = text.back();
    const char low = is_letter(last) && !is_lower(last) ? static_cast<char>(last + 32) : last;
    const std::size_t unit = units.find(low);
    if (unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      text.remove_suffix(1);
    }
  }
  if (!all_digits(text) || text.size() > 18) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text)
    number = number * 10 + (c - '0');
  if (number > (std::numeric_limits<std::int64_t>::max() >> shift))
    return std::numeric_limits<std::int64_t>::max();
  return number << shift;
}

void add_size(std::string_view option, std::string_view size, MountSummary& summary) {
  const auto bytes = parse_size(size);
  if (bytes && *bytes > 0) {
    add_bytes(*bytes, summary);
    return;
  }
  if (size.ends_with('%')) summary.tmpfs_size_is_unclear = true;
  summary.tmpfs_options.emplace_back(option);
}

void add_option(std::string_view option, MountSummary& summary) {
  const auto [key, value] = cut(option, '=');
  if (key == "size") {
    add_size(option, value, summary);
    return;
  }
  const bool harmless = is_one_of(harmless_words, option) || is_one_of(harmless_keys, key);
  if (!harmless) summary.tmpfs_options.emplace_back(option);
}

}  // namespace

void add_tmpfs_map(const Value& map, MountSummary& summary) {
  const auto* members = map.object();
  if (members == nullptr) return;
  for (const auto& [target, options] : *members) {
    summary.tmpfs_targets.push_back(target);
    if (options.string() == nullptr) continue;
    for (const std::string_view option : split(*options.string(), ','))
      add_option(option, summary);
  }
}

void add_tmpfs_mount(const Value& mount, MountSummary& summary) {
  summary.tmpfs_targets.emplace_back(mount.text("Target"));
  const Value* options = mount.find("TmpfsOptions");
  if (options == nullptr) return;
  if (const Value* size = options->find("SizeBytes"); size != nullptr && !size->is_zero()) {
    const auto bytes = size->integer();
    if (bytes && *bytes > 0) {
      add_bytes(*bytes, summary);
    } else {
      summary.tmpfs_options.emplace_back("size=unlimited");
    }
  }
  const Value* rows = options->find("Options");
  if (rows == nullptr || rows->list() == nullptr) return;
  for (const Value& row : *rows->list()) {
    std::string option;
    if (row.list() == nullptr) continue;
    for (const Value& word : *row.list()) {
      if (word.string() == nullptr) continue;
      if (!option.empty()) option += '=';
      option += *word.string();
    }
    add_option(option, summary);
  }
}

}  // namespace sealock::policy::effective
