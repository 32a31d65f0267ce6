"""One worker of the differential test: a sealock, a relay and a connection to the engine of its own; draws
requests, sends them, and compares."""
import json
import os
import random
import re
import sys
import traceback
import urllib.parse
from collections import Counter, defaultdict

import compare
import services
from framing import Framed
from generate import Generator
from mutate import Spelling
from rig import Engine, Judge, Relay, Sealock, Wire, catalogue

LOOKUP = re.compile(r"^/(containers|images|exec|plugins)/[^?]+/json$|^/(networks|volumes|services|secrets|configs|nodes|tasks)/[^?/]+$")
UNSTABLE = re.compile(rb'"(SystemTime|NGoroutines|NFd|NEventsListener|Containers[A-Za-z]*|MemTotal|Status|ExecIDs|LastTagTime|Parent|'
                      rb'Images|Tags|RepoTags|RepoDigests|SizeRw|SizeRootFs|RefCount|Size|Pid|CanRemove)":("[^"]*"|[-0-9]+|\[[^\]]*\]|null|true|false)')


def dropped(difference, warnings):
    """A limit that this kernel has not: the engine says so and leaves it out."""
    return warnings and difference.endswith("the engine has None") and re.match(
        r"HostConfig\.(Blkio|Kernel|Cpu|Memory|Oom|Pids)", difference)


