"""Images come from a registry by their digest, before anything stops; one that is gone changes nothing.

  python3 pulls.py RIG DRIVER      Debian's docker-registry runs beside the engine, on its loopback
"""

import base64
import json
import os
import shutil
import subprocess
import sys

from rig import Checks, Deployer, Engine, component, snapshot, until

top = __file__.rsplit("/tests/", 1)[0]
rig = sys.argv[1]
engine = Engine(f"{rig}/engine.sock")
check = Checks()
engine.wipe()
d = Deployer(top, engine.path, sys.argv[2])
PLACE = "127.0.0.1:5055"

with open(f"{d.folder}/registry.yml", "w", encoding="utf-8") as file:
    json.dump({"version": "0.1", "log": {"level": "error"}, "http": {"addr": PLACE},
               "storage": {"filesystem": {"rootdirectory": f"{d.folder}/registry"}}}, file)
beside = ["nsenter", "-t", open(f"{rig}/engine.pid", encoding="utf-8").read().strip(), "-n"]
# Installed, or only unpacked (tests/install.sh).
program = shutil.which("docker-registry") or "/usr/local/lib/sealock-test-tools/usr/bin/docker-registry"
registry = subprocess.Popen([*beside, program, "serve", f"{d.folder}/registry.yml"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    check.that(until(lambda: subprocess.run([*beside, "curl", "-sf", f"http://{PLACE}/v2/"],
                                            capture_output=True, check=False).returncode == 0), "the registry answers")
    image = f"{PLACE}/shop/web"
    engine.second_image("st-pull:1")
    engine.call("POST", f"/images/st-pull:1/tag?repo={image}&tag=20150619_1504")
    login = base64.urlsafe_b64encode(b"{}").decode()
    out = subprocess.run(["curl", "-s", "--unix-socket", engine.path, "-X", "POST", "-H", f"X-Registry-Auth: {login}",
                          f"http://docker/images/{image}/push?tag=20150619_1504"], capture_output=True, text=True, check=True)
    found = engine.get(f"/images/{image}:20150619_1504/json")["RepoDigests"]
    digest = [one for one in found if one.startswith(image)][0].split("@")[1]
    for name in (f"{image}:20150619_1504", f"{image}@{digest}", "st-pull:1"):
        engine.call("DELETE", f"/images/{name}?force=1")
    check.that(engine.call("GET", f"/images/{image}@{digest}/json")[0] == 404, "the node does not have the image", out.stdout)

    d.put("p_1", [component("web", digest, written=f"{image}:20150619_1504", pinned_image=f"{image}@{digest}")])
    plan = d.run("check", {"composition": "p_1"})
    check.that(plan["images"] == [f"{image}@{digest}"], "the plan says what is pulled", plan)
    answer = d.deploy("p_1")
    check.that(answer["state"] == "succeeded" and answer["steps"][0]["action"] == "pull", "it is pulled first", answer)
    runs = engine.get("/containers/web/json")
    check.that(runs["Config"]["Image"] == f"{image}@{digest}", "and runs by its digest", runs["Config"]["Image"])
    events = d.run("events", answer["id"])
    check.that(any("Pulling from shop/web" in e["text"] for e in events), "the events show the pull", events)
    home = snapshot(engine)

    gone = "sha256:" + "ef" * 32
    d.put("p_2", [component("web", gone, pinned_image=f"{image}@{gone}")])
    answer = d.deploy("p_2")
    check.that(answer["state"] == "rolled_back" and "cannot pull image" in answer["text"] and "unknown" in answer["text"],
               "a digest that is gone", answer)
    check.that(snapshot(engine) == home, "nothing was touched")
    registry.kill()
    registry.wait()
    answer = d.deploy("p_2")
    check.that(answer["state"] == "rolled_back" and "connection refused" in answer["text"], "a registry that is down", answer)
    check.that(snapshot(engine) == home, "nothing was touched")
    check.that(d.deploy("p_1")["changed"] is False, "what is here needs no registry")
finally:
    registry.kill()
    registry.wait()

engine.wipe()
engine.call("DELETE", f"/images/{PLACE}/shop/web@{digest}?force=1")
if os.path.isdir(d.folder):
    d.remove()
sys.exit(check.end())
