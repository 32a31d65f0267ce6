"""What deployments change: create, nothing, replace, remove, scale, start again, drift, rollback, gate.

  python3 changes.py RIG DRIVER
"""

import sys
import time

from rig import (HEALTHY, START_FIRST, Checks, Deployer, Engine, component, network, snapshot, volume, writes)

top = __file__.rsplit("/tests/", 1)[0]
engine = Engine(f"{sys.argv[1]}/engine.sock")
check = Checks()
engine.wipe()
image = engine.image_id("busybox")
other = engine.second_image("st-deploy:2")
d = Deployer(top, engine.path, sys.argv[2])
before = snapshot(engine)


def states():
    return snapshot(engine)[0]


def steps(answer, action):
    return [step["component"] for step in answer["steps"] if step["action"] == action]


# --- Create ------------------------------------------------------------------------------------------

shop = [network("dt-front"), network("dt-back", Internal=True)]
data = [volume("dt-data")]
on_both = {"NetworkingConfig": {"EndpointsConfig": {"dt-front": {"Aliases": ["web"]}, "dt-back": {"Aliases": ["web"]}}}}
database = component("db", image, Healthcheck=HEALTHY, HostConfig={
    "NetworkMode": "dt-back", "Mounts": [{"Type": "volume", "Source": "dt-data", "Target": "/data"}]},
    NetworkingConfig={"EndpointsConfig": {"dt-back": {"Aliases": ["db"]}}})
migrate = component("migrate", image, Cmd=["true"], HostConfig={"NetworkMode": "dt-back"},
                    depends_on={"db": "service_healthy"})
web = component("web", image, HostConfig={"NetworkMode": "dt-front"}, replicas=2,
                depends_on={"migrate": "service_completed_successfully", "db": "service_started"}, **on_both)
d.put("c_1", [database, migrate, web], shop, data)

plan = d.run("check", {"composition": "c_1"})
check.that(plan["changed"] and [c["action"] for c in plan["containers"]] == ["create"] * 4, "check plans four", plan)
check.that(plan["networks"] == ["dt-front", "dt-back"] and plan["volumes"] == ["dt-data"], "and what they need", plan)
check.that(snapshot(engine) == before and not writes(d.audit()), "check changes nothing")

answer = d.deploy("c_1")
check.that(answer["state"] == "succeeded", "the first deployment succeeds", answer)
seen = states()
check.that(set(seen) == {"db", "migrate", "web", "web-2"} | set(before[0]), "containers have their names", seen)
check.that(seen.get("migrate", [0, 0])[1] == "exited" and seen.get("web-2", [0, 0])[1] == "running", "and states", seen)
started = steps(answer, "start")
check.that(started == ["db", "migrate", "web", "web"], "dependencies start first", started)
networks = engine.get("/containers/web/json")["NetworkSettings"]["Networks"]
check.that(set(networks) == {"dt-front", "dt-back"} and "web" in networks["dt-back"]["Aliases"], "web is in both networks")

# --- Nothing, and no write -----------------------------------------------------------------------------

lines = len(d.audit())
before = snapshot(engine)
answer = d.deploy("c_1")
check.that(answer["state"] == "succeeded" and not answer["changed"], "the second changes nothing", answer)
check.that(snapshot(engine) == before and not writes(d.audit()[lines:]), "and writes nothing to the engine")
check.that(len(d.audit()) > lines, "its reads are in the audit log")

# --- A change touches what changed, only -----------------------------------------------------------------

