#include "policy/effective/bind_spec.hpp"

#include "policy/effective/text.hpp"
#include "policy/request/names.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy::effective {
namespace {

constexpr std::array<std::string_view, 6> propagations{"private", "rprivate", "shared",
                                                       "rshared", "slave",    "rslave"};
constexpr std::array<std::string_view, 4> consistencies{"consistent", "cached", "delegated",
                                                        "default"};

struct Mode {
  Access access = Access::read_write;
  std::string_view propagation;
  bool relabels = false;
  bool copies_nothing = false;
};

enum class ModeWord { access, label, propagation, copy, consistency, unknown };

ModeWord kind_of(std::string_view word) {
  if (word == "rw" || word == "ro") return ModeWord::access;
  if (word == "z" || word == "Z") return ModeWord::label;
  if (is_propagation(word)) return ModeWord::propagation;
  if (word == "nocopy") return ModeWord::copy;
  const auto* const found = std::find(consistencies.begin(), consistencies.end(), word);
  return found != consistencies.end() ? ModeWord::consistency : ModeWord::unknown;
}

// Each kind of word at most once, as dockerd demands; then no two words can contradict each other.
std::optional<Mode> parse_mode(std::string_view text) {
  Mode mode;
  if (text.empty()) return mode;
  std::array<bool, 5> seen{};
  for (const std::string_view word : split(text, ',')) {
    const ModeWord kind = kind_of(word);
    if (kind == ModeWord::unknown) return std::nullopt;
    bool& again = seen.at(static_cast<std::size_t>(kind));
    if (again) return std::nullopt;
    again = true;
    if (word == "ro") mode.access = Access::read_only;
    if (kind == ModeWord::label) mode.relabels = true;
    if (kind == ModeWord::propagation) mode.propagation = word;
    if (kind == ModeWord::copy) mode.copies_nothing = true;
  }
  return mode;
}

}  // namespace

bool is_propagation(std::string_view text) {
  return std::find(propagations.begin(), propagations.end(), text) != propagations.end();
}

bool is_open_propagation(std::string_view text) {
  return is_propagation(text) && !text.ends_with("private");
}

Result<BindSpec> parse_bind(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() > 3) return bad_request("more than source:target:mode");
  if (parts[0].empty()) return bad_request("there is no source");
  if (parts.size() == 2 && parse_mode(parts[1]))
    return bad_request("a source and a mode without a target");

  BindSpec spec;
  spec.target = parts.size() == 1 ? parts[0] : parts[1];
  if (parts.size() > 1) spec.source = parts[0];
  if (!spec.target.starts_with('/')) return bad_request("the target is no absolute path");
  if (!spec.source.empty() && !spec.is_host_path() && !is_object_name(spec.source))
    return bad_request("the source is neither an absolute path nor the name of a volume");

  const auto mode = parse_mode(parts.size() == 3 ? parts[2] : std::string_view());
  if (!mode) return bad_request("no such mode");
  spec.access = mode->access;
  spec.propagation = mode->propagation;
  spec.relabels = mode->relabels;
  return spec;
}

Result<VolumesFromSpec> parse_volumes_from(std::string_view text) {
  const auto [container, words] = cut(text, ':');
  const auto mode = parse_mode(words);
  if (!mode || !mode->propagation.empty() || mode->copies_nothing)
    return bad_request("no such mode");
  std::string_view name = container;
  if (name.starts_with('/')) name.remove_prefix(1);
  if (!is_object_name(name)) return bad_request("no name of a container");
  return VolumesFromSpec{container, mode->access};
}

}  // namespace sealock::policy::effective
