"""main.py FOLDER SEALOCK: starts a rig in FOLDER/rig, with a private engine that becomes a swarm, plants canaries on it, then opens every
door of doors.py on the socket of every reader policy, in several versions of the API, and looks for canaries in what
comes out. What the engine's own socket shows is looked at in the same way, so that nothing passes for want of a
secret; and what a reader gets must be that, key by key, but for masks. A third argument is a folder for the engine's
answers: those in tests/policy/answer/recorded were made in that way."""
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import plant
from canary import canary, documents, find, literals, paths_in, place_of, planted
from doors import VERSIONS, every_door
from engine import Engine
from plant_swarm import plant_swarm
from shape import bytes_differ, differences, orders
from wire import Wire, request

READERS = ["monitoring", "traefik", "prometheus", "zabbix", "netdata", "glances", "portainer-ro", "watchtower", "diun", "dozzle"]
# Who sees all of what it made itself, and of what others made nothing; images are everybody's.
OWNERS = ["ci-runner", "ai-sandbox"]
# Who works with what it is shown, on purpose: each says so in its own words.
WRITERS = ["admin", "operator", "deployer", "rollout", "releaser"]

# What a policy shows by its own words: (policy, operation, words of the canary's place).
GRANTED = [("traefik", "*", "container label of Traefik"), ("dozzle", "ContainerLogs", "log"), ("ci-runner", "*", "environment of a CI job"),
           # Its own words, about what is not there: an owner's own objects are not redacted.
           ("ci-runner", "*", "what the client sent itself"), ("ai-sandbox", "*", "what the client sent itself")]
# A program's name may show (secrets.md 2, mask-args), where programs stand.
PROGRAM_PATHS = re.compile(r"(\[\]\.|Containers\[\]\.)?(Path|Command|Config\.Entrypoint\[\])|.*ContainerSpec\.Command\[\]")

# With these nothing is proven by refusing everything: they answer 2xx, in every version.
MUST_ANSWER = {
    "monitoring": ["/containers/json", "/containers/cn-web/json", "/images/cn-image/json", "/images/cn-image/history", "/volumes", "/networks", "/info",
                   "/version", "/system/df", "/events", "/containers/cn-web/top", "/containers/cn-web/stats", "/plugins/cn-plugin:latest/json"],
    "traefik": ["/containers/json", "/containers/cn-web/json", "/events", "/services", "/tasks", "/networks"],
    "prometheus": ["/containers/json", "/networks", "/services", "/tasks", "/nodes"],
    "zabbix": ["/info", "/containers/json", "/containers/cn-web/json", "/images/json", "/system/df", "/containers/cn-web/stats"],
    "netdata": ["/info", "/containers/json", "/containers/cn-web/json", "/images/json"],
    "glances": ["/containers/json", "/containers/cn-web/json", "/images/cn-image/json", "/containers/cn-web/stats"],
    "portainer-ro": ["/containers/json", "/containers/cn-web/json", "/images/cn-image/history", "/volumes", "/networks", "/info", "/system/df",
                     "/events", "/services", "/tasks", "/nodes", "/plugins", "/services/cn-service"],
    "watchtower": ["/containers/json", "/containers/cn-web/json", "/images/cn-image/json"],
    "diun": ["/containers/json", "/images/cn-image/json", "/services"],
    "dozzle": ["/containers/json", "/containers/cn-web/json", "/events", "/info", "/containers/cn-logs/logs"],
    "ci-runner": ["/containers/json", "/containers/cn-job/json", "/images/json", "/images/cn-image/json", "/info", "/networks", "/volumes", "/events"],
    "ai-sandbox": ["/containers/json", "/images/json", "/images/cn-image/json", "/networks", "/volumes", "/events"],
}


class Client:
    """Requests on one socket, on one connection as long as it lasts."""

    def __init__(self, path):
        self.path, self.wire = path, None

    def ask(self, door, version):
        answer = self.ask_once(door, version)
        while answer.status == 500 and "/system/df" in door.path:  # one at a time, says the engine
            time.sleep(0.1)
            answer = self.ask_once(door, version)
        return answer

    def ask_once(self, door, version):
        for _ in range(2):
            fresh = self.wire is None
            self.wire = self.wire or Wire(self.path, 60)
            try:
                headers = (*door.headers, ("Accept-Encoding", "gzip, deflate"))
                self.wire.send(request(door.method, version + door.path, headers, door.body))
                answer = self.wire.head()
                if answer.status == 101 or "upgrade" in answer.headers.get("connection", "").lower():
                    answer.body = self.wire.some()
                    self.close()
                else:
                    answer.body = self.wire.body(answer, door.method)
                    if answer.headers.get("connection", "").lower() == "close":
                        self.close()
                return answer
            except (EOFError, OSError):
                self.close()
                if fresh:
                    raise
        raise RuntimeError("unreachable")

    def close(self):
        if self.wire:
            self.wire.close()
        self.wire = None