changed = dict(web, create=dict(web["create"], Env=["MODE=slow"]))
d.put("c_2", [database, migrate, changed], shop, data)
plan = d.run("check", {"composition": "c_2"})
actions = {c["container"]: c["action"] for c in plan["containers"]}
check.that(actions == {"db": "keep", "migrate": "keep", "web": "replace", "web-2": "replace"}, "one component", actions)
check.that("+ Env.MODE: slow" in plan["diff"], "the plan says what changes", plan["diff"])
check.that(plan["containers"][2]["order"] == "start-first", "start-first where nothing is in the way", plan)
answer = d.deploy("c_2")
after = states()
check.that(answer["state"] == "succeeded", "the change succeeds", answer)
check.that(after["db"] == before[0]["db"] and after["migrate"] == before[0]["migrate"], "the others are untouched")
check.that(after["web"][0] != before[0]["web"][0] and set(after) == set(before[0]), "the new ones have the names", after)
order = [(s["action"], s["state"]) for s in answer["steps"] if s["component"] == "web"]
kinds = [kind for kind, _ in order]
check.that(kinds.index("start") < kinds.index("stop"), "the new one starts before the old one stops", kinds)
check.that(d.deploy("c_2")["changed"] is False, "and then all is quiet")

# --- Another image; ports stop first; the component that goes ----------------------------------------------

ported = component("web", other, written="shop/web:2", HostConfig={
    "NetworkMode": "dt-front", "PortBindings": {"80/tcp": [{"HostPort": "18080"}]}},
    ExposedPorts={"80/tcp": {}}, NetworkingConfig={"EndpointsConfig": {"dt-front": {"Aliases": ["web"]}}})
d.put("c_3", [database, ported], shop, data)
plan = d.run("check", {"composition": "c_3"})
actions = {c["container"]: c["action"] for c in plan["containers"]}
check.that(actions == {"db": "keep", "web": "replace", "web-2": "remove", "migrate": "remove"}, "what is left over goes", actions)
check.that(plan["containers"][1]["order"] == "stop-first", "a fixed port stops first", plan)
check.that(f"+ image: shop/web:2 {other}" in plan["diff"], "the diff names the image", plan["diff"])
answer = d.deploy("c_3")
check.that(answer["state"] == "succeeded" and set(states()) - {"db", "web"} == set(before[0]) - {"db", "web", "web-2", "migrate"},
           "and is gone", states())
moved = component("edge", image, HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "18080"}]}}, ExposedPorts={"80/tcp": {}})
d.put("c_4", [moved, database, component("web", other)], shop[1:], data)
answer = d.deploy("c_4")
check.that(answer["state"] == "succeeded", "a port goes from one component to another", answer)
check.that(engine.call("GET", "/networks/dt-front")[0] == 404, "a network that nobody needs goes")
d.put("c_5", [component("edge", image), component("web", other)])
d.deploy("c_5")
check.that(engine.call("GET", "/volumes/dt-data")[0] == 200, "a volume stays: it holds data")

# --- Only some components --------------------------------------------------------------------------------

d.put("c_6", [component("edge", image, Env=["A=6"]), component("web", other, Env=["A=6"])])
kept = states()["web"]
answer = d.deploy("c_6", components=["edge"])
check.that(answer["state"] == "succeeded" and states()["web"] == kept, "only the component that was named", answer)
answer = d.deploy("c_6", components=["nose"])
check.that(answer.get("error") == "bad_request" and "edge, web" in answer["text"], "an unknown component is named", answer)
d.deploy("c_6")

# --- Drift -------------------------------------------------------------------------------------------------

check.that(d.run("drift")["drift"] == [], "no drift after a deployment")
engine.call("POST", "/containers/web/update", {"Memory": 128 * 1024 * 1024, "MemorySwap": 256 * 1024 * 1024})
engine.call("POST", "/containers/edge/kill")
drift = {entry["container"]: entry for entry in d.run("drift")["drift"]}
check.that(drift.get("web", {}).get("what") == "edited" and "HostConfig.Memory" in drift["web"]["fields"],
           "an edited container is found", drift)
