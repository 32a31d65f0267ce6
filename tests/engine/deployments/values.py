"""Secrets and variables: where they go, that they are nowhere else, and what is missing.

  python3 values.py RIG DRIVER
"""

import os
import subprocess
import sys

from rig import Checks, Deployer, Engine, component, snapshot, writes

top = __file__.rsplit("/tests/", 1)[0]
engine = Engine(f"{sys.argv[1]}/engine.sock")
check = Checks()
engine.wipe()
image = engine.image_id("busybox")
d = Deployer(top, engine.path, sys.argv[2])
home = snapshot(engine)
PASSWORD, OTHER, TOKEN = "canary-7f3a-password", "canary-91cc-password", "canary-55aa-variable"


def environment(name):
    return engine.get(f"/containers/{name}/json")["Config"]["Env"]


d.put("c_1", [component("db", image, Env=["PASSWORD=${secret:db_password}", "PRICE=5$$", "TOKEN=${TOKEN}"]),
              component("web", image)])
answer = d.deploy("c_1", variables={"TOKEN": TOKEN})
check.that(answer.get("error") == "bad_request" and "secret 'db_password' is not on this node" in answer["text"]
           and "component 'db'" in answer["text"], "a missing secret", answer)
d.secret("db_password", PASSWORD + "\n")
answer = d.deploy("c_1")
check.that(answer.get("error") == "bad_request" and "needs variable 'TOKEN'" in answer["text"], "a missing variable", answer)
os.chmod(f"{d.folder}/secrets/db_password", 0o644)
answer = d.deploy("c_1", variables={"TOKEN": TOKEN})
check.that(answer.get("error") == "bad_request" and "chmod 600" in answer["text"], "a secret that others can read", answer)
os.chmod(f"{d.folder}/secrets/db_password", 0o600)
check.that(snapshot(engine) == home and not writes(d.audit()), "nothing was touched")

answer = d.deploy("c_1", variables={"TOKEN": TOKEN})
check.that(answer["state"] == "succeeded", "with both", answer)
env = environment("db")
check.that(f"PASSWORD={PASSWORD}" in env and "PRICE=5$" in env and f"TOKEN={TOKEN}" in env, "the values arrive", env)
check.that(d.deploy("c_1", variables={"TOKEN": TOKEN})["changed"] is False, "the same values: nothing to do")

web = snapshot(engine)[0]["web"]
d.secret("db_password", OTHER)
plan = d.run("check", {"composition": "c_1", "variables": {"TOKEN": TOKEN}})
check.that([c["action"] for c in plan["containers"]] == ["replace", "keep"] and "other values" in plan["diff"],
           "a changed secret is seen", plan)
check.that(OTHER not in str(plan) and PASSWORD not in str(plan), "and not shown")
answer = d.deploy("c_1", variables={"TOKEN": TOKEN})
check.that(f"PASSWORD={OTHER}" in environment("db") and snapshot(engine)[0]["web"] == web, "and deployed, that one only", answer)
answer = d.run("drift")
check.that(answer["drift"] == [], "secrets are no drift", answer)
d.put("c_bad", [component("db", image, Env=["PASSWORD=${secret:db_password}"], Cmd=["/no/such"])])
answer = d.deploy("c_bad")
check.that(answer["state"] == "rolled_back", "a failure with a secret in it", answer)

# Nowhere on the disk but where the secret lies; in no label.
leaks = []
for folder, _, files in os.walk(d.folder):
    for file in files:
        text = open(f"{folder}/{file}", "rb").read()
        if folder.endswith("/secrets"):
            continue
        leaks += [f"{folder}/{file}: {canary}" for canary in (PASSWORD, OTHER, TOKEN) if canary.encode() in text]
check.that(not leaks, "no value is stored or logged", leaks)
labels = engine.get("/containers/db/json")["Config"]["Labels"]
check.that(len(labels.get("sealock.secrets", "")) == 64 and OTHER not in str(labels), "a keyed digest is in a label", labels)
check.that(oct(os.stat(f"{d.folder}/state/secrets.key").st_mode & 0o777) == "0o600", "under a key that is root's")
out = subprocess.run(["ps", "axo", "args"], capture_output=True, text=True, check=True).stdout
check.that(OTHER not in out, "in no command line")

engine.wipe()
d.remove()
sys.exit(check.end())
