// What a request comes to, said once where Docker says it in several ways.
//
// `HostConfig.Binds`, `Mounts`, a local volume with o=bind and VolumesFrom all mean a host path;
// `CAP_SYS_ADMIN` and `sys_admin` are one capability. Rules speak of these views, never of the
// spellings. Each view is one function with a table of spellings in its test.
//
// Errors: a view that cannot be computed (unparsable reference, fact missing) is an error, which
//         makes a deny rule hit and an allow rule miss; an impossible spelling (CapAdd with a
//         non-ASCII letter) is a bad_request already in check_spellings().
// Reading order: body_places (where bodies say the same thing), object_references (where they name
//         objects), facts and pin (what the engine says of them), mount_summary (with bind_spec,
//         local_volume, tmpfs), the other views by subject, views (the table), spellings (the 400s).
// Threads: pure.
// Sources: engine-facts.md 3.1, 3.2 and 6; rules.md 3 (3).

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/value.hpp"
#include "policy/result.hpp"

#include <span>
#include <string_view>

namespace sealock::policy {

struct Request;

enum class ViewShape { scalar, list };
// Of the scalar, or of each element; object: {"name": ..., "owned": ...}.
enum class ViewContent { text, number, object };

struct View {
  std::string_view name;  // "host_paths", "image.registry": rules write effective.NAME
  ViewShape shape;
  std::string_view meaning;  // one line for docs, schema and `sealock list fields`
  // Scalar views give a string (or number) or null (unset). List views give a list of strings (or
  // numbers), or of objects {"name": ..., "owned": ...} where elements have attributes; a test on
  // such an element compares its "name".
  Result<Value> (*compute)(const Request& request, const Facts& facts);
  // Body fields (paths of the operation's schema, with all below them) whose whole meaning is in
  // this view and in the others that cover the same field: a body that sets one is closed for an
  // allow rule unless the rule has a condition on every non-empty view that the field feeds (or names
  // the field in may_set). A view that is an error is not empty.
  std::span<const std::string_view> covers;
  ViewContent content = ViewContent::text;
};

[[nodiscard]] std::span<const View> all_views();
[[nodiscard]] const View* find_view(std::string_view name);

// Spellings that no client needs and two readers could read differently: 400 with the field's path.
// Capabilities with non-ASCII letters, names that look like ids, link aliases with slashes,
// unknown Mounts types, unparsable binds. Called once for every request, with or without a body:
// names stand in queries, too (ContainerRename, ImageTag).
[[nodiscard]] Result<void> check_spellings(const Request& request);

}  // namespace sealock::policy
