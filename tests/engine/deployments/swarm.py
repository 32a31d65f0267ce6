"""Deployments to a swarm: services made and updated, secrets as files, Swarm's own rollback, and a kill.

  python3 swarm.py RIG DRIVER       the rig's engine is in swarm mode
"""

import json
import sys

from rig import HEALTHY, LIVE, Checks, Deployer, Engine, component, network, until, writes

top = __file__.rsplit("/tests/", 1)[0]
engine = Engine(f"{sys.argv[1]}/engine.sock")
check = Checks()
image = engine.image_id("busybox")
d = Deployer(top, engine.path, sys.argv[2])


def service(name, replicas=1, networks=("dt-net",), **container):
    """A component whose service is what a Compose file would come to."""
    container = {"Image": name + ":1", "Args": LIVE, "StopGracePeriod": 2_000_000_000, **container}
    config = {"Parallelism": 1, "FailureAction": "rollback", "Order": "start-first", "Monitor": 2_000_000_000}
    return component(name, image, replicas=replicas, service={
        "Name": name, "Mode": {"Replicated": {"Replicas": replicas}}, "UpdateConfig": config,
        "TaskTemplate": {"ContainerSpec": container, "RestartPolicy": {"Condition": "any"},
                         "Networks": [{"Target": target, "Aliases": [name]} for target in networks]}})


def deploy(name, **order):
    return d.deploy(name, target="swarm", timeout_ms=120_000, **order)


def services():
    return {s["Spec"]["Name"]: s for s in engine.get("/services")}


def env(name):
    return services()[name]["Spec"]["TaskTemplate"]["ContainerSpec"].get("Env")


def secrets():
    return sorted(s["Spec"]["Name"] for s in engine.get("/secrets"))


nets = [network("dt-net")]
d.secret("password", "canary-4e1f\n")
d.put("s_1", [service("db", Env=["PASSWORD_FILE=${secret:password}"]), service("web", 2, Env=["MODE=1"])], nets)
plan = d.run("check", {"composition": "s_1", "target": "swarm"})
check.that([c["action"] for c in plan["containers"]] == ["create", "create"] and not writes(d.audit()), "the plan", plan)
answer = deploy("s_1")
check.that(answer["state"] == "succeeded" and answer["target"] == "swarm", "services are made", answer)
events = d.run("events", answer["id"])
check.that(any("web.2 is running" in e["text"] for e in events), "each task is told of", [e["text"] for e in events])
check.that(env("db") == ["PASSWORD_FILE=/run/secrets/password"], "a secret is a file", env("db"))
check.that(len(secrets()) == 1 and secrets()[0].startswith("password-"), "and a Swarm secret", secrets())
lines = len(d.audit())
answer = deploy("s_1")
check.that(answer["changed"] is False and not writes(d.audit()[lines:]), "again: no write", answer)

version = services()["db"]["Version"]
d.put("s_2", [service("db", Env=["PASSWORD_FILE=${secret:password}"]), service("web", 2, Env=["MODE=2"])], nets)
plan = d.run("check", {"composition": "s_2", "target": "swarm"})
check.that("+ TaskTemplate.ContainerSpec.Env.MODE: 2" in plan["diff"], "the diff", plan["diff"])
answer = deploy("s_2")
check.that(answer["state"] == "succeeded" and env("web") == ["MODE=2"], "an update", answer)
check.that(services()["db"]["Version"] == version, "touches what changed, only")

# Somebody else changes them by Docker's own means.
def edit(name, change):
    found = services()[name]
    change(found["Spec"])
    status, body = engine.call("POST", f"/services/{found['ID']}/update?version={found['Version']['Index']}", found["Spec"])
    check.that(status == 200, "edits " + name, body)


def edit_web(spec):
    spec["Mode"]["Replicated"]["Replicas"] = 1
    spec["TaskTemplate"]["ContainerSpec"]["Env"] = ["MODE=canary-2", "MORE=canary-3"]
    spec["Labels"]["team.name"] = "other"


status = d.run("drift")
check.that(status["drift"] == [] and status["composition"] == "s_2" and status["target"] == "swarm", "no drift", status)
check.that([(s["service"], s["running"], s["replicas"]) for s in sorted(status["services"], key=lambda s: s["service"])]
           == [("db", 1, 1), ("web", 2, 2)], "what runs", status)
