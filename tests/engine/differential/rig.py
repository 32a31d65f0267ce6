"""What stands around a request of the differential test: sealock with a policy of its own, a relay that
records what sealock sends to the engine, the judge, and a plain connection to the engine."""
import json
import os
import select
import socket
import subprocess
import sys
import threading
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from proxy_process import TOP, Proxy  # noqa: E402
from wire import Wire, request  # noqa: E402

JUDGE = os.environ.get("JUDGE") or os.path.join(TOP, "build/release/tests/engine/differential/differential_judge")

# Never forwarded: endless, over the network, ends what the test needs, or answers with bytes.
DENIED = """BuildCancel BuildPrune ContainerAttach ContainerAttachWebsocket ContainerArchive ContainerDelete
ContainerExport ContainerKill ContainerPrune ContainerRestart ContainerStart ContainerStop ContainerStats
ContainerWait ContainerPause ContainerLogs DistributionInspect ExecStart ExecResize GetPluginPrivileges Grpc
ImageBuild ImageCreate ImageDelete ImageGet ImageGetAll ImageLoad ImagePrune ImagePush ImageSearch
NetworkDelete NetworkPrune NodeDelete NodeUpdate ConfigDelete SecretDelete ServiceDelete ServiceLogs TaskLogs
PluginCreate PluginDelete PluginDisable PluginEnable PluginPull PluginPush PluginSet PluginUpgrade PutContainerArchive Session SwarmInit SwarmJoin SwarmLeave SwarmUnlock SwarmUpdate SystemAuth
SystemDataUsage SystemEvents VolumeDelete VolumePrune""".split()
# The shipped baseline would refuse what this test is after: that a privileged container is seen as one.
BASELINE = """version: 1
policy: baseline
description: Only what a test could not survive is denied.
owner: tests
applies_to: every_client
rules:
  - deny: not-here
    actions: [{denied}]
    because: the differential test cannot undo it or compare it
    severity: low
tests:
  - it: stops what does not end
    request: GET /events
    expect: {{deny: not-here}}
"""
POLICY = """version: 1
policy: plain
description: Everything else, so that the engine can be asked what it understood.
owner: tests
applies_to:
  - {listener: plain}
rules:
  - allow: everything
    actions: [every_operation]
    may_set: every_field
    because: the engine behind it is a private one
tests:
  - it: allows a privileged container
    request: POST /containers/create
    body: {Image: alpine, HostConfig: {Privileged: true, Binds: ["/:/host"]}}
    expect: {allow: everything}
"""


class Sealock(Proxy):
    """The proxy of the other tests, with rules of this one's."""

    def __init__(self, folder, engine):
        super().__init__(folder, engine, start=False)
        for name, text in (("baseline", BASELINE.format(denied=", ".join(DENIED))), ("plain", POLICY)):
            with open(f"{folder}/rules/{name}.yaml", "w", encoding="utf-8") as file:
                file.write(text)
        self.start()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Relay:
    """Between sealock and the engine: passes bytes on and keeps those of sealock, by connection."""

    def __init__(self, path, engine):
        self.path, self.engine, self.lock = path, engine, threading.Lock()
        self.seen = []  # [connection number, bytes]
        self.count = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            self.count += 1
            threading.Thread(target=self.serve, args=(client, self.count), daemon=True).start()

    def serve(self, client, number):
        upstream = socket.socket(socket.AF_UNIX)
        try:
            upstream.connect(self.engine)
            while True:
                ready, _, _ = select.select([client, upstream], [], [])
                for source in ready:
                    data = source.recv(1 << 18)
                    if not data:
                        return
                    if source is client:
                        with self.lock:
                            self.seen.append((number, data))
                    (upstream if source is client else client).sendall(data)
        except OSError:
            pass
        finally:
            client.close()
            upstream.close()

    def take(self):
        """The requests since the last call: [(method, target, headers, body)]."""
        with self.lock:
            seen, self.seen = self.seen, []
        streams, order = {}, []
        for number, data in seen:
            if number not in streams:
                order.append(number)
            streams[number] = streams.get(number, b"") + data
        return [found for number in order for found in split_requests(streams[number])]


def split_requests(data):
    """sealock frames by length only; anything else is reported as it is, and will not compare."""
    found = []
    while data:
        head, mark, rest = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        method, _, target = lines[0].partition(" ")
        target = target.rpartition(" ")[0]
        size = sum(int(value) for name, value in headers if name.lower() == "content-length")
        found.append((method, target, headers, rest[:size]))
        data = rest[size:] if mark else b""
    return found


INSPECT = {"container": "/containers/{}/json", "image": "/images/{}/json", "network": "/networks/{}",
           "volume": "/volumes/{}", "exec": "/exec/{}/json", "service": "/services/{}", "secret": "/secrets/{}",
           "config": "/configs/{}", "node": "/nodes/{}", "task": "/tasks/{}", "plugin": "/plugins/{}/json"}


class Engine:
    """One kept connection to the engine itself."""

    def __init__(self, path):
        self.path, self.wire = path, None

    def ask(self, method, target, body=None):
        for attempt in (0, 1):
            try:
                if self.wire is None:
                    self.wire = Wire(self.path, 60)
                self.wire.send(request(method, target, (), body))
                answer = self.wire.head()
                answer.body = self.wire.body(answer, method)
                if answer.headers.get("connection") == "close":
                    self.close()
                return answer
            except (OSError, EOFError):
                self.close()
                if attempt:
                    raise
        return None

    def close(self):
        if self.wire is not None:
            self.wire.close()
        self.wire = None

    def inspect(self, kind, name):
        answer = self.ask("GET", INSPECT[kind].format(urllib.parse.quote(name, safe=":@/")))
        return answer.json() if answer.status == 200 else None


class Judge:
    """What sealock's own code says of a request. Objects that it asks for are looked up once."""

    def __init__(self, engine):
        self.engine = engine
        self.process = subprocess.Popen([JUDGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def line(self, document):
        self.process.stdin.write(json.dumps(document).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"the judge died of {document}")
        return json.loads(answer)

    def ask(self, method, target, body):
        question = {"method": method, "target": target.encode("latin-1").hex(),
                    "body": None if body is None else body.hex()}
        while True:
            answer = self.line(question)
            if "ask" not in answer:
                return answer
            self.line({"facts": [self.fact(**wanted) for wanted in answer["ask"]]})

    def fact(self, kind, name):
        found = self.engine.inspect(kind, name)
        key = "Name" if kind == "volume" else "ID" if kind in ("exec", "service", "secret", "config", "node",
                                                               "task") else "Id"
        return {"kind": kind, "name": name, "exists": found is not None, "inspect": found or {},
                "id": (found or {}).get(key, "")}

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def catalogue():
    return json.loads(subprocess.run([JUDGE, "--catalogue"], stdout=subprocess.PIPE, check=True).stdout)
