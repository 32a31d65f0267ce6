#include "policy/request/route.hpp"

#include "policy/request/target.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

// "ContainerInspect web", with the version and the second parameter where there are any; or the
// error with its kind.
std::string routed(Method method, std::string_view raw) {
  const auto target = parse_target(raw);
  if (!target) return "target: " + target.error().text;
  const auto request = route(method, *target);
  if (!request) {
    const auto kind = request.error().kind;
    return (kind == ErrorKind::denied      ? "denied: "
            : kind == ErrorKind::not_found ? "not found: "
                                           : "bad request: ") +
           request.error().text;
  }
  std::string text(request->operation->name);
  if (!request->target.empty()) text += " " + request->target;
  if (!request->second.empty()) text += " " + request->second;
  if (!request->version.empty()) text += " v" + request->version;
  return text;
}

constexpr auto get = Method::get;
constexpr auto head = Method::head;
constexpr auto post = Method::post;
constexpr auto put = Method::put;
constexpr auto del = Method::delete_;

TEST_CASE("route: every operation of the catalogue is found by its own path") {
  for (const Operation& operation : all_operations()) {
    CAPTURE(operation.name);
    Target target;
    std::string_view path = operation.path.substr(1);
    for (;;) {
      const auto slash = path.find('/');
      const auto part = path.substr(0, slash);
      target.segments.emplace_back(part.starts_with('{') ? "x1" : part);
      if (slash == std::string_view::npos) break;
      path.remove_prefix(slash + 1);
    }
    const auto request = route(operation.method, target);
    REQUIRE_MESSAGE(request.has_value(), request.error().text);
    CHECK(request->operation == &operation);
    CHECK(request->version.empty());
    CHECK(request->target == (operation.target == TargetKind::none ? "" : "x1"));
  }
}

