#include "policy/archive/upload_scan.hpp"

#include "policy/archive/dockerfile.hpp"
#include "policy/archive/loaded_names.hpp"
#include "policy/effective/host_path.hpp"
#include "policy/request/request.hpp"

#include <utility>

namespace sealock::policy::archive {
namespace {

constexpr std::string_view usual_dockerfile = "Dockerfile";
constexpr std::string_view lower_dockerfile = "dockerfile";

std::string_view text_parameter(const Request& request, std::string_view name) {
  const Value* value = request.find_query(name);
  return value == nullptr || !value->is_string() ? std::string_view() : *value->string();
}

// The engine cleans it below the root of the context, whatever ".." it has.
std::string clean_below_root(std::string_view path) {
  return effective::clean_host_path("/" + std::string(path)).substr(1);
}

void read_build(const Request& request, UploadPlan& plan) {
  const std::string_view said = text_parameter(request, "dockerfile");
  plan.dockerfile = clean_below_root(said.empty() ? usual_dockerfile : said);
  plan.lower_case = said.empty() || said == usual_dockerfile;
  if (effective::climbs(said)) plan.problem = "the path of the Dockerfile has '..' in it";
  const Value* arguments = request.find_query("buildargs");
  if (arguments == nullptr || !arguments->is_object()) return;
  for (const Value::Member& argument : *arguments->object()) {
    const std::string* value = argument.second.string();
    plan.arguments.emplace(argument.first,
                           value == nullptr ? std::nullopt : std::optional<std::string>(*value));
  }
}

}  // namespace

UploadPlan plan_upload(const Request& request, Texts texts) {
  UploadPlan plan;
  const OperationId id = request.operation->id;
  if (id == OperationId::put_container_archive) {
    plan.base = effective::clean_host_path("/" + std::string(text_parameter(request, "path")));
  }
  if (texts == Texts::none) return plan;
  if (id == OperationId::image_build) read_build(request, plan);
  plan.image_names = id == OperationId::image_load;
  return plan;
}

UploadScan::UploadScan(UploadPlan plan, ItemSink sink, const ArchiveLimits& limits)
    : plan_(std::move(plan)),
      sink_(std::move(sink)),
      text_sink_([this](const UploadItem& item) {
        UploadItem told = item;
        told.compression = compression_;
        return sink_(told);
      }),
      reader_(
          *this, [this](Compression compression) { return start(compression); }, limits) {}

Result<void> UploadScan::start(Compression compression) {
  compression_ = compression;
  UploadItem item;
  item.compression = compression;
  const auto told = sink_(item);
  if (!told || plan_.problem.empty()) return told;
  return report_unreadable(plan_.dockerfile, plan_.problem, text_sink_);
}

bool UploadScan::is_dockerfile(std::string_view path) const {
  if (plan_.dockerfile.empty()) return false;
  return path == plan_.dockerfile || (plan_.lower_case && path == lower_dockerfile);
}

// Is `path` a folder on the way to the Dockerfile?
bool UploadScan::holds_dockerfile(std::string_view path) const {
  return plan_.dockerfile.size() > path.size() && plan_.dockerfile.starts_with(path) &&
         plan_.dockerfile[path.size()] == '/';
}

Result<Content> UploadScan::entry(const Entry& entry) {
  total_bytes_ += entry.bytes;
  UploadItem item;
  item.kind = ItemKind::entry;
  item.at = entry.path.empty() ? "." : entry.path;
  item.compression = compression_;
  item.entry = entry;
  item.path = effective::clean_host_path(plan_.base + "/" + entry.path);
  item.number = ++entries_;
  item.total_bytes = total_bytes_;
  const auto told = sink_(item);
  if (!told) return tl::unexpected<Error>(told.error());

  const bool is_read = is_dockerfile(entry.path) || (plan_.image_names && names_images(entry.path));
  if (is_read && !read_.insert(entry.path).second) {
    return bad_request("the archive has two entries called '" + entry.path + "'");
  }
  if (is_read && entry.type == EntryType::file) return Content::collect;
  if (is_read && plan_.image_names) {
    return bad_request("the archive's " + entry.path + " is no file");
  }
  const bool link = entry.type == EntryType::symlink || entry.type == EntryType::hardlink;
  if (is_read || (link && holds_dockerfile(entry.path))) {
    const auto reported =
        report_unreadable(entry.path, "the Dockerfile is no file, or behind a link", text_sink_);
    if (!reported) return tl::unexpected<Error>(reported.error());
  }
  return Content::pass;
}

Result<void> UploadScan::content(const Entry& entry, std::string_view text) {
  if (plan_.image_names) return read_loaded_names(entry.path, text, text_sink_);
  return read_dockerfile(text, entry.path, plan_.arguments, text_sink_);
}

Result<void> UploadScan::finish() {
  return reader_.finish();
}

}  // namespace sealock::policy::archive
