"""Every request that an engine answers by showing something: GET and HEAD of the whole catalogue with every object
that was planted, the POSTs that read, and requests whose errors repeat what they were asked.

`operation` is the catalogue's; a catalogue with a GET or HEAD that is not here fails the test, so that an operation
that sealock learns is looked at."""
import urllib.parse
from collections import namedtuple

# headers and body are for POSTs; `slow` are those that take a second: once for each policy.
Door = namedtuple("Door", "operation method path headers body slow", defaults=((), None, False))

VERSIONS = ["/v1.24", "/v1.30", "/v1.41", ""]

PS_ARGUMENTS = ["auxe", "eww", "axeww", "-ef", "-o%20pid,comm%20e", "-opid,ppid,pgid,vsz,time,etime,nice,ruser,user,rgroup,group,stat,rss,args",
                "-o+pid,environ", "%61%75xe"]


def filters(text):
    return "filters=" + urllib.parse.quote(text)


def lists():
    for operation, paths in {
            "SystemPing": ["/_ping"], "SystemVersion": ["/version"], "SystemInfo": ["/info"],
            "SystemDataUsage": ["/system/df", "/system/df?type=container&type=image&type=volume", "/system/df?verbose=1"],
            "ContainerList": ["/containers/json", "/containers/json?all=1&size=1", "/containers/json?all=true&limit=2",
                              "/containers/json?all=1&" + filters('{"label":["tier"]}')],
            "ImageList": ["/images/json", "/images/json?all=1&digests=1", "/images/json?manifests=1"],
            "NetworkList": ["/networks", "/networks?" + filters('{"scope":["swarm"]}')],
            "VolumeList": ["/volumes"], "PluginList": ["/plugins"],
            "ServiceList": ["/services", "/services?status=1", "/services?" + filters('{"runtime":["plugin"]}')],
            "TaskList": ["/tasks"], "NodeList": ["/nodes"], "ConfigList": ["/configs"], "SecretList": ["/secrets"],
            "SwarmInspect": ["/swarm"], "SwarmUnlockkey": ["/swarm/unlockkey"],
            "ImageGetAll": ["/images/get?names=cn-image&names=cn-commit"],
            "ImageSearch": ["/images/search?term=127.0.0.1:9/x"],
            "GetPluginPrivileges": ["/plugins/privileges?remote=127.0.0.1:9/x"],
    }.items():
        for path in paths:
            yield Door(operation, "GET", path)
    yield Door("SystemPingHead", "HEAD", "/_ping")
    for path in ("/info", "/containers/json", "/containers/cn-web/json", "/events", "/images/cn-image/json"):
        yield Door("-", "HEAD", path)
    for path in ("/debug/vars", "/debug/pprof/cmdline", "/debug/pprof/heap"):
        yield Door("-", "GET", path)


def of_sealock():
    """sealock's own operations, which no reader is allowed."""
    for operation, path in {
            "CompositionList": "compositions", "CompositionInspect": "compositions/c_20260901_1200", "CompositionDiff": "compositions/c_20260901_1200/diff",
            "DeploymentList": "deployments", "DeploymentInspect": "deployments/d1", "DeploymentEvents": "deployments/d1/events",
            "DeploymentStatus": "status"}.items():
        yield Door(operation, "GET", f"/sealock/v1/{path}")


def of_containers(names):
    for name in names:
        for operation, path in {
                "ContainerInspect": "json", "ContainerTop": "top", "ContainerChanges": "changes",
                "ContainerExport": "export", "CheckpointList": "checkpoints", "ContainerAttachWebsocket": "attach/ws?logs=1",
                "ContainerLogs": "logs?stdout=1&stderr=1", "ContainerArchive": "archive?path=/etc/passwd"}.items():
            yield Door(operation, "GET", f"/containers/{name}/{path}")
        yield Door("ContainerArchiveInfo", "HEAD", f"/containers/{name}/archive?path=/etc/passwd")
        yield Door("ContainerInspect", "GET", f"/containers/{name}/json?size=1")
        yield Door("ContainerLogs", "GET", f"/containers/{name}/logs?stdout=1&stderr=1&details=1&timestamps=1")
    for arguments in PS_ARGUMENTS:
        yield Door("ContainerTop", "GET", f"/containers/cn-web/top?ps_args={arguments}")
    yield Door("ContainerTop", "GET", "/containers/cn-web/top?ps%5Fargs=a%75xe")
    # The second name that a link gives to a container; and one that is escaped without need.
    yield Door("ContainerInspect", "GET", "/containers/cn-link/db/json")
    yield Door("ContainerInspect", "GET", "/containers/cn%2Dweb/json")
    yield Door("ContainerInspect", "GET", "/%63ontainers/cn-web/json")
    yield Door("ContainerStats", "GET", "/containers/cn-web/stats?stream=false", slow=True)