TEST_CASE("route: paths, names and references") {
  struct Row {
    Method method;
    std::string_view raw, result;
  };
  const Row rows[] = {
      {head, "/_ping", "SystemPingHead"},
      {get, "/_ping", "SystemPing"},
      {get, "/v1.41/_ping", "SystemPing v1.41"},
      {put, "/sealock/v1/compositions/c_20150619_1504", "CompositionPut c_20150619_1504"},
      {post, "/sealock/v1/compositions/c_1/labels", "CompositionLabel c_1"},
      {get, "/sealock/v1/deployments", "DeploymentList"},
      {get, "/containers/json", "ContainerList"},
      {get, "/containers/json/json", "ContainerInspect json"},
      {get, "/containers/web_1.x-y/json", "ContainerInspect web_1.x-y"},
      {head, "/containers/web/archive?path=/", "ContainerArchiveInfo web"},
      {get, "/containers/web/attach/ws", "ContainerAttachWebsocket web"},
      {post, "/containers/web/attach", "ContainerAttach web"},
      {del, "/containers/web", "ContainerDelete web"},
      {post, "/containers/create", "ContainerCreate"},
      {post, "/containers/create/start", "ContainerStart create"},
      {del, "/containers/web/checkpoints/cp1", "CheckpointDelete web cp1"},
      {get, "/images/json", "ImageList"},
      {get, "/images/a/json", "ImageInspect a"},
      {get, "/images/json/json", "ImageInspect json"},
      {get, "/images/docker.io/library/a:1/json", "ImageInspect docker.io/library/a:1"},
      {get, "/images/a%3A1/json", "ImageInspect a:1"},
      {get, "/images/sha256:0a1b/json", "ImageInspect sha256:0a1b"},
      {get, "/images/a/history/json", "ImageInspect a/history"},
      {get, "/images/a/json/get", "ImageGet a/json"},
      {get, "/images/get", "ImageGetAll"},
      {get, "/images/search", "ImageSearch"},
      {get, "/images/get/get", "ImageGet get"},
      {post, "/images/127.0.0.1:5000/cli/bb/push", "ImagePush 127.0.0.1:5000/cli/bb"},
      {del, "/images/a/b/c:1", "ImageDelete a/b/c:1"},
      {del, "/images/json", "ImageDelete json"},
      {post, "/images/create", "ImageCreate"},
      {get, "/distribution/h.io/a/b:1/json", "DistributionInspect h.io/a/b:1"},
      {get, "/plugins/127.0.0.1:5000/vieux/sshfs:latest/json",
       "PluginInspect 127.0.0.1:5000/vieux/sshfs:latest"},
      {post, "/plugins/pull", "PluginPull"},
      {post, "/plugins/vieux/sshfs/enable", "PluginEnable vieux/sshfs"},
      {get, "/networks", "NetworkList"},
      {get, "/networks/a_b", "NetworkInspect a_b"},
      {del, "/volumes/v1.41", "VolumeDelete v1.41"},
      {put, "/volumes/v", "VolumeUpdate v"},
      {post, "/session", "Session"},
      // Names that are none.
      {get, "/containers/a%20b/json",
       "bad request: container \"a b\": is no name or id; these are letters, digits, _ . and -"},
      {get, "/containers/*/top",
       "bad request: container \"*\": is no name or id; these are letters, digits, _ . and -"},
      {get, "/containers/-a/json",
       "bad request: container \"-a\": is no name or id; these are letters, digits, _ . and -"},
      {get, "/exec/a@b/json",
       "bad request: exec \"a@b\": is no name or id; these are letters, digits, _ . and -"},
      {del, "/containers/web/checkpoints/.cp",
       "bad request: checkpoint \".cp\": is no name or id; these are letters, digits, _ . and -"},
      {get, "/images/Foo/json",
       "bad request: image \"Foo\": is no reference; write [registry/]name[:tag][@digest]"},
      {get, "/images/a:1:2/json",
       "bad request: image \"a:1:2\": is no reference; write [registry/]name[:tag][@digest]"},
      {get, "/images/%3Cnone%3E/json",
       "bad request: image \"<none>\": is no reference; write [registry/]name[:tag][@digest]"},
      {get, "/distribution/h.io/A/json",
       "bad request: image \"h.io/A\": is no reference; write [registry/]name[:tag][@digest]"},
      {post, "/plugins/A/set",
       "bad request: plugin \"A\": is no reference; write [registry/]name[:tag][@digest]"},
      // No operation: other method, other path, another verb.
      {get, "/", "denied: no such operation: GET /"},
      {get, "/v1.41", "denied: no such operation: GET /"},
      {get, "/debug/vars", "denied: no such operation: GET /debug/vars"},
      {get, "/debug/pprof/cmdline", "denied: no such operation: GET /debug/pprof/cmdline"},
      {head, "/containers/web/export",
       "denied: no such operation: HEAD /containers/web/export; the API has GET there"},
      {head, "/version", "denied: no such operation: HEAD /version; the API has GET there"},
      {get, "/containers/web/archiv", "denied: no such operation: GET /containers/web/archiv"},
      {post, "/containers/web/archive",
       "denied: no such operation: POST /containers/web/archive; the API has GET, HEAD, PUT there"},
      {post, "/containers/web",
       "denied: no such operation: POST /containers/web; the API has DELETE there"},
      {get, "/containers/web/statsX", "denied: no such operation: GET /containers/web/statsX"},
      {post, "/containers/web/copy", "denied: no such operation: POST /containers/web/copy"},
      {get, "/CONTAINERS/json", "denied: no such operation: GET /CONTAINERS/json"},
      {get, "/containers/json:",
       "denied: no such operation: GET /containers/json:; the API has DELETE there"},
      {get, "/libpod/containers/json", "denied: no such operation: GET /libpod/containers/json"},
      {get, "/images/a/",
       "target: request target \"/images/a/\": has an empty path segment (// or a slash at the "
       "end)"},
      // What no path of any API holds is not understood at all.
      {get, "/containers/web/export%20",
       "bad request: no such operation: GET /containers/web/export "},
      {get, "/%5B", "bad request: no such operation: GET /["},
  };
  for (const auto& row : rows) {
    CAPTURE(row.raw);
    CHECK(routed(row.method, row.raw) == row.result);
  }
}

