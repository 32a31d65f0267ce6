#include "policy/effective/mount_summary.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

namespace sealock::policy::effective {
namespace {

Result<Value> list_in_summary(const Request& request,
                              const Facts& facts,
                              std::vector<std::string> MountSummary::*list) {
  const auto summary = summarize_mounts(request, facts);
  if (!summary) return tl::unexpected<Error>(summary.error());
  return text_list((*summary).*list);
}

}  // namespace

Result<Value> host_paths(const Request& request, const Facts& facts) {
  return list_in_summary(request, facts, &MountSummary::host_paths);
}

Result<Value> writable_host_paths(const Request& request, const Facts& facts) {
  return list_in_summary(request, facts, &MountSummary::writable_paths);
}

Result<Value> mount_propagation(const Request& request, const Facts& facts) {
  return list_in_summary(request, facts, &MountSummary::propagations);
}

Result<Value> special_mounts(const Request& request, const Facts& facts) {
  return list_in_summary(request, facts, &MountSummary::special);
}

Result<Value> volume_drivers(const Request& request, const Facts& facts) {
  return list_in_summary(request, facts, &MountSummary::drivers);
}

Result<Value> mounted_images(const Request& request, const Facts& facts) {
  return list_in_summary(request, facts, &MountSummary::images);
}

Result<Value> tmpfs(const Request& request, const Facts& facts) {
  return list_in_summary(request, facts, &MountSummary::tmpfs_targets);
}

Result<Value> tmpfs_options(const Request& request, const Facts& facts) {
  return list_in_summary(request, facts, &MountSummary::tmpfs_options);
}

Result<Value> tmpfs_bytes(const Request& request, const Facts& facts) {
  const auto summary = summarize_mounts(request, facts);
  if (!summary) return tl::unexpected<Error>(summary.error());
  if (summary->tmpfs_size_is_unclear)
    return bad_request("a tmpfs size in percent depends on the memory of the host");
  return summary->tmpfs_bytes ? Value(*summary->tmpfs_bytes) : Value();
}

Result<Value> named_volumes(const Request& request, const Facts& facts) {
  const auto summary = summarize_mounts(request, facts);
  if (!summary) return tl::unexpected<Error>(summary.error());
  ObjectList volumes(facts);
  for (const std::string& name : summary->volumes) {
    const auto added = volumes.add(ObjectKind::volume, name);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  return std::move(volumes).finish();
}

}  // namespace sealock::policy::effective
