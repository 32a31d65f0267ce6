"""What can go wrong with a deployment: each has a clear error, and leaves the node as it was.

  python3 failures.py RIG DRIVER
"""

import json
import os
import subprocess
import sys
import threading
import time

from rig import (HEALTHY, LIVE, UNHEALTHY, Checks, Deployer, Engine, component, network, snapshot, until, volume,
                 writes)

top = __file__.rsplit("/tests/", 1)[0]
rig = sys.argv[1]
engine = Engine(f"{rig}/engine.sock")
check = Checks()
engine.wipe()
image = engine.image_id("busybox")
d = Deployer(top, engine.path, sys.argv[2])
nets, vols = [network("dt-net")], [volume("dt-vol")]
db = component("db", image, Healthcheck=HEALTHY)
web = component("web", image, depends_on={"db": "service_healthy"})
d.put("old", [db, web])
check.that(d.deploy("old")["state"] == "succeeded", "the deployment before")
home = snapshot(engine)


def changed(name, **more):
    """Both components new, on a network and a volume of their own; `more` for the second one."""
    first = component("db", image, Env=["A=" + name], Healthcheck=HEALTHY, HostConfig={
        "NetworkMode": "dt-net", "Mounts": [{"Type": "volume", "Source": "dt-vol", "Target": "/data"}]})
    more.setdefault("Env", ["A=" + name])
    d.put(name, [first, component("web", image, depends_on={"db": "service_healthy"}, **more)], nets, vols)


def rolled_back(name, words, **order):
    answer = d.deploy(name, **order)
    check.that(answer.get("state") == "rolled_back", f"{name}: is put back", answer)
    check.that(words in answer.get("text", ""), f"{name}: says why", answer.get("text"))
    check.that(snapshot(engine) == home, f"{name}: leaves the node as it was", snapshot(engine))
    return answer


def refused(name, kind, words, **order):
    lines = len(d.audit())
    for command in ("check", "deploy"):
        answer = d.run(command, {"composition": name, **order})
        check.that(answer.get("error") == kind and words in answer["text"], f"{name}: {command} is refused", answer)
    check.that(not writes(d.audit()[lines:]) and snapshot(engine) == home, f"{name}: nothing is touched")


# --- Found out while it is done ---------------------------------------------------------------------------

changed("unhealthy", Healthcheck=UNHEALTHY)
rolled_back("unhealthy", "web does not come up: its health check fails: no luck today")
changed("ends", Cmd=["sh", "-c", "exit 3"])
rolled_back("ends", "web does not come up: it ended with exit code 3")
changed("crashes", Cmd=["sh", "-c", "exit 4"], HostConfig={"RestartPolicy": {"Name": "always"}})
rolled_back("crashes", "web does not come up: it keeps ending")
changed("no-program", Cmd=["/no/such/program"])
rolled_back("no-program", "no such file or directory")
d.put("job", [db, component("job", image, Cmd=["false"]), component("web", image, depends_on={
    "job": "service_completed_successfully"})])
rolled_back("job", "job does not come up: it ended with exit code 1")
slow = dict(UNHEALTHY, StartPeriod=600_000_000_000)
changed("slow", Healthcheck=slow)
rolled_back("slow", "longer than its timeout", timeout_ms=4000)
# The engine creates a container with a static address that only its start finds wrong.
d.put("address", [db, component("web", image, HostConfig={"NetworkMode": "dt-net"}, NetworkingConfig={
    "EndpointsConfig": {"dt-net": {"IPAMConfig": {"IPv4Address": "203.0.113.7"}}}})], nets)
rolled_back("address", "web")

# --- A port that a program of the host holds: nobody knows it before the start -----------------------------

holder = subprocess.Popen(["nsenter", "-t", open(f"{rig}/engine.pid").read().strip(), "-n", "python3", "-c",
                           "import socket,time\ns=socket.socket();s.bind(('0.0.0.0',18090));s.listen()\ntime.sleep(600)"])
time.sleep(0.5)
changed("held", HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "18090"}]}}, ExposedPorts={"80/tcp": {}})
rolled_back("held", "18090")
holder.kill()
holder.wait()

# --- Found out before anything is touched ----------------------------------------------------------------------

