"""docker_py.py RIG CANARY: the Python SDK reads the same on portainer-ro.sock as on the engine's own, but for masks."""
import json
import sys

import docker

rig, canary = sys.argv[1:3]
raw = docker.DockerClient(base_url=f"unix://{rig}/engine.sock")
ours = docker.DockerClient(base_url=f"unix://{rig}/portainer-ro.sock")


def same(what, read):
    theirs, mine = read(raw), read(ours)
    assert theirs, f"{what}: the engine shows nothing"
    assert theirs == mine, f"{what}: {theirs!r:.300} became {mine!r:.300}"


def names(found):
    return sorted(each.name for each in found)


same("containers", lambda client: names(client.containers.list(all=True)))
same("networks", lambda client: names(client.networks.list()))
same("volumes", lambda client: names(client.volumes.list()))
same("images", lambda client: sorted(str(image.tags) for image in client.images.list()))
same("state", lambda client: client.containers.get("st-web").attrs["State"]["StartedAt"])
same("ports", lambda client: client.containers.get("st-web").ports)
same("history", lambda client: [layer["Id"] for layer in client.images.get("busybox").history()])
same("processes", lambda client: client.containers.get("st-web").top()["Titles"])
same("disk usage", lambda client: sorted(each["Id"] for each in client.df()["Containers"]))
same("engine", lambda client: client.info()["ID"])
assert ours.containers.get("st-web").stats(stream=False)["memory_stats"], "no statistics"

secret = ours.containers.get("st-web").attrs
environment = dict(entry.split("=", 1) for entry in secret["Config"]["Env"])
assert environment["DB_PASSWORD"] == "**masked**" and environment["PATH"] == "/bin", environment
assert secret["Config"]["Labels"]["api.token"] == "**masked**" and secret["Config"]["Labels"]["tier"] == "front"
assert canary not in json.dumps(secret)

for refused in (lambda: ours.containers.get("st-web").exec_run("env"), lambda: ours.containers.get("st-web").logs(),
                lambda: ours.containers.run("busybox", "true"), lambda: ours.containers.get("st-web").stop()):
    try:
        refused()
    except docker.errors.APIError as error:
        assert error.status_code == 403 and "denied by policy portainer-ro" in str(error), error
    else:
        raise AssertionError("not refused")
print("docker-py reads the same")
