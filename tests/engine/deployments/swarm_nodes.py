"""Deployments to a swarm of two nodes: tasks spread, an update converges on both, a failure is taken back on both.

  python3 swarm_nodes.py RIG DRIVER       the rig's engine manages a swarm of two; both have the image busybox
"""

import sys

from rig import LIVE, Checks, Deployer, Engine, component, network

top = __file__.rsplit("/tests/", 1)[0]
engine = Engine(f"{sys.argv[1]}/engine.sock")
check = Checks()
image = engine.image_id("busybox")
d = Deployer(top, engine.path, sys.argv[2])


def web(mode, args=None):
    config = {"Parallelism": 2, "FailureAction": "rollback", "Order": "start-first", "Monitor": 2_000_000_000}
    return component("web", image, replicas=4, service={
        "Name": "web", "Mode": {"Replicated": {"Replicas": 4}}, "UpdateConfig": config,
        "TaskTemplate": {"ContainerSpec": {"Image": "web:1", "Args": args or LIVE, "Env": ["MODE=" + mode],
                                           "StopGracePeriod": 2_000_000_000},
                         "RestartPolicy": {"Condition": "any"},
                         "Networks": [{"Target": "dt-net", "Aliases": ["web"]}]}})


def spread():
    """How many tasks of each mode run on each node."""
    found = {}
    for task in engine.get("/tasks"):
        if task["Status"]["State"] == "running" == task["DesiredState"]:
            key = task["Spec"]["ContainerSpec"]["Env"][0], task["NodeID"]
            found[key] = found.get(key, 0) + 1
    return found


nodes = sorted(node["ID"] for node in engine.get("/nodes") if node["Status"]["State"] == "ready")
check.that(len(nodes) == 2, "two nodes are ready", nodes)
nets = [network("dt-net")]
for name, mode in (("n_1", "1"), ("n_2", "2")):
    d.put(name, [web(mode)], nets)
    answer = d.deploy(name, target="swarm", timeout_ms=120_000)
    check.that(answer["state"] == "succeeded", f"{name} converges", answer)
    seen = spread()
    check.that(sum(seen.values()) == 4 and {key[0] for key in seen} == {"MODE=" + mode}, f"{name} alone runs", str(seen))
    check.that({key[1] for key in seen} == set(nodes), f"{name} is on both nodes", str(seen))
status = d.run("drift")
check.that(status["drift"] == [] and status["services"][0]["running"] == 4, "tasks of both nodes count", status)
d.put("n_3", [web("3", ["sh", "-c", "exit 3"])], nets)
answer = d.deploy("n_3", target="swarm", timeout_ms=120_000)
check.that(answer["state"] == "rolled_back" and "Swarm has taken it back" in answer["text"], "a failure is taken back", answer)
seen = spread()
check.that(sum(seen.values()) == 4 and {key[0] for key in seen} == {"MODE=2"}, "on both nodes", str(seen))
d.put("n_4", [], [])
answer = d.deploy("n_4", target="swarm", timeout_ms=120_000)
check.that(answer["state"] == "succeeded" and engine.get("/services") == [], "and all of it goes", answer)
d.remove()
sys.exit(check.end())