engine.run("dt-foreign", HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "18091"}]}}, ExposedPorts={"80/tcp": {}})
engine.run("other", Labels={})
engine.call("POST", "/networks/create", {"Name": "dt-theirs"})
engine.call("POST", "/volumes/create", {"Name": "dt-theirs"})
home = snapshot(engine)
changed("port", HostConfig={"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18091"}]}},
        ExposedPorts={"80/tcp": {}})
refused("port", "conflict", "port 127.0.0.1:18091/tcp, which 'web' publishes, is taken by container 'dt-foreign'")
d.put("name", [db, web, component("other", image)])
refused("name", "conflict", "the name 'other' is taken by container")
d.put("network", [db, component("web", image, HostConfig={"NetworkMode": "dt-theirs"})], [network("dt-theirs")])
refused("network", "conflict", "network 'dt-theirs' exists, and no deployment made it; declare it 'external: true'")
d.put("volume", [db, web], [], [volume("dt-theirs")])
refused("volume", "conflict", "volume 'dt-theirs' exists, and no deployment made it")
d.put("external", [db, web], [network("dt-nowhere", external=True)])
refused("external", "conflict", "network 'dt-nowhere' is external to the composition, and is not there")
d.put("no-image", [db, component("web", "sha256:" + "ab" * 32)])
refused("no-image", "conflict", "is not on this node any more")
d.put("twice", [db, component("web", image, replicas=2, HostConfig={
    "PortBindings": {"80/tcp": [{"HostPort": "18092"}]}}, ExposedPorts={"80/tcp": {}})])
refused("twice", "bad_request", "would both publish port 0.0.0.0:18092/tcp")
d.put("clash", [component("web", image, replicas=2), component("web-2", image)])
refused("clash", "bad_request", "two containers of the composition would be called 'web-2'")
refused("nowhere", "not_found", "no such composition")
for name in ("dt-foreign", "other"):
    engine.call("DELETE", f"/containers/{name}?force=1")
engine.call("DELETE", "/networks/dt-theirs")
engine.call("DELETE", "/volumes/dt-theirs")
home = snapshot(engine)

# --- A registry that is not there; what the baseline denies --------------------------------------------------------

d.put("registry", [db, component("web", "sha256:" + "cd" * 32, pinned_image="127.0.0.1:9/shop/web@sha256:" + "cd" * 32)])
answer = rolled_back("registry", "cannot pull image 127.0.0.1:9/shop/web@sha256")
check.that("connection refused" in answer["text"], "in the engine's words", answer["text"])
changed("privileged", HostConfig={"Privileged": True})
rolled_back("privileged", "a privileged container is root on the host")
changed("mount", HostConfig={"Binds": ["/etc:/host"]})
rolled_back("mount", "baseline")
answer = d.run("rollback", d.run("list")[0]["id"], {"composition": "privileged"})
check.that(answer["state"] == "rolled_back" and "a privileged container is root on the host" in answer["text"],
           "a rollback is judged as well", answer)
check.that(snapshot(engine) == home, "and leaves all as it was", snapshot(engine))
denied = [r for r in d.audit() if r.get("decision") == "deny" and r["operation"] == "ContainerCreate"]
check.that(any(r["by"] == "baseline/privileged-container" for r in denied), "the denial is in the audit log", denied)
check.that(all(r["listener"] == "rollout" and r["reason"].startswith("deployment d_") for r in denied), "as the rollout's")

# --- Cancelled ---------------------------------------------------------------------------------------------------------

changed("cancel")
for step in (1, 3, 4, 5, 6, 7, 8, 9, 10):
    answer = d.run("deploy", {"composition": "cancel"}, "cancel_at", step)
    check.that(answer["cancelled"] is True and answer["state"] == "rolled_back" and "cancelled by the driver" in answer["text"],
               f"cancelled at step {step}", answer)
    check.that(snapshot(engine) == home, f"cancelled at step {step}: the node is as it was", snapshot(engine))

# --- Two at once; idempotency ----------------------------------------------------------------------------------------------

first, second = d.run("two", {"composition": "slow", "timeout_ms": 3000}, {"composition": "cancel"})
check.that(second.get("error") == "conflict" and first["id"] in second["text"], "the second is told who holds the node", second)
check.that(snapshot(engine) == home, "and the node is as it was")
once = d.deploy("cancel", idempotency_key="k1")
again = d.deploy("cancel", idempotency_key="k1")
check.that(again["already"] and again["id"] == once["id"], "the same key is the same deployment", again)
answer = d.deploy("old", idempotency_key="k1")
check.that(answer.get("error") == "conflict" and "idempotency key" in answer["text"], "with another request it is refused", answer)
check.that(d.deploy("old")["state"] == "succeeded", "back to the old one")
until(lambda: engine.call("DELETE", "/volumes/dt-vol")[0] in (204, 404))
home = snapshot(engine)