class Worker:
    def __init__(self, number, seed, folder, engine):
        self.number, self.folder, self.engine_path = number, folder, engine
        os.makedirs(folder, exist_ok=True)
        self.engine = Engine(engine)
        self.relay = Relay(folder + "/relay.sock", engine)
        self.sealock = Sealock(folder, folder + "/relay.sock")
        self.judge = Judge(self.engine)
        self.counts = defaultdict(Counter)
        self.differences, self.slow = [], []
        self.garbage, self.views = [], Counter()
        self.prefix = f"st-d{number}x"
        names = self.fixtures()
        self.generator = Generator(random.Random(seed), catalogue(), names, self.prefix)
        self.rng = self.generator.rng

    # ---- what is there before ----
    def create(self, name, body):
        answer = self.engine.ask("POST", "/containers/create?name=" + name, {"Image": "busybox", **body})
        assert answer.status == 201, answer.body
        return answer.json()["Id"]

    def fixtures(self):
        own = self.own_name
        fixed = self.create(own, {})
        self.default = self.engine.inspect("container", fixed)
        self.fixed = fixed
        inspect = self.engine.inspect
        run, victim = inspect("container", "st-run")["Id"], inspect("container", "st-victim")["Id"]
        net, image = inspect("network", "st-net")["Id"], inspect("image", "busybox")["Id"].partition(":")[2]
        self.exec = self.engine.ask("POST", f"/containers/{run}/exec", {"Cmd": ["true"]}).json()["Id"]
        return {"IMAGE_ID12": image[:12], "IMAGE_ID": image, "RUN_ID12": run[:12], "RUN_ID": run, "VICTIM_ID12": victim[:12],
                "FIX_ID12": fixed[:12], "NET_ID12": net[:12], "NET_ID6": net[:6], "NET_ID": net, "EXEC_ID": self.exec, "st-fix": own,
                "st-tag": f"st-tag{self.number}"}

    @property
    def own_name(self):
        return f"st-fix{self.number}"

    # ---- one request ----
    def run(self, count):
        for _ in range(count):
            draw = self.generator.draw()
            spelling = Spelling(self.rng, draw)
            try:
                self.one(draw, spelling, Framed(spelling))
            except Exception:  # noqa: BLE001: a request that breaks the test is a finding as well
                self.differ(draw, spelling, None, ["the test failed: " + traceback.format_exc()])
            if len(self.garbage) >= 8:
                self.tidy()
        self.tidy()

    def one(self, draw, spelling, framed):
        name = draw.operation["name"]
        counts = self.counts[name]
        judged = self.judge.ask(spelling.method, spelling.target, spelling.body)
        before = self.engine.inspect("container", self.fixed) if name == "ContainerUpdate" and "refused" not in judged else None
        self.relay.take()
        answer = self.send(framed)
        forwarded = self.relay.take()
        counts["sent"] += 1
        if answer is None:
            counts["closed"] += 1
        elif answer.status in (400, 403, 413, 417, 431, 501, 505):
            counts[f"answer {answer.status}"] += 1
        found, main = self.check_forwarded(judged, spelling, forwarded)
        if main:
            counts["forwarded"] += 1
            counts[f"engine {answer.status // 100 if answer else 0}xx"] += 1
            found += self.check_effect(judged, answer, before, counts)
        elif "refused" not in judged:
            counts["judged, not sent"] += 1
        if found:
            self.differ(draw, spelling, framed, found)

    def send(self, framed):
        with Wire(self.sealock.socket, 20) as wire:
            try:
                for piece in framed.pieces():
                    wire.send(piece)
                if framed.incomplete:
                    wire.half_close()
                answer = wire.head()
                if answer.status == 100:
                    answer = wire.head()
                answer.body = wire.body(answer, framed.spelling.method)
                return answer
            except TimeoutError:
                self.slow.append(framed.data[:1500])
                return None
            except (EOFError, ConnectionError):
                return None

    def check_forwarded(self, judged, spelling, forwarded):
        """What reached the engine is the rebuilt request, after questions about the objects in it."""
        if not forwarded:
            return [], False
        last = forwarded[-1]
        sent = judged.get("sent")
        is_main = sent is not None and last[:2] == (sent["method"], sent["target"]) and last[3] == sent["body"].encode()
        questions = forwarded[:-1] if is_main else forwarded
        found = [f"forwarded {method} {target} {body!r}, judged {sent or judged}" for method, target, _, body in questions
                 if method != "GET" or body or not LOOKUP.match(target)]
        names = [name.lower() for name, _ in last[2]]
        if len(set(names)) != len(names) or "transfer-encoding" in names:
            found.append(f"headers of the forwarded request: {last[2]}")
        if is_main and "method-case" in spelling.kinds:
            found.append(f"the method {spelling.method.lower()} was taken")
        return found, is_main

    # ---- what the engine made of it ----
    def check_effect(self, judged, answer, before, counts):
        if answer is None:
            return ["forwarded, and no answer came"]
        if answer.status in (301, 302):
            return [f"the engine cleans this path: {answer.headers}"]
        check = getattr(self, "check_" + judged["operation"], None)
        if check is None and judged["sent"]["method"] in ("GET", "HEAD"):
            counts["compared"] += 1
            return self.check_reading(judged, answer)
        if check is None or answer.status >= 300:
            return []
        counts["compared"] += 1
        self.views.update(view for view, value in judged["views"].items() if value not in (None, []))
        return check(judged, answer, before)

    def plain_target(self, judged):
        """The plain form of what was judged, put together here and not by sealock."""
        template = next(op["path"] for op in self.generator.operations if op["name"] == judged["operation"])
        version = f"/v{judged['version']}" if judged["version"] else ""
        parts = [urllib.parse.quote(value, safe="/") for value in (judged["target"], judged["second"])]
        path = re.sub(r"\{[a-z]+\}", lambda _: parts.pop(0), template)
        pairs = [(key, json.dumps(value) if not isinstance(value, str) else value) for key, value in judged["query"].items()]
        return version + path + ("?" + urllib.parse.urlencode(pairs) if pairs else "")

    def check_reading(self, judged, answer):
        """Both forms are asked again when they differ: other workers change objects meanwhile (a rename, an
        exec), and a request that is read as another one differs every time."""
        method, found = judged["sent"]["method"], []
        for _ in range(4):
            plain = self.engine.ask(method, self.plain_target(judged))
            found = self.compare_readings(judged, answer, plain)
            if not found:
                return []
            answer = self.engine.ask(method, judged["sent"]["target"])
        return found

    def compare_readings(self, judged, answer, plain):
        if plain.status != answer.status:
            return [f"status {answer.status}, and {plain.status} for the plain form {self.plain_target(judged)}"]
        if judged["operation"] in ("ContainerList", "SystemInfo", "VolumeList", "ImageList", "NetworkList", "ServiceList", "SecretList",
                                   "ConfigList", "TaskList"):
            ours, plains = (self.stable_list(body) for body in (answer.body, plain.body))
        elif judged["operation"] == "ContainerTop":
            ours, plains = (json.loads(body).get("Titles") for body in (answer.body, plain.body))
        else:
            ours, plains = (UNSTABLE.sub(b"", body) for body in (answer.body, plain.body))
        if answer.status == 200 and ours != plains:
            return [f"the answer is another than that to {self.plain_target(judged)}: {str(ours)[:300]} and {str(plains)[:300]}"]
        return []

    @staticmethod
    def stable_list(body):
        """Other workers make and remove objects meanwhile: only what was there before counts."""
        try:
            value = json.loads(body)
        except ValueError:
            return body
        value = (value.get("Volumes") or value.get("ID")) if isinstance(value, dict) else value
        if not isinstance(value, list):
            return value
        return sorted(str(item.get("Id") or item.get("Name")) for item in value
                      if re.search(r"st-run|st-victim|st-net|st-vol|st-bind|busybox", json.dumps(
                          item.get("Names") or item.get("RepoTags") or item.get("Name") or "")))

    def volume(self, name):
        return self.engine.inspect("volume", name)

    def network(self, name):
        return name and (self.engine.inspect("network", name) or {"Name": name})["Name"]

    def check_ContainerCreate(self, judged, answer, _):
        made = self.engine.inspect("container", answer.json()["Id"])
        self.garbage.append("/containers/" + made["Id"] + "?force=1&v=1")
        found = compare.container(judged, made, self, self.default)
        found = [text for text in found if not dropped(text, answer.json()["Warnings"])]
        name = judged["query"].get("name")
        return found + (compare.difference("name", "/" + name.lstrip("/"), made["Name"]) if name else [])

    def check_VolumeCreate(self, judged, answer, _):
        made = self.engine.inspect("volume", answer.json()["Name"])
        if made["Name"] not in ("st-vol", "st-bind"):
            self.garbage.append("/volumes/" + made["Name"])
        return compare.volume(judged, made) + compare.difference("Name", judged["body"].get("Name") or made["Name"], made["Name"])

    def check_NetworkCreate(self, judged, answer, _):
        made = self.engine.inspect("network", answer.json()["Id"])
        self.engine.ask("DELETE", "/networks/" + made["Id"])
        return compare.network(judged, made) + compare.difference("Name", judged["body"]["Name"], made["Name"])

    def check_ContainerExec(self, judged, answer, _):
        made = self.engine.inspect("exec", answer.json()["Id"])
        return compare.execution(judged, made) + compare.difference("container", judged["target"], made["ContainerID"])

    def check_ContainerUpdate(self, judged, _answer, before):
        if judged["target"] != self.fixed:
            return []
        return compare.update(judged, before, self.engine.inspect("container", self.fixed))

    def check_ContainerRename(self, judged, _answer, _before):
        name = self.engine.inspect("container", judged["target"])["Name"]
        self.engine.ask("POST", f"/containers/{judged['target']}/rename?name={self.own_name}")
        return compare.difference("name", "/" + judged["query"]["name"].lstrip("/"), name)

    def check_ImageTag(self, judged, _answer, _before):
        views = judged["views"]
        name = f"{views['image.registry']}/{views['image.repository']}:{views['image.tag']}"
        made = self.engine.inspect("image", name)
        self.engine.ask("DELETE", "/images/" + urllib.parse.quote(name) + "?noprune=1")
        busybox = self.engine.inspect("image", "busybox")
        return compare.difference("image " + name, busybox["Id"], (made or {}).get("Id"))

    def check_NetworkConnect(self, judged, _answer, _before):
        body = judged["body"]
        networks = self.engine.inspect("container", body["Container"])["NetworkSettings"]["Networks"]
        joined = {network["NetworkID"]: network for network in networks.values()}
        name = self.network(judged["target"])
        self.engine.ask("POST", f"/networks/{judged['target']}/disconnect", {"Container": body["Container"], "Force": True})
        return [] if judged["target"] in joined or name in networks else [f"joined {networks}"]

    def check_ImageCommit(self, judged, answer, _before):
        made = self.engine.inspect("image", answer.json()["Id"])
        self.engine.ask("DELETE", "/images/" + made["Id"] + "?force=1")
        body, found = judged["body"] or {}, []
        if judged["query"].get("changes"):  # they come on top
            return []
        for field in ("User", "Cmd", "Labels", "WorkingDir"):
            if body.get(field):
                found += compare.difference(field, body[field], made["Config"][field])
        return found

    def check_ServiceCreate(self, judged, answer, _before):
        made = self.engine.inspect("service", answer.json()["ID"])
        self.garbage.append("/services/" + made["ID"])
        return services.service(judged, made["Spec"], self.network)

    def check_SecretCreate(self, judged, answer, _before):
        kind = judged["operation"][:6].lower()
        made = self.engine.inspect(kind, answer.json().get("ID") or answer.json()["Id"])
        self.garbage.append(f"/{kind}s/{made['ID']}")
        return services.same(judged["body"], made["Spec"], "", secret=kind == "secret")

    check_ConfigCreate = check_SecretCreate

    # ---- the end ----
    def tidy(self):
        for target in self.garbage:
            self.engine.ask("DELETE", target)
        self.garbage = []

    def differ(self, draw, spelling, framed, found):
        self.differences.append({"operation": draw.operation["name"], "kinds": sorted(spelling.kinds), "found": found,
                                 "target": spelling.target, "body": (spelling.body or b"").decode("utf-8", "backslashreplace"),
                                 "bytes": framed.data[:2000].decode("latin-1") if framed else ""})

    def stop(self):
        self.engine.ask("DELETE", f"/containers/{self.fixed}?force=1")
        self.sealock.stop()
        self.judge.stop()


def main():
    number, seed, count, folder, engine = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]
    worker = Worker(number, f"{seed}/{number}", folder, engine)
    try:
        worker.run(count)
    finally:
        worker.stop()
    for data in worker.slow:
        print("slow:", data)
    with open(folder + "/result.json", "w", encoding="utf-8") as file:
        json.dump({"counts": worker.counts, "views": worker.views, "differences": worker.differences}, file)


if __name__ == "__main__":
    main()