TEST_CASE(
    "route: docker inspect asks for a container with an image's name, and goes on after a 404") {
  struct Row {
    Method method;
    std::string_view raw, result;
  };
  const Row rows[] = {
      {get, "/v1.41/containers/cli-busybox:1/json", "not found: No such container: cli-busybox:1"},
      {get, "/containers/h.io:5000/a/b:1/json", "not found: No such container: h.io:5000/a/b:1"},
      {get, "/containers/library/a/json", "not found: No such container: library/a"},
      {get, "/networks/a/b:1", "not found: network a/b:1 not found"},
      {get, "/volumes/a:1", "not found: get a:1: no such volume"},
      {get, "/services/a:1", "not found: service a:1 not found"},
      {get, "/tasks/a:1", "not found: task a:1 not found"},
      {get, "/nodes/a:1", "not found: node a:1 not found"},
      {get, "/secrets/a:1", "not found: secret a:1 not found"},
      {get, "/configs/a:1", "not found: config a:1 not found"},
      // Everything else that has such a name is refused as ever.
      {del, "/networks/a:1",
       "bad request: network \"a:1\": is no name or id; these are letters, digits, _ . and -"},
      {get, "/containers/a:1/export",
       "bad request: container \"a:1\": is no name or id; these are letters, digits, _ . and -"},
      {get, "/services/web/logs", "ServiceLogs web"},
      {get, "/tasks/a:1/logs",
       "bad request: task \"a:1\": is no name or id; these are letters, digits, _ . and -"},
      {get, "/containers/A/b/json", "not found: No such container: A/b"},
      {get, "/containers/a/B/json",
       "denied: no such operation: GET /containers/a/B/json; names with a slash (link aliases) are "
       "refused, use the container's name or id"},
      {get, "/containers/a%20b:1/json",
       "bad request: container \"a b:1\": is no name or id; these are letters, digits, _ . and -"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.raw);
    CHECK(routed(row.method, row.raw) == row.result);
  }
}

TEST_CASE("route: attack: link aliases with a slash name another container") {
  CHECK(routed(del, "/containers/web/mylink?link=True") ==
        "denied: no such operation: DELETE /containers/web/mylink; names with a slash (link "
        "aliases) are refused, "
        "use the container's name or id");
  CHECK(routed(get, "/containers/link/stats/export") ==
        "denied: no such operation: GET /containers/link/stats/export; names with a slash (link "
        "aliases) are "
        "refused, use the container's name or id");
  CHECK(routed(get, "/containers/link/stats/archive?path=/etc/passwd").starts_with("denied: "));
  CHECK(routed(post, "/containers/link/a/b/start").starts_with("denied: "));
}

TEST_CASE("route: attack: old versions give requests another meaning") {
  struct Row {
    Method method;
    std::string_view raw, result;
  };
  const Row rows[] = {
      {get, "/v1.24/info", "SystemInfo v1.24"},
      {get, "/v1.99/info", "SystemInfo v1.99"},
      {post, "/v1.24/containers/x/start", "ContainerStart x v1.24"},
      // rawdns, libnss, skopeo: what reads is sent as 1.24.
      {get, "/v1.21/containers/x/json", "ContainerInspect x v1.24"},
      {get, "/v1.22/images/get?names=x", "ImageGetAll v1.24"},
      {get, "/v1.12/containers/json", "ContainerList v1.24"},
      {get, "/v1.23/version", "SystemVersion v1.24"},
      {post, "/v1.22/images/load?quiet=1", "ImageLoad v1.24"},
      {get, "/v1.11/containers/json",
       "bad request: API version 1.11 is too old for ContainerList; use 1.24 or newer, or none"},
      {get, "/v1.00/version",
       "bad request: API version 1.00 is too old for SystemVersion; use 1.24 or newer, or none"},
      {post, "/v1.11/images/load",
       "bad request: API version 1.11 is too old for ImageLoad; use 1.24 or newer, or none"},
      {post, "/v1.23/containers/x/start",
       "bad request: API version 1.23 is too old for ContainerStart; use 1.24 or newer, or none"},
      {post, "/v1.12/containers/create",
       "bad request: API version 1.12 is too old for ContainerCreate; use 1.24 or newer, or none"},
      {post, "/v1.21/exec/x/start",
       "bad request: API version 1.21 is too old for ExecStart; use 1.24 or newer, or none"},
      {get, "/v1.21/containers/x/attach/ws",
       "bad request: API version 1.21 is too old for ContainerAttachWebsocket; use 1.24 or newer, "
       "or none"},
      {del, "/v1.21/containers/x",
       "bad request: API version 1.21 is too old for ContainerDelete; use 1.24 or newer, or none"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.raw);
    CHECK(routed(row.method, row.raw) == row.result);
  }
  for (const auto* version : {"1.4", "1.041", "01.41", "1.41.0", "2.41", "x", "1.4x", "1.-1"}) {
    CAPTURE(version);
    const auto request = route(get, Target{.version = version, .segments = {"info"}, .query = ""});
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().kind == ErrorKind::bad_request);
  }
}

TEST_CASE("route: a refusal shows the path escaped and cut") {
  const auto request = route(
      get, Target{.version = "", .segments = {"x\x1b[31m", std::string(1000, 'y')}, .query = ""});
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().text ==
        "no such operation: GET /x\\x1b[31m/" + std::string(121, 'y') + "...");
}

}  // namespace
}  // namespace sealock::policy