class Report:
    def __init__(self):
        self.lock, self.failures, self.lines = threading.Lock(), 0, {}
        self.answers, self.exact, self.refusals = 0, 0, 0

    def fail(self, text):
        with self.lock:
            self.failures += 1
            self.lines[text] = self.lines.get(text, 0) + 1
            if len(self.lines) < 80 and self.lines[text] == 1:
                print("FAIL: " + text, flush=True)


def start_rig(folder, work, sealock):
    """The rig's engine, with secrets in its own configuration."""
    configuration, environment = plant.daemon_configuration()
    with open(work + "/daemon.json", "w", encoding="utf-8") as file:
        json.dump(configuration, file)
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
    subprocess.run(["bash", top + "/tests/rig.sh", "up", folder], check=True,
                   env={**os.environ, **environment, "DAEMON_JSON": work + "/daemon.json", "SEALOCK": sealock})


def plant_all(engine, work):
    plant.plant_volumes(engine)
    plant.plant_networks(engine)
    plant.plant_images(engine, work)
    plant.plant_containers(engine)
    commands = plant.run_commands(engine)
    plant.plant_plugin(engine)
    objects = plant_swarm(engine)
    wait_for_health(engine)
    plant.commit(engine)
    plant_job(os.path.dirname(engine.socket))
    objects["containers"] = ["cn-job", "cn-web", "cn-health", "cn-logs", "cn-created", "cn-failed", "cn-nomount", "cn-image", "cn-link"]
    objects["images"] = ["cn-image", "cn-kit", "cn-commit", "busybox"]
    objects["networks"] += ["cn-net", "cn-config", "bridge"]
    objects.update(volumes=["cn-share", "cn-other", "cn-plain"], plugins=["cn-plugin:latest"], exec=commands, distribution=["127.0.0.1:9/x"])
    return objects


def plant_job(folder):
    """A job of ci-runner, made on its own socket: nobody else sees what it knows, ai-sandbox not that it is there."""
    runner = Engine(f"{folder}/ci-runner.sock")
    runner.post("/networks/create", {"Name": "cn-jobs", "Driver": "bridge"})
    runner.container("cn-job", **{"Env": [f"CI_TOKEN={canary('environment of a CI job')}"],
                                  "HostConfig": {"NetworkMode": "cn-jobs", "Memory": 67108864, "PidsLimit": 100}})


def wait_for_health(engine):
    for _ in range(150):
        if engine.get("/containers/cn-health/json")["State"].get("Health", {}).get("Log"):
            return
        time.sleep(0.1)
    raise RuntimeError("no health check has run")


def is_granted(policy, door, word, data):
    place = planted.get(word, "")
    if any(policy == by and where in ("*", door.operation) and place == what for by, where, what in GRANTED):
        return True
    return place.startswith("program of") and all(PROGRAM_PATHS.fullmatch(path) for path in paths_in(data, word))


def head_bytes(answer):
    return "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode("latin-1")


def look(report, policy, door, version, answer):
    """Nothing that was planted may stand in an answer, its headers and its encodings included."""
    data = head_bytes(answer) + b"\n" + answer.body if door.method == "HEAD" else answer.body
    found = find(data) | find(head_bytes(answer))
    for word in found:
        if not is_granted(policy, door, word, answer.body):
            where = ", ".join(paths_in(answer.body, word)[:4])
            report.fail(f"{policy}: {door.method} {door.path} shows {place_of(word)} in {where} ({answer.status})")


def name_in_records(word, place):
    """Two kinds may show where only $secrets are masked: programs, and what people wrote of images."""
    if place.startswith("program of"):
        return "argv0"
    return "words" if place.endswith(("author", "comment")) else word[-3:]


def record(folder, answers):
    """Writes what the engine said, for the unit tests of answers: tests/policy/answer/recorded."""
    seen, counts = set(), {}
    for (door, version), answer in answers.items():
        if "json" not in answer.headers.get("content-type", "") or answer.status != 200 or version not in ("/v1.30", "/v1.41") or answer.body in seen or door.operation in ("SystemPing", "ContainerLogs"):
            continue
        seen.add(answer.body)
        key = f"{version[4:]}-{door.operation}"
        counts[key] = counts.get(key, 0) + 1
        text = answer.body.decode()
        for word, place in planted.items():
            text = text.replace(word, f"CANARY-{name_in_records(word, place)}")
        for number, token in enumerate(literals):
            text = text.replace(token, f"CANARY-9{number:02d}")
        text = text.replace(socket.gethostname(), "node-1")
        with open(f"{folder}/{key}-{counts[key] + 10}.json", "w", encoding="utf-8", newline="") as file:
            file.write(text)


