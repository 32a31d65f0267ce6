#include "policy/effective/mount_summary.hpp"

#include "policy/effective/bind_spec.hpp"
#include "policy/effective/body_places.hpp"
#include "policy/effective/host_path.hpp"
#include "policy/effective/view_values.hpp"

#include <algorithm>

namespace sealock::policy::effective {
namespace {

void add_once(std::vector<std::string>& list, std::string_view text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

// Collects into one summary; stops at the first thing that cannot be known.
class MountReader {
public:
  explicit MountReader(const Facts& facts) : facts_(facts) {}

  [[nodiscard]] Result<MountSummary> finish() &&;

  void read_bind(std::string_view text);
  void read_mount(const Value& mount);
  void read_volumes_from(std::string_view text);
  void read_volume_create(const Value& body);
  void read_tmpfs(const Value& map) { add_tmpfs_map(map, summary_); }
  void read_driver(std::string_view name);
  void follow_links();

private:
  void read_volume_mount(const Value& mount, Access access);
  void read_inherited(const Value& mount, Access access);
  // A volume that is named: what the engine knows to be behind the name.
  void read_named_volume(std::string_view name, Access access);
  void stop(tl::unexpected<Error> error);

  const Facts& facts_;
  MountSummary summary_;
  std::optional<Error> error_;
};

void MountReader::stop(tl::unexpected<Error> error) {
  if (!error_) error_ = std::move(error.value());
}

Result<MountSummary> MountReader::finish() && {
  if (error_) return tl::unexpected<Error>(std::move(*error_));
  return std::move(summary_);
}

void MountReader::read_driver(std::string_view name) {
  if (name.empty() || name == "local") return;
  summary_.add_special("volume-driver");
  add_once(summary_.drivers, name);
}

void MountReader::read_named_volume(std::string_view name, Access access) {
  add_once(summary_.volumes, name);
  const Fact* fact = facts_.find(ObjectKind::volume, name);
  if (fact == nullptr || fact->failed) return stop(nothing_known("volume", name));
  if (!fact->exists) return;
  read_driver(fact->inspect.text("Driver"));
  if (fact->inspect.find("ClusterVolume") != nullptr) summary_.add_special("cluster");
  add_local_volume(fact->inspect.find("Options"), access, summary_);
}

void MountReader::read_bind(std::string_view text) {
  const auto bind = parse_bind(text);
  if (!bind) return stop(tl::unexpected<Error>(bind.error()));
  if (!bind->propagation.empty()) summary_.add_propagation(bind->propagation);
  if (bind->is_host_path()) {
    summary_.add_host_path(bind->source, bind->access);
    if (bind->relabels) summary_.add_special("relabel");
  } else if (!bind->source.empty()) {
    read_named_volume(bind->source, bind->access);
  }
}

void MountReader::read_volume_mount(const Value& mount, Access access) {
  if (const std::string_view name = mount.text("Source"); !name.empty())
    read_named_volume(name, access);
}

void MountReader::read_mount(const Value& mount) {
  const std::string_view type = mount.text("Type");
  const Access access = mount.flag("ReadOnly") ? Access::read_only : Access::read_write;
  if (type == "bind") {
    summary_.add_host_path(mount.text("Source"), access);
  } else if (type == "volume") {
    read_volume_mount(mount, access);
  } else if (type == "tmpfs") {
    add_tmpfs_mount(mount, summary_);
  } else {
    summary_.add_special(type.empty() ? "unknown" : type);
    if (type == "image") add_once(summary_.images, mount.text("Source"));
  }

  // Looked at whatever the type is: below API 1.42 dockerd drops the options of other types, and
  // which version will read this is not for a view to guess.
  if (const Value* propagation = mount.find({"BindOptions", "Propagation"}))
    if (propagation->string() != nullptr) summary_.add_propagation(*propagation->string());
  const Value* options = mount.find("VolumeOptions");
  if (const Value* driver = member(options, "DriverConfig")) {
    read_driver(driver->text("Name"));
    add_local_volume(driver->find("Options"), access, summary_);
  }
  const Value* labels = member(options, "Labels");
  if (labels != nullptr && !labels->is_zero()) summary_.add_special("volume-labels");
}

// One mount of another container, as its inspect document tells.
void MountReader::read_inherited(const Value& mount, Access access) {
  const std::string_view type = mount.text("Type");
  if (!mount.flag("RW")) access = Access::read_only;
  summary_.add_propagation(mount.text("Propagation"));
  if (type == "bind") {
    summary_.add_host_path(mount.text("Source"), access);
  } else if (type == "volume") {
    read_driver(mount.text("Driver"));
    read_named_volume(mount.text("Name"), access);
  } else if (type != "tmpfs") {
    summary_.add_special(type.empty() ? "unknown" : type);
  }
}

void MountReader::read_volumes_from(std::string_view text) {
  const auto from = parse_volumes_from(text);
  if (!from) return stop(tl::unexpected<Error>(from.error()));
  std::string_view name = from->container;
  if (name.starts_with('/')) name.remove_prefix(1);
  const Fact* fact = facts_.find(ObjectKind::container, name);
  if (fact == nullptr || fact->failed) return stop(nothing_known("container", name));
  if (!fact->exists) return;
  const Value* mounts = fact->inspect.find("Mounts");
  if (mounts == nullptr || !(mounts->is_null() || mounts->is_list()))
    return stop(nothing_known("mounts of the container", name));
  for_each_element(&fact->inspect, "Mounts",
                   [&](const Value& mount) { read_inherited(mount, from->access); });
}

// Creating a volume whose name exists hands out the old one with its own options, whatever the
// request says; deleting it in between makes the request's count. So both do.
void MountReader::read_volume_create(const Value& body) {
  const std::string_view name = body.text("Name");
  read_driver(body.text("Driver"));
  add_local_volume(body.find("DriverOpts"), Access::read_write, summary_);
  if (const Value* cluster = body.find("ClusterVolumeSpec");
      cluster != nullptr && !cluster->is_null())
    summary_.add_special("cluster");
  if (name.empty()) return;
  const Fact* fact = facts_.find(ObjectKind::volume, name);
  if (fact == nullptr || fact->failed) return stop(nothing_known("volume", name));
  if (fact->exists) read_named_volume(name, Access::read_write);
}

// dockerd mounts what is behind a link. Rules judge both, the path and where it leads.
void MountReader::follow_links() {
  const std::vector<std::string> written = summary_.host_paths;
  const std::vector<std::string> writable = summary_.writable_paths;
  for (const std::string& path : written) {
    const HostPlace* place = facts_.find_place(path);
    if (place == nullptr) continue;
    if (!place->real) {
      return stop(
          fail(ErrorKind::bad_request, "where " + path + " leads on the host cannot be told"));
    }
    const bool writes = std::find(writable.begin(), writable.end(), path) != writable.end();
    summary_.add_host_path(*place->real, writes ? Access::read_write : Access::read_only);
  }
}

}  // namespace

void MountSummary::add_host_path(std::string_view path, Access access) {
  const std::string clean = clean_host_path(path);
  add_once(host_paths, clean);
  if (access == Access::read_write) add_once(writable_paths, clean);
}

void MountSummary::add_propagation(std::string_view propagation) {
  if (propagation.empty()) return;
  add_once(propagations, propagation);
  if (propagation != "private" && propagation != "rprivate") add_special(propagation);
}

void MountSummary::add_special(std::string_view word) {
  add_once(special, word);
}

Result<MountSummary> summarize_mounts(const Request& request, const Facts& facts) {
  MountReader reader(facts);
  const auto read_mount = [&](const Value& mount) { reader.read_mount(mount); };
  if (const Value* host = host_config(request)) {
    for_each_text(host, "Binds", [&](std::string_view bind) { reader.read_bind(bind); });
    for_each_text(host, "VolumesFrom",
                  [&](std::string_view from) { reader.read_volumes_from(from); });
    for_each_element(host, "Mounts", read_mount);
    if (const Value* tmpfs = host->find("Tmpfs")) reader.read_tmpfs(*tmpfs);
    reader.read_driver(host->text("VolumeDriver"));
  }
  if (const Value* spec = container_spec(request)) for_each_element(spec, "Mounts", read_mount);
  if (is_operation(request, OperationId::volume_create)) reader.read_volume_create(request.body);
  reader.follow_links();
  return std::move(reader).finish();
}

}  // namespace sealock::policy::effective