edit("web", edit_web)
edit("db", lambda spec: spec["TaskTemplate"]["ContainerSpec"].update(Image="busybox:latest"))
check.that(until(lambda: not [o for o in d.run("drift")["drift"] if o["what"] == "stopped"], 60), "tasks settle")
drift = {one["service"]: one for one in d.run("drift")["drift"]}
container = "TaskTemplate.ContainerSpec."
check.that(drift["web"]["fields"] == ["Labels[team.name]", "Mode.Replicated.Replicas", container + "Env[MODE]",
                                      container + "Env[MORE]"] and drift["web"]["what"] == "edited"
           and "(2 is now 1)" in drift["web"]["text"] and "canary" not in json.dumps(drift), "edits are named", drift)
check.that(drift["db"]["fields"] == [container + "Image"] and "is now busybox:latest" in drift["db"]["text"],
           "another image, too", drift)
plan = d.run("check", {"composition": "s_2", "target": "swarm"})
check.that([c["action"] for c in plan["containers"]] == ["replace", "replace"] and "edited by others" in plan["diff"],
           "a deployment would put it right", plan)
answer = deploy("s_2")
check.that(answer["state"] == "succeeded" and d.run("drift")["drift"] == [] and env("web") == ["MODE=2"], "and does", answer)
status, _ = engine.call("DELETE", f"/services/{services()['db']['ID']}")
check.that([(one["service"], one["what"]) for one in d.run("drift")["drift"]] == [("db", "missing")], "a service that is gone")
answer = deploy("s_2")
check.that(answer["state"] == "succeeded" and d.run("drift")["drift"] == [], "is made again", answer)

broken = service("web", 2, Env=["MODE=3"], Args=["sh", "-c", "exit 3"])
d.put("s_3", [service("db", Env=["A=3", "PASSWORD_FILE=${secret:password}"]), broken], nets)
answer = deploy("s_3")
check.that(answer["state"] == "rolled_back" and "Swarm has taken it back" in answer["text"], "Swarm rolls back", answer)
check.that(env("web") == ["MODE=2"] and env("db") == ["PASSWORD_FILE=/run/secrets/password"],
           "and the others are taken back, too", (env("web"), env("db")))

d.secret("password", "canary-77aa\n")
answer = deploy("s_2")
check.that(answer["state"] == "succeeded" and answer["changed"] and len(secrets()) == 1, "a changed secret is a new one",
           (answer, secrets()))
d.put("s_4", [service("db", Env=["PASSWORD=${secret:password}"])], nets)
answer = deploy("s_4")
check.that(answer.get("error") == "bad_request" and "'PASSWORD_FILE'" in answer["text"], "a value would be readable", answer)
d.put("s_5", [service("db", CapabilityAdd=["CAP_SYS_ADMIN"])], nets)
answer = deploy("s_5")
check.that(answer["state"] == "rolled_back" and "capability is more than Docker gives" in answer["text"],
           "the baseline holds for services", answer)
d.put("s_6", [service("web", Mounts=[{"Type": "bind", "Source": "/etc", "Target": "/e"}])], nets)
answer = deploy("s_6")
check.that(answer["state"] == "rolled_back" and "baseline" in answer["text"], "also for directories", answer)

# Killed at each request: Swarm is left with the old or with the new services.
d.put("s_7", [service("db", Env=["A=7"]), service("web", 2, Env=["MODE=7"]), service("more", networks=())], nets)
for number in range(1, 12):
    before = deploy("s_2")
    assert before["state"] == "succeeded", before
    answer = d.run("deploy", {"composition": "s_7", "target": "swarm", "timeout_ms": 120_000},
                   kill={("before_write", "after_write")[number % 2]: number})
    if answer is not None:
        break
    newest = d.run("recover")[0]
    ours = {"s_7": {"db", "web", "more"}, "s_2": {"db", "web"}}["s_7" if newest["state"] == "succeeded" else "s_2"]
    mode = "MODE=7" if newest["state"] == "succeeded" else "MODE=2"
    check.that(newest["state"] in ("succeeded", "rolled_back") and set(services()) == ours and env("web") == [mode],
               f"killed at write {number}", (newest, sorted(services()), env("web")))
check.that(number > 3, "there were kills", number)

d.put("s_8", [service("web", 2, Env=["MODE=7"])], nets)
answer = deploy("s_8")
check.that(answer["state"] == "succeeded" and set(services()) == {"web"} and secrets() == [], "what is left over goes",
           (sorted(services()), secrets()))
texts = [open(f"{d.folder}/{file}", "rb").read() for file in ("state/sealock.db", "audit.jsonl")]
check.that(not any(b"canary-" in text for text in texts), "no secret is stored or logged")
d.remove()
sys.exit(check.end())
