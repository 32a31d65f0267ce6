#include "policy/request/route.hpp"

#include "policy/request/names.hpp"
#include "policy/request/printable.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sealock::policy {

namespace {

constexpr int oldest_version = 24;  // 1.24: below, dockerd gives some requests another meaning (C3)
constexpr int oldest_known_version = 12;

// How dockerd says that an object does not exist: before and after its name.
struct AbsentText {
  OperationId id;
  std::string_view before, after;
};
constexpr std::array absent_texts{
    AbsentText{OperationId::container_inspect, "No such container: ", ""},
    AbsentText{OperationId::network_inspect, "network ", " not found"},
    AbsentText{OperationId::volume_inspect, "get ", ": no such volume"},
    AbsentText{OperationId::service_inspect, "service ", " not found"},
    AbsentText{OperationId::task_inspect, "task ", " not found"},
    AbsentText{OperationId::node_inspect, "node ", " not found"},
    AbsentText{OperationId::secret_inspect, "secret ", " not found"},
    AbsentText{OperationId::config_inspect, "config ", " not found"},
};

// One path template of the catalogue, taken apart. An empty part is a parameter.
struct Route {
  const Operation* operation = nullptr;
  std::array<std::string_view, 5> parts = {};
  std::size_t count = 0;
  std::size_t parameters = 0;
  bool is_greedy = false;               // its first parameter may hold slashes
  const AbsentText* inspect = nullptr;  // set for what inspects one object that has a plain name
};

struct Key {
  std::string_view first;
  Method method;
  auto operator<=>(const Key&) const = default;  // NOLINT(modernize-use-nullptr): tidy 14
};

// All routes whose first segment and method are the same; those without parameters come first.
struct Bucket {
  Key key;
  std::vector<Route> routes;
};

Route make_route(const Operation& operation) {
  Route route;
  route.operation = &operation;
  route.is_greedy = is_named_by_reference(operation.target);
  std::string_view path = operation.path.substr(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    const bool is_parameter = part.starts_with('{');
    route.parts.at(route.count++) = is_parameter ? std::string_view() : part;
    if (is_parameter) ++route.parameters;
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  for (const AbsentText& text : absent_texts) {
    if (text.id == operation.id) route.inspect = &text;
  }
  return route;
}

std::vector<Bucket> make_buckets() {
  std::vector<Bucket> buckets;
  for (const Operation& operation : all_operations()) {
    const Route route = make_route(operation);
    const Key key{route.parts[0], operation.method};
    auto place = std::ranges::lower_bound(buckets, key, {}, &Bucket::key);
    if (place == buckets.end() || place->key != key) place = buckets.insert(place, {key, {}});
    place->routes.push_back(route);
  }
  for (Bucket& bucket : buckets)
    std::ranges::stable_sort(bucket.routes, {}, &Route::parameters);
  return buckets;
}

enum class Slashes { as_the_route_says, in_any_parameter };

bool matches(const Route& route, const std::vector<std::string>& segments, Slashes slashes) {
  if (route.is_greedy || slashes == Slashes::in_any_parameter ? segments.size() < route.count
                                                              : segments.size() != route.count) {
    return false;
  }
  // Parts after a parameter that holds slashes are counted from the end.
  const std::size_t surplus = segments.size() - route.count;
  std::size_t shift = 0;
  for (std::size_t i = 0; i < route.count; ++i) {
    if (route.parts[i].empty()) {
      shift = surplus;
    } else if (segments[i + shift] != route.parts[i]) {
      return false;
    }
  }
  return true;
}

std::span<const Route> find_routes(Method method, const std::vector<std::string>& segments) {
  static const std::vector<Bucket> buckets = make_buckets();
  if (segments.empty()) return {};
  const Key key{segments[0], method};
  const auto bucket = std::ranges::lower_bound(buckets, key, {}, &Bucket::key);
  if (bucket == buckets.end() || bucket->key != key) return {};
  return bucket->routes;
}

const Route* find_route(Method method, const std::vector<std::string>& segments) {
  for (const Route& route : find_routes(method, segments)) {
    if (matches(route, segments, Slashes::as_the_route_says)) return &route;
  }
  return nullptr;
}

std::string join(const std::vector<std::string>& segments, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < to; ++i) {
    if (i != from) out += '/';
    out += segments[i];
  }
  return out;
}

// `docker inspect REF` asks for a container of that name first, then for an image, a network and so
// on, and goes on only after a 404. No such object has a name that is an image reference and no
// plain name (link aliases apart, which are refused), so that is the true answer and nothing more
// is told. Nothing when this is no such question.
std::optional<Error> find_absent(Method method, const std::vector<std::string>& segments) {
  for (const Route& route : find_routes(method, segments)) {
    if (route.inspect == nullptr || !matches(route, segments, Slashes::in_any_parameter)) continue;
    const std::string name = join(segments, 1, segments.size() - (route.count - 2));
    if (is_object_name(name) || !is_image_reference(name)) continue;
    return Error{ErrorKind::not_found,
                 std::string(route.inspect->before) + name + std::string(route.inspect->after)};
  }
  return std::nullopt;
}

tl::unexpected<Error> refuse_unknown(Method method, const std::vector<std::string>& segments) {
  const std::string path = join(segments, 0, segments.size());
  std::string text = "no such operation: " + std::string(name_of(method)) + " /" + printable(path);
  // No path of the API holds such a character, so this is no operation of a newer engine either.
  constexpr std::string_view known =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
      "_.:@/-";
  if (path.find_first_not_of(known) != std::string::npos) return bad_request(std::move(text));
  std::string others;
  for (const Method other :
       {Method::get, Method::head, Method::post, Method::put, Method::delete_}) {
    if (find_route(other, segments) == nullptr) continue;
    others += others.empty() ? "" : ", ";
    others += name_of(other);
  }
  if (!others.empty()) {
    text += "; the API has " + others + " there";
  } else if (segments.size() > (method == Method::delete_ ? 2 : 3) && segments[0] == "containers") {
    text += "; names with a slash (link aliases) are refused, use the container's name or id";
  }
  return fail(ErrorKind::denied, std::move(text));
}

std::string_view kind_word(TargetKind kind) {
  switch (kind) {
  case TargetKind::none:
    return "name";
  case TargetKind::container:
    return "container";
  case TargetKind::exec:
    return "exec";
  case TargetKind::image:
    return "image";
  case TargetKind::network:
    return "network";
  case TargetKind::volume:
    return "volume";
  case TargetKind::plugin:
    return "plugin";
  case TargetKind::service:
    return "service";
  case TargetKind::task:
    return "task";
  case TargetKind::node:
    return "node";
  case TargetKind::secret:
    return "secret";
  case TargetKind::config:
    return "config";
  case TargetKind::checkpoint:
    return "checkpoint";
  case TargetKind::distribution:
    return "image";
  case TargetKind::composition:
    return "composition";
  case TargetKind::deployment:
    return "deployment";
  }
  return "name";
}

// Fills target and second from the segments that the route's parameters cover.
Result<void> read_parameters(const Route& route,
                             const std::vector<std::string>& segments,
                             Request& request) {
  const std::size_t surplus = segments.size() - route.count;
  std::size_t shift = 0;
  for (std::size_t i = 0; i < route.count; ++i) {
    if (!route.parts[i].empty()) continue;
    const bool is_first = shift == 0 && request.target.empty();
    std::string& place = is_first ? request.target : request.second;
    const std::size_t from = i + shift;
    if (is_first) shift = surplus;
    place = join(segments, from, i + shift + 1);
    const bool is_reference = route.is_greedy && is_first;
    if (is_reference ? is_image_reference(place) : is_object_name(place)) continue;
    const TargetKind kind = is_first ? route.operation->target : TargetKind::checkpoint;
    return bad_request(std::string(kind_word(kind)) + " " + quoted(place) +
                       (is_reference ? ": is no reference; write [registry/]name[:tag][@digest]"
                                     : ": is no name or id; these are letters, digits, _ . and -"));
  }
  return {};
}

// The number after "1."; nothing when `version` is not "1.NN".
std::optional<int> minor_version(std::string_view version) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() != 4 || !version.starts_with("1.") || !is_digit(version[2]) ||
      !is_digit(version[3])) {
    return std::nullopt;
  }
  return (version[2] - '0') * 10 + (version[3] - '0');
}