check.that(drift.get("edge", {}).get("what") == "stopped", "a stopped one", drift)
plan = d.run("check", {"composition": "c_6"})
check.that([c["action"] for c in plan["containers"]] == ["start", "keep"], "a stopped one is to be started", plan)
check.that(d.deploy("c_6")["state"] == "succeeded" and states()["edge"][1] == "running", "and is")
engine.call("DELETE", f"/containers/{states()['edge'][0]}?force=1")
drift = {entry["container"]: entry["what"] for entry in d.run("drift")["drift"]}
check.that(drift.get("edge") == "missing", "a removed one", drift)

# --- Rollback -------------------------------------------------------------------------------------------------

d.deploy("c_6")
answer = d.deploy("c_5")
check.that(answer["previous"] == "c_6", "a deployment knows what was before it", answer)
answer = d.run("rollback", answer["id"], {})
check.that(answer["state"] == "succeeded" and answer["composition"] == "c_6" and answer["kind"] == "rollback",
           "back to what was before", answer)
answer = d.run("rollback", answer["id"], {"composition": "c_2"})
check.that(answer["state"] == "succeeded" and set(states()) >= {"db", "migrate", "web", "web-2"}, "and to any other", answer)
check.that(d.run("rollback", "d_nothing", {}).get("error") == "not_found", "but not of a deployment that never was")

# --- Gate -------------------------------------------------------------------------------------------------------

engine.run("dt-health")
gate = {"container": "dt-health", "drain_ms": 700}
d.put("c_7", [component("web", image, Env=["A=7"])])
begun = time.monotonic()
answer = d.deploy("c_7", gate=gate)
kinds = [step["action"] for step in answer["steps"]]
events = d.run("events", answer["id"])
check.that(answer["state"] == "succeeded", "with a gate", answer)
check.that(kinds.index("close_gate") < kinds.index("drain") < kinds.index("start") < kinds.index("open_gate") < kinds.index("commit"),
           "the gate is closed, drained, and opened at the end", kinds)
check.that(time.monotonic() - begun > 0.7 and states()["dt-health"][1] == "running", "and runs again", states())
check.that(d.deploy("c_7", gate=gate)["changed"] is False, "without a change the gate stays as it is")
engine.call("POST", "/containers/dt-health/stop")
d.put("c_8", [component("web", image, Env=["A=8"])])
answer = d.deploy("c_8", gate=gate)
check.that("close_gate" not in [s["action"] for s in answer["steps"]] and states()["dt-health"][1] == "exited",
           "a gate that somebody has closed stays closed", answer)
check.that(d.deploy("c_7", gate={"container": "nothing"}).get("error") == "bad_request", "an unknown gate is refused")
d.put("c_9", [component("health", image), component("web", image, Env=["A=9"])])
d.put("c_10", [component("health", image, Env=["A=10"]), component("web", image, Env=["A=10"])])
d.deploy("c_9")
answer = d.deploy("c_10", gate={"container": "health", "drain_ms": 100})
order = [(s["action"], s["component"]) for s in answer["steps"]]
check.that(answer["state"] == "succeeded" and order.index(("close_gate", "")) < order.index(("start", "web"))
           < order.index(("start", "health")), "a gate that is itself a component comes last", order)
check.that(states()["health"][1] == "running", "and is open", states())

# --- Events ---------------------------------------------------------------------------------------------------------

check.that([event["number"] for event in events] == list(range(1, len(events) + 1)), "events are numbered", events)
check.that(events[-1]["action"] == "succeeded" and all(event["time"].endswith("Z") for event in events), "and have times", events)

# --- Twenty components --------------------------------------------------------------------------------------------------

d.put("c_20", [component(f"part{number}", image) for number in range(20)])
check.that(d.deploy("c_20", timeout_ms=200_000)["state"] == "succeeded", "twenty components")
lines = len(d.audit())
answer = d.deploy("c_20")
check.that(answer["changed"] is False and not writes(d.audit()[lines:]), "deployed again: no write", answer)
check.that(len(d.audit()) - lines < 10, "and few reads", len(d.audit()) - lines)

engine.wipe()
engine.call("DELETE", "/images/st-deploy:2?force=1")
d.remove()
sys.exit(check.end())