def of_others(objects):
    for name in objects["images"]:
        for operation, path in {"ImageInspect": "json", "ImageHistory": "history", "ImageGet": "get",
                                "ImageAttestations": "attestations?statement=true"}.items():
            yield Door(operation, "GET", f"/images/{name}/{path}")
    for kind, operation, path in (
            ("networks", "NetworkInspect", ""), ("networks", "NetworkInspect", "?verbose=true"), ("volumes", "VolumeInspect", ""),
            ("services", "ServiceInspect", ""), ("services", "ServiceInspect", "?insertDefaults=true"),
            ("services", "ServiceLogs", "/logs?stdout=1&stderr=1&details=1"),
            ("tasks", "TaskInspect", ""), ("tasks", "TaskLogs", "/logs?stdout=1&stderr=1&details=1"),
            ("nodes", "NodeInspect", ""), ("configs", "ConfigInspect", ""), ("secrets", "SecretInspect", ""),
            ("plugins", "PluginInspect", "/json"), ("exec", "ExecInspect", "/json"), ("distribution", "DistributionInspect", "/json")):
        for name in objects.get(kind, []):
            yield Door(operation, "GET", f"/{kind}/{name}{path}")


def events(now):
    for more in ("", "&" + filters('{"type":["container"]}'), "&" + filters('{"event":["exec_create"]}')):
        yield Door("SystemEvents", "GET", f"/events?since=0&until={now}{more}")


def posts_that_read(now):
    """What a POST shows: an existing volume, the tail of a log, what runs."""
    json_body = (("Content-Type", "application/json"),)
    upgrade = (("Connection", "Upgrade"), ("Upgrade", "tcp"))
    yield Door("-", "POST", "/volumes/create", json_body, b'{"Name":"cn-share"}')
    yield Door("-", "POST", "/containers/cn-failed/wait")
    yield Door("-", "POST", "/containers/cn-failed/start")
    yield Door("-", "POST", "/containers/cn-nomount/start")
    yield Door("-", "POST", "/containers/cn-logs/attach?logs=1&stdout=1&stderr=1", upgrade)
    yield Door("-", "POST", "/containers/cn-logs/attach?logs=1&stdout=1&stderr=1")
    yield Door("-", "POST", "/containers/cn-web/exec", json_body, b'{"Cmd":["env"],"AttachStdout":true}')
    yield Door("-", "POST", "/containers/prune?" + filters('{"label":["none"]}'))
    yield Door("-", "POST", "/commit?container=cn-web&repo=cn-never")
    yield Door("-", "POST", "/session", (("Connection", "Upgrade"), ("Upgrade", "h2c")))
    yield Door("-", "POST", "/grpc", (("Connection", "Upgrade"), ("Upgrade", "h2c")))
    yield Door("-", "POST", f"/build/prune?{filters('{}')}&until={now}")


def that_repeat(word):
    """Errors of the engine that say what was asked: known forms of secrets are hidden in them, whoever sent them.
    (What sealock refuses by itself repeats the client's own words, to the client.)"""
    for path in (f"/containers/ghp_{word}/json", f"/containers/ghp_{word}/top", f"/images/ghp_{word}/json", f"/images/ghp_{word}/history",
                 f"/networks/glpat-{word}", f"/volumes/dckr_pat_{word}", f"/tasks/ghp_{word}", f"/services/ghp_{word}", f"/nodes/ghp_{word}",
                 f"/plugins/ghp_{word}/json"):
        yield Door("-", "GET", path)
    yield Door("-", "POST", f"/images/create?fromImage=registry.invalid:1/ghp_{word}&tag=1",
               (("X-Registry-Auth", "eyJwYXNzd29yZCI6Imh1bnRlcjIifQ=="),))


def every_door(objects, now, word):
    for doors in (lists(), of_sealock(), of_containers(objects["containers"]), of_others(objects), events(now), posts_that_read(now), that_repeat(word)):
        yield from doors