// May a request below 1.24 be sent as 1.24? Real clients ask so: rawdns and libnss (1.21) inspect
// containers, skopeo (1.22) saves and loads images. Security: below 1.24 dockerd read a HostConfig
// from the body of a start and created execs without their checks; sent as 1.24 none of that
// happens, but the client may then mean something else than what is done. So only what changes
// nothing is let through, and ImageLoad, whose handler never looked at the version: a tar and
// `quiet` mean the same in every one (moby api/server/router/image, postImagesLoad). A newer
// engine refuses 1.24 by itself.
bool may_be_raised(const Operation& operation) {
  return !operation.changes_state || operation.id == OperationId::image_load;
}

// The version that is sent to the engine.
Result<std::string> read_version(std::string_view version, const Operation& operation) {
  if (version.empty()) return std::string();
  if (operation.answered_by == AnsweredBy::sealock) {
    return bad_request("leave the API version out: " + std::string(operation.path) +
                       " is sealock's own");
  }
  const auto minor = minor_version(version);
  if (!minor) return bad_request("API version " + quoted(version) + ": write /v1.NN, or none");
  if (*minor >= oldest_version) return std::string(version);
  if (*minor >= oldest_known_version && may_be_raised(operation)) {
    return "1." + std::to_string(oldest_version);
  }
  return bad_request("API version " + std::string(version) + " is too old for " +
                     std::string(operation.name) + "; use 1.24 or newer, or none");
}

}  // namespace

Result<Request> route(Method method, const Target& target) {
  const Route* found = find_route(method, target.segments);
  if (found == nullptr) {
    auto absent = find_absent(method, target.segments);
    if (absent) return tl::unexpected(std::move(*absent));
    return refuse_unknown(method, target.segments);
  }
  auto version = read_version(target.version, *found->operation);
  if (!version) return tl::unexpected(std::move(version.error()));
  Request request;
  request.operation = found->operation;
  request.version = std::move(*version);
  if (auto read = read_parameters(*found, target.segments, request); !read) {
    std::optional<Error> absent;
    if (found->inspect != nullptr) absent = find_absent(method, target.segments);
    return tl::unexpected(std::move(absent ? *absent : read.error()));
  }
  return request;
}

}  // namespace sealock::policy