def compare(report, policy, door, before, after, answer, again=None):
    """Something may have happened in the engine since `before`: then all three are asked for `again`."""
    if answer.headers.get("content-type") != before.headers.get("content-type"):
        report.fail(f"{policy}: {door.path}: Content-Type became {answer.headers.get('content-type')}")
    theirs, later, ours = (list(documents(a.body.decode("utf-8", "replace"))) for a in (before, after, answer))
    if policy in OWNERS and door.operation in ("ContainerList", "NetworkList", "VolumeList", "SystemEvents"):
        foreign = [name for name in (b"cn-web", b"cn-net", b"cn-share", b"cn-overlay") if name in answer.body]
        if foreign:
            report.fail(f"{policy}: {door.path} shows that {foreign} are there")
        return
    if door.operation == "SystemEvents":
        known = {(event["timeNano"], event["Type"]): event for event in theirs}
        theirs = later = [known.get((event["timeNano"], event["Type"]), event) for event in ours]
        if not ours and "exec_create" not in door.path:  # those may be out of the engine's memory by now
            report.fail(f"{policy}: {door.path} shows no event")
    found = list(differences(theirs, later, ours))
    if found and again is not None:
        compare(report, policy, door, *again())
        return
    for difference in found:
        report.fail(f"{policy}: {door.path} is not what the engine says: {difference}")
    if before.body == after.body and door.operation not in ("SystemEvents", "SystemInfo") and orders(theirs) == orders(ours):
        report.exact += 1
        different = bytes_differ(before.body, answer.body)
        if different:
            report.fail(f"{policy}: {door.path} is not the engine's bytes: {different}")


def open_doors(report, policy, path, doors, engine, before, after):
    client = Client(path)

    def ask_anew(door, version):
        raw = Client(engine)
        first, answer, last = raw.ask(door, version), client.ask(door, version), raw.ask(door, version)
        raw.close()
        look(report, policy, door, version, answer)
        return first, last, answer
    answered = {}
    for version in VERSIONS:
        for door in doors:
            if door.slow and version not in ("/v1.24", ""):
                continue
            answer = client.ask(door, version)
            look(report, policy, door, version, answer)
            if answer.status < 300:
                report.answers += 1
                answered.setdefault(door.path.split("?")[0], set()).add(version)
                theirs = before.get((door, version))
                if theirs is not None and theirs.status == answer.status and "json" in answer.headers.get("content-type", ""):
                    compare(report, policy, door, theirs, after[door, version], answer, lambda: ask_anew(door, version))
            else:
                report.refusals += 1
                if door.method != "HEAD" and "message" not in (answer.body.decode("utf-8", "replace")):
                    report.fail(f"{policy}: {door.path}: {answer.status} without a message")
    client.close()
    for path in MUST_ANSWER[policy]:
        if len(answered.get(path, ())) < (2 if path.endswith("/stats") else len(VERSIONS)):
            report.fail(f"{policy}: {path} does not answer in every version, only in {sorted(answered.get(path, []))}")


def ask_engine(path, doors):
    client, answers = Client(path), {}
    for version in VERSIONS:
        for door in doors:
            if door.method == "GET" and door.operation not in ("-", "ContainerExport", "ImageGet", "ImageGetAll", "ContainerAttachWebsocket", "ServiceLogs",
                                                              "TaskLogs", "ImageSearch", "DistributionInspect", "GetPluginPrivileges"):
                answers[door, version] = client.ask(door, version)
    client.close()
    return answers


class Watcher(threading.Thread):
    """The live events of one policy, until one says the end."""

    def __init__(self, policy, path):
        super().__init__(daemon=True)
        self.policy, self.seen, self.wire = policy, b"", Wire(path, 30)
        self.wire.send(request("GET", "/v1.41/events"))
        self.answer = self.wire.head()

    def run(self):
        try:
            while b"cn-last" not in self.seen:
                self.seen += self.wire.chunk()
        except (EOFError, OSError):
            pass
        self.wire.close()


