"""A node for deployments: the engine of a rig, compositions as the driver reads them, and the driver.

Everything that is made carries labels of deployments or is called dt-*; wipe() removes that.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

# Ends at once when it is told to; `$$` is a dollar sign in a composition.
LIVE = ["sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 1 & wait $$!; done"]
# UpdateOrder, as a stored composition has it.
AUTOMATIC, START_FIRST, STOP_FIRST = range(3)
HEALTHY = {"Test": ["CMD", "true"], "Interval": 300_000_000, "Timeout": 2_000_000_000, "Retries": 2}
UNHEALTHY = {"Test": ["CMD-SHELL", "echo no luck today; exit 1"], "Interval": 300_000_000, "Timeout": 2_000_000_000, "Retries": 2}


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=60):
        super().__init__("docker", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    """The engine itself, with nothing in between."""

    def __init__(self, path):
        self.path = path

    def call(self, method, target, body=None):
        connection = UnixConnection(self.path)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, target, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        try:
            return answer.status, json.loads(text) if text else None
        except ValueError:
            return answer.status, text.decode(errors="replace")

    def get(self, target):
        status, body = self.call("GET", target)
        assert status == 200, (target, status, body)
        return body

    def containers(self):
        return self.get("/containers/json?all=1")

    def run(self, name, **create):
        create.setdefault("Image", "busybox")
        create.setdefault("Cmd", [word.replace("$$", "$") for word in LIVE])
        status, body = self.call("POST", f"/containers/create?name={name}", create)
        assert status == 201, body
        status, body = self.call("POST", f"/containers/{body['Id']}/start")
        assert status == 204, body

    def image_id(self, name):
        return self.get(f"/images/{name}/json")["Id"]

    def second_image(self, name):
        """busybox with a label: other bytes under another id."""
        status, body = self.call("POST", "/containers/create", {"Image": "busybox", "Cmd": ["true"]})
        assert status == 201, body
        repo, tag = name.split(":")
        change = f"LABEL st={name}".replace(" ", "%20").replace("=", "%3D")
        status, answer = self.call("POST", f"/commit?container={body['Id']}&repo={repo}&tag={tag}&changes={change}", {})
        assert status == 201, answer
        self.call("DELETE", f"/containers/{body['Id']}?force=1")
        return answer["Id"]

    def wipe(self):
        for container in self.containers():
            ours = "sealock.component" in container["Labels"] or container["Names"][0].startswith("/dt-")
            if ours:
                self.call("DELETE", f"/containers/{container['Id']}?force=1&v=1")
        for network in self.get("/networks"):
            if "sealock.deployment" in (network["Labels"] or {}) or network["Name"].startswith("dt-"):
                self.call("DELETE", f"/networks/{network['Id']}")
        for volume in self.get("/volumes")["Volumes"] or []:
            if "sealock.deployment" in (volume["Labels"] or {}) or volume["Name"].startswith("dt-"):
                self.call("DELETE", f"/volumes/{volume['Name']}?force=1")


def component(name, image, **more):
    """A component; `create` fields in capitals, the rest in small letters."""
    create = {"Image": more.pop("written", name + ":1"), "Cmd": LIVE, "Labels": {}, "StopTimeout": 5,
              "HostConfig": {"NetworkMode": "bridge"}}
    for field in [key for key in more if key[0].isupper()]:
        create[field] = more.pop(field)
    needs = more.pop("depends_on", {})
    made = {"name": name, "image": create["Image"], "digest": image, "pinned_image": image, "create": create,
            "depends_on": [{"component": other, "condition": how} for other, how in needs.items()],
            "replicas": 1, "order": AUTOMATIC, "start_period": 0, "monitor": 0, "service": None}
    made.update(more)
    return made


def network(name, external=False, **create):
    body = None if external else {"Name": name, "Driver": "bridge", "Labels": {}, **create}
    return {"key": name, "name": name, "external": external, "create": body}


def volume(name, external=False, **create):
    body = None if external else {"Name": name, "Labels": {}, **create}
    return {"key": name, "name": name, "external": external, "create": body}


class Deployer:
    """The driver with a state folder of its own."""

    def __init__(self, top, engine_socket, program, folder=None):
        self.folder = folder or tempfile.mkdtemp(prefix="sealock-deploy.")
        self.program = program
        for name in ("state", "secrets", "compositions"):
            os.makedirs(f"{self.folder}/{name}", mode=0o700, exist_ok=True)
        # No more rules than are needed: each driver loads them.
        os.makedirs(f"{self.folder}/rules", exist_ok=True)
        for name in ("lists", "references"):
            if not os.path.exists(f"{self.folder}/rules/{name}"):
                os.symlink(f"{top}/rules/{name}", f"{self.folder}/rules/{name}")
        for name in ("baseline.yaml", "rollout.yaml"):
            shutil.copy(f"{top}/rules/{name}", f"{self.folder}/rules/{name}")
        self.settings = {"engine": engine_socket, "rules": f"{self.folder}/rules", "audit": f"{self.folder}/audit.jsonl",
                         "state": f"{self.folder}/state", "secrets": f"{self.folder}/secrets",
                         "compositions": f"{self.folder}/compositions"}

    def put(self, name, components, networks=(), volumes=()):
        stored = {"name": name, "project": "", "components": components, "networks": list(networks),
                  "volumes": list(volumes), "content_digest": "", "digest_set": ""}
        with open(f"{self.folder}/compositions/{name}.json", "w", encoding="utf-8") as file:
            json.dump(stored, file)

    def secret(self, name, value):
        path = f"{self.folder}/secrets/{name}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(value)
        os.chmod(path, 0o600)

    def start(self, *words, kill=None):
        settings = dict(self.settings, **({"kill": kill} if kill else {}))
        words = [json.dumps(word) if isinstance(word, dict) else str(word) for word in words]
        return subprocess.Popen([self.program, json.dumps(settings), *words], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def run(self, *words, kill=None):
        """The answer; None when the driver was killed."""
        process = self.start(*words, kill=kill)
        out, err = process.communicate(timeout=300)
        if process.returncode == -9:
            return None
        assert process.returncode == 0, (process.returncode, err[-3000:])
        return json.loads(out)

    def deploy(self, composition, **order):
        return self.run("deploy", {"composition": composition, **order})

    def audit(self):
        if not os.path.exists(self.settings["audit"]):
            return []
        with open(self.settings["audit"], encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


READS = {"GET", "HEAD"}


def writes(records):
    return [r for r in records if r["event"] == "decision" and r.get("method") not in READS and r["decision"] == "allow"]


def snapshot(engine):
    """What a deployment may change, as comparable values: ids stand for `untouched`."""
    containers = {c["Names"][0][1:]: (c["Id"], c["State"]) for c in engine.containers()}
    networks = sorted(n["Id"] for n in engine.get("/networks"))
    volumes = sorted(v["Name"] for v in engine.get("/volumes")["Volumes"] or [])
    return containers, networks, volumes


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def that(self, truth, text, seen=None):
        if truth:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAIL: {text}")
        if seen is not None:
            print("   | " + (seen if isinstance(seen, str) else json.dumps(seen))[:3000])

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def until(truth, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if truth():
            return True
        time.sleep(0.05)
    return False
