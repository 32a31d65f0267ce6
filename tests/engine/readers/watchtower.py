"""watchtower.py RIG CANARY: does what Watchtower does to replace a container (internal/actions/update.go,
pkg/container/client.go of containrrr/watchtower 1.7) on watchtower.sock, and looks at what the engine has in the end."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "canaries"))
from engine import Engine  # noqa: E402

rig, canary = sys.argv[1:3]
raw, ours, admin = (Engine(f"{rig}/{name}.sock") for name in ("engine", "watchtower", "admin"))
ENABLE = {"com.centurylinklabs.watchtower.enable": "true"}


def replace(name):
    """Watchtower's own order: inspect, stop, remove, create from what inspect said, reconnect, start."""
    old = ours.get(f"/v1.25/containers/{name}/json")
    assert canary not in json.dumps(old), "inspect shows a secret"
    ours.call("POST", f"/v1.25/containers/{old['Id']}/kill?signal=SIGKILL")
    ours.call("DELETE", f"/v1.25/containers/{old['Id']}?force=1")
    networks = old["NetworkSettings"]["Networks"]
    first = dict([next(iter(networks.items()))])
    made = ours.call("POST", f"/v1.25/containers/create?name={name}", {
        **old["Config"], "HostConfig": old["HostConfig"], "NetworkingConfig": {"EndpointsConfig": first}}).json()
    for network in first:
        ours.call("POST", f"/v1.25/networks/{network}/disconnect", {"Container": made["Id"], "Force": True})
    for network, settings in networks.items():
        ours.call("POST", f"/v1.25/networks/{network}/connect", {"Container": made["Id"], "EndpointConfig": settings})
    ours.call("POST", f"/v1.25/containers/{made['Id']}/start")


def settings(name):
    there = raw.get(f"/containers/{name}/json")
    config = {key: value for key, value in there["Config"].items() if key != "Hostname"}
    config["Labels"].pop("io.sealock.watchtower", None)  # by which sealock knows what Watchtower created
    return config, there["HostConfig"], sorted(there["NetworkSettings"]["Networks"])


raw.post("/networks/create", {"Name": "st-wt"})
# By sealock, which gives every container a cgroup namespace of its own.
admin.container("st-marked", **{
    "Env": [f"DB_PASSWORD={canary}-environment", "LANG=C", f"lines=a\nb={canary}"], "Cmd": ["sh", "-c", f"sleep 9999 # {canary}-argument"],
    "Labels": {**ENABLE, "api.token": f"{canary}-label", "tier": "front"},
    "Healthcheck": {"Test": ["CMD", "echo", f"{canary}-health"], "Interval": 60000000000},
    "HostConfig": {"NetworkMode": "st-wt", "Binds": ["st-data:/data"], "Memory": 67108864, "RestartPolicy": {"Name": "unless-stopped"}}})
raw.container("st-unmarked")
before, id_before = settings("st-marked"), raw.get("/containers/st-marked/json")["Id"]
listed = ours.get("/v1.25/containers/json", filters={"status": ["running"]})
assert canary not in json.dumps(listed) and any(ENABLE.items() <= each["Labels"].items() for each in listed)

for _ in range(2):
    replace("st-marked")
after = settings("st-marked")
assert raw.get("/containers/st-marked/json")["Id"] != id_before
assert before == after, f"{before} became {after}"

# A seal is for one policy, one name and one field.
sealed = ours.get("/v1.25/containers/st-marked/json")["Config"]["Env"][0]
assert sealed.startswith("DB_PASSWORD=**sealed:"), sealed
for socket, name, environment in (("watchtower", "st-other", sealed), ("watchtower", "st-marked2", sealed.replace("DB_PASSWORD", "SHOWN")),
                                  ("operator", "st-marked", sealed)):
    answer = Engine(f"{rig}/{socket}.sock").call("POST", f"/containers/create?name={name}", {
        "Image": "busybox", "Labels": ENABLE, "Env": [environment], "HostConfig": {"NetworkMode": "st-wt"}}, may_fail=True)
    assert answer.status in (400, 403), f"{socket} opens a seal for {name}: {answer.status} {answer.body}"
answer = ours.call("POST", "/v1.25/containers/st-unmarked/kill", may_fail=True)
assert answer.status == 403 and "denied by policy watchtower" in answer.message(), answer.message()
print("Watchtower replaces a container and sees none of its secrets")
