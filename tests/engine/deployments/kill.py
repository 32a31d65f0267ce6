"""A deployment of five components is killed with -9 at every journalled step and at random instants, and
restarted. Each time the node ends with exactly the old or exactly the new composition: no stray
container, network or volume, and no lost history.

  python3 kill.py RIG DRIVER [SEED]
"""

import collections
import random
import sys
import time

from rig import START_FIRST, STOP_FIRST, Checks, Deployer, Engine, component, network, snapshot, volume

top = __file__.rsplit("/tests/", 1)[0]
engine = Engine(f"{sys.argv[1]}/engine.sock")
seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
chance = random.Random(seed)
print(f"seed {seed}", flush=True)
check = Checks()
engine.wipe()
image = engine.image_id("busybox")
d = Deployer(top, engine.path, sys.argv[2])
d.settings["start_period_ms"] = 100  # the waiting is not what is tested here
bare = snapshot(engine)
VOLUMES = [volume("dt-kill")]
FINAL = {"succeeded", "rolled_back"}


def five(version):
    """Every way of being replaced: start-first, stop-first, a volume, a job, one that comes or goes."""
    env = [f"VERSION={version}"]
    # What is up at once needs no long look at it.
    inside = {"NetworkMode": f"dt-kill-{version}"}
    data = {"NetworkMode": f"dt-kill-{version}", "Mounts": [{"Type": "volume", "Source": "dt-kill", "Target": "/data"}]}
    return [component("db", image, Env=env, HostConfig=data), component("job", image, Env=env, Cmd=["true"]),
            component("one", image, Env=env, HostConfig=inside, order=START_FIRST,
                      depends_on={"job": "service_completed_successfully"}),
            component("two", image, Env=env, order=STOP_FIRST), component(f"three-{version}", image)]


for which in ("v1", "v2"):
    d.put(which, five(which), [network(f"dt-kill-{which}")], VOLUMES)


def shape():
    """The composition that runs whole; None when it is neither, with what was seen."""
    containers = {}
    for c in engine.containers():
        if "sealock.component" in c["Labels"]:
            containers[c["Names"][0][1:]] = (c["State"], c["Id"])
    versions = {}
    for name in ("db", "job", "one", "two"):
        if name in containers:
            env = engine.get(f"/containers/{containers[name][1]}/json")["Config"]["Env"]
            versions[name] = next((e[8:] for e in env if e.startswith("VERSION=")), "?")
    for version in ("v1", "v2"):
        states = {name: ("exited" if name == "job" else "running")
                  for name in ("db", "job", "one", "two", f"three-{version}")}
        if {n: s for n, (s, _) in containers.items()} == states and set(versions.values()) == {version}:
            return version, containers
    return None, {name: (state, versions.get(name)) for name, (state, _) in containers.items()}


def others():
    """All but the containers of deployments, and the networks without the one that the composition needs."""
    version = shape()[0]
    containers = {c["Names"][0]: c["Id"] for c in engine.containers() if "sealock.component" not in c["Labels"]}
    networks = sorted(n["Name"] for n in engine.get("/networks"))
    if f"dt-kill-{version}" in networks:
        networks.remove(f"dt-kill-{version}")
    return containers, networks, sorted(v["Name"] for v in engine.get("/volumes")["Volumes"] or [])


answer = d.deploy("v1")
assert answer["state"] == "succeeded", answer
assert shape()[0] == "v1", shape()
answer = d.deploy("v2")
assert answer["state"] == "succeeded", answer
count = len(answer["steps"])
print(f"{count} steps a deployment: {[s['action'] for s in answer['steps']]}")
quiet = others()
number_of_deployments = len(d.run("list"))
outcomes = collections.Counter()
longest = 0.0


def one_kill(label, kill=None, after=None):
    """Deploys the other version, dies on the way, and recovers."""
    global number_of_deployments, longest
    before, ids = shape()
    assert before, ids
    wanted = "v2" if before == "v1" else "v1"
    process = d.start("deploy", {"composition": wanted}, kill=kill)
    if after is not None:
        time.sleep(after)
        process.kill()
    process.communicate(timeout=120)
    died = process.returncode == -9
    begun = time.monotonic()
    newest = d.run("recover")[0]
    longest = max(longest, time.monotonic() - begun)
    number_of_deployments += 1 if newest["id"] not in seen_ids else 0
    seen_ids.add(newest["id"])
    after_it, now = shape()
    fine = after_it is not None and newest["state"] in FINAL
    if fine and newest["state"] == "rolled_back":
        fine = after_it == before and now == ids  # the very containers, untouched or started again
    check.that(fine, f"{label}: ends as the old or the new composition", (newest, now))
    check.that(others() == quiet, f"{label}: nothing strays", (others(), quiet))
    events = d.run("events", newest["id"])
    numbered = [e["number"] for e in events] == list(range(1, len(events) + 1))
    told = not died or newest["ended"] is None or any(e["action"] in ("resume", "roll_back", "succeeded") for e in events)
    check.that(numbered and told and len(d.run("list")) == number_of_deployments, f"{label}: the history is whole", events)
    outcomes[(label.split()[0], newest["state"], died)] += 1
    if after_it is None:  # go on from a known state
        engine.wipe()
        assert d.deploy("v1")["state"] == "succeeded"
        number_of_deployments += 1


seen_ids = {entry["id"] for entry in d.run("list")}
begun = time.monotonic()
kills = 0
for step in range(1, count + 1):
    one_kill(f"journal: step {step}", kill={"step": step, "state": "started"})
    kills += 1
write = 1
while True:
    # Before, while and after the engine does it, in turn; every write meets one of them.
    when = ("before_write", "during_write", "after_write")[write % 3]
    already = sum(n for (_, _, died), n in outcomes.items() if died)
    one_kill(f"write: {when} {write}", kill={when: write})
    kills += 1
    write += 1
    if sum(n for (_, _, died), n in outcomes.items() if died) == already:
        break  # there is no such write any more
for number in range(12):
    one_kill(f"random: {number}", after=chance.uniform(0.05, 6))
    kills += 1
dead = sum(n for (_, _, died), n in outcomes.items() if died)
print(f"{kills} runs, {dead} killed, in {time.monotonic() - begun:.0f} s, longest recovery {longest:.1f} s: {dict(outcomes)}")
check.that(dead >= 60, "at least 60 kills", dead)

engine.wipe()
check.that(snapshot(engine) == bare, "the rig is as it was", snapshot(engine))
d.remove()
sys.exit(check.end())