# --- Somebody else's hands in it ----------------------------------------------------------------------------------------------

d.put("meddled", [component("db", image, Env=["A=1"]), component("web", image, Healthcheck=slow)])
running = d.start("deploy", {"composition": "meddled", "timeout_ms": 20_000})
until(lambda: any("health: starting" in c["Status"] for c in engine.containers()))
for container in engine.containers():
    if container["Names"][0].startswith("/web_new"):
        engine.call("DELETE", f"/containers/{container['Id']}?force=1")
answer = json.loads(running.communicate(timeout=60)[0])
check.that(answer["state"] == "rolled_back" and "web does not come up" in answer["text"], "a removed container", answer)
check.that(snapshot(engine) == home, "the node is as it was", snapshot(engine))

# --- A full disk under the journal -------------------------------------------------------------------------------------------------

small = f"{d.folder}/small"
os.makedirs(small)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "none", small], check=True)
full = Deployer(top, engine.path, sys.argv[2], d.folder)
full.settings["state"] = small
answer = full.deploy("old")
check.that(answer["state"] == "succeeded", "a store of its own", answer)
running = full.start("deploy", {"composition": "slow", "timeout_ms": 6000})
until(lambda: any("health: starting" in c["Status"] for c in engine.containers()))
filler = os.open(f"{small}/filler", os.O_WRONLY | os.O_CREAT)
try:
    while True:
        os.write(filler, b"x" * 4096)
except OSError:
    os.close(filler)
until(lambda: snapshot(engine) == home, 30)
check.that(snapshot(engine) == home, "a full disk: the node is as it was", snapshot(engine))
os.remove(f"{small}/filler")
out, err = running.communicate(timeout=60)
answer = json.loads(out)
check.that(answer["state"] == "rolled_back" and "deployment_not_recorded" in err, "and says so when there is room", answer)
subprocess.run(["umount", "-l", small], check=True)

# --- The engine restarted in the middle -------------------------------------------------------------------------------------------------


def restart_engine():
    """As a package upgrade does it: politely stopped, and started again."""
    pid = int(open(f"{rig}/engine.pid").read())
    os.kill(pid, 15)
    until(lambda: not os.path.exists(f"/proc/{pid}"), 30)
    command = ["unshare", "-n", "sh", "-c", 'ip link set lo up; exec dockerd --host "unix://$0/engine.sock" '
               '--data-root "$0/data" --exec-root "$0/exec" --pidfile "$0/engine.pid" --log-level warn', rig]
    log = open(f"{rig}/engine.log", "ab")
    subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
    until(lambda: engine_answers(), 30)


def engine_answers():
    try:
        return engine.call("GET", "/_ping")[0] == 200
    except OSError:
        return False


always = {"NetworkMode": "bridge", "RestartPolicy": {"Name": "always"}}
d.put("steady", [component("db", image, HostConfig=always), component("web", image, HostConfig=always)])
d.put("steadier", [component("db", image, Env=["A=1"], HostConfig=always),
                   component("web", image, Env=["A=1"], HostConfig=always, monitor=3_000_000_000)])
check.that(d.deploy("steady")["state"] == "succeeded", "a node whose containers outlive the engine")
running = d.start("deploy", {"composition": "steadier", "timeout_ms": 60_000})
until(lambda: any(c["Names"][0].startswith("/web_new") and c["State"] == "running" for c in engine.containers()))
time.sleep(0.3)
restart_engine()
answer = json.loads(running.communicate(timeout=120)[0])
events = d.run("events", answer["id"])
names = {name: state for name, (_, state) in snapshot(engine)[0].items()}
check.that(any(e["action"] == "engine" for e in events), "the deployment notices", events)
check.that(answer["state"] in ("succeeded", "rolled_back") and names == {"db": "running", "web": "running"},
           "and ends as the old or the new composition", (answer, names))

engine.wipe()
d.remove()
sys.exit(check.end())