def watch_live(report, engine, folder):
    """Events while they happen: a command, a container with labels, a commit."""
    watchers = []
    for policy in READERS:
        watcher = Watcher(policy, f"{folder}/{policy}.sock")
        if watcher.answer.status == 200:
            watcher.start()
            watchers.append(watcher)
    made = engine.post("/containers/cn-web/exec", {"Cmd": ["echo", canary("argument of a live exec")]})
    engine.post(f"/exec/{made['Id']}/start", {"Detach": True})
    engine.container("cn-live", start=False, Labels={"api.token": canary("label of a live event")})
    engine.call("POST", "/commit", {}, container="cn-live", repo="cn-live", comment=canary("comment of a live event"))
    engine.container("cn-last", start=False)
    for watcher in watchers:
        watcher.join(20)
        if b"cn-last" not in watcher.seen:
            report.fail(f"{watcher.policy}: live events do not come")
        if b'"exec_create: ' not in watcher.seen or b"cn-live" not in watcher.seen:
            report.fail(f"{watcher.policy}: live events lack what happened")
        for word in find(watcher.seen):
            if not (watcher.policy == "traefik" and planted.get(word) == "container label of Traefik"):
                report.fail(f"{watcher.policy}: live events show {place_of(word)} in {', '.join(paths_in(watcher.seen, word))}")
    return [watcher.policy for watcher in watchers]


def check_catalogue(report, sealock, doors):
    """Every GET and HEAD of the catalogue has a door."""
    output = subprocess.run([sealock, "list", "operations", "--json"], check=True, capture_output=True, text=True).stdout
    opened = {door.operation for door in doors}
    operations = json.loads(output)
    operations = operations.get("operations", operations) if isinstance(operations, dict) else operations
    for operation in operations:
        if operation["method"] in ("GET", "HEAD") and operation["operation"] not in opened:
            report.fail(f"no door for {operation['operation']}: {operation['method']} {operation['path']}")
    return len(operations)


def check_policies(report, folder):
    shipped = {name[:-5] for name in os.listdir(folder) if name.endswith(".sock")} - {"engine"}
    known = {*READERS, *OWNERS, *WRITERS}
    if shipped != known:
        report.fail(f"policies that stand in none of READERS, OWNERS and WRITERS of canaries/main.py: {sorted(shipped ^ known)}")


def check_guesses(report, engine, folder):
    """A filter by the value of a masked label would tell whether the value was guessed."""
    word = next(word for word, place in planted.items() if place == "container label")
    guess = {"all": "1", "filters": {"label": [f"api.token={word}"]}}
    if len(engine.get("/containers/json", **guess)) != 1:
        report.fail("the engine does not find a container by its label; the test is wrong")
    for policy in READERS:
        answer = Engine(f"{folder}/{policy}.sock").call("GET", "/containers/json", may_fail=True, **guess)
        if answer.status != 403:
            report.fail(f"{policy}: tells by a filter what a masked label is ({answer.status})")


def check_planted(report, answers):
    """A canary that not even the engine shows proves nothing."""
    shown = set()
    for answer in answers.values():
        shown |= find(answer.body)
    unseen = sorted(place for word, place in planted.items() if word not in shown)
    return len(planted) - len(unseen), unseen


def main():
    work, sealock = sys.argv[1:3]
    folder = work + "/rig"
    started = time.monotonic()
    start_rig(folder, work, sealock)
    report, engine = Report(), Engine(f"{folder}/engine.sock")
    objects = plant_all(engine, work)
    print(f"{len(planted)} canaries planted in {time.monotonic() - started:.0f} s", flush=True)
    watched = watch_live(report, engine, folder)
    engine.call("POST", "/containers/cn-health/kill")  # its checks would push everything else out of the engine's memory of events
    doors = list(every_door(objects, int(time.time()) + 1, canary("what the client sent itself")))
    time.sleep(1.1)
    check_catalogue(report, sealock, doors)
    check_policies(report, folder)
    check_guesses(report, engine, folder)
    before, after = ask_engine(engine.socket, doors), ask_engine(engine.socket, doors)
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(open_doors, report, policy, f"{folder}/{policy}.sock", doors, engine.socket, before, after) for policy in READERS + OWNERS]
        for job in jobs:
            job.result()
    if len(sys.argv) > 3:
        record(sys.argv[3], before)
    shown, unseen = check_planted(report, before)
    print(f"{shown} of {len(planted)} canaries show on the engine's own socket; not: {', '.join(unseen)}")
    print(f"{len(doors)} doors, {len(VERSIONS)} versions, {len(READERS + OWNERS)} policies: {report.answers} answers ({report.exact} compared byte by "
          f"byte), {report.refusals} refusals, "
          f"live events of {', '.join(watched)}")
    print(f"{report.failures} failures in {time.monotonic() - started:.0f} s")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
