"""A sealock process of a test's own: configuration, rules and sockets in one folder."""
import os
import shutil
import signal
import socket
import subprocess
import time

from wire import AuditFile, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
BINARY = os.environ.get("SEALOCK") or os.path.join(TOP, "build/release/proxy/cli/sealock")

POLICY = """version: 1
policy: plain
description: What tests of the wire need.
owner: tests
applies_to:
  - {{listener: plain}}
  - {{listener: other}}
rules:
  - allow: its-needs
    actions: [{actions}]
    may_set: every_field
tests:
  - it: has what it needs
    request: GET /version
    expect: {{allow: its-needs}}
"""
ACTIONS = ["SystemPing", "SystemPingHead", "SystemVersion", "SystemInfo", "SystemEvents", "ImageGet",
           "ImageGetAll", "ImageLoad", "ContainerList", "VolumeCreate", "ContainerPrune", "ContainerAttach", "ImageBuild"]
BASELINE = """version: 1
policy: baseline
description: As short as a baseline can be.
owner: tests
applies_to: every_client
rules:
  - deny: privileged-container
    actions: [ContainerCreate]
    when:
      body.HostConfig.Privileged: true
    because: a privileged container is root on the host
    severity: critical
  - deny: uploaded-device
    actions: [ImageBuild]
    when:
      archive.type: {one_of: [char-device, block-device]}
    because: a device node is a device of the host
    severity: high
tests:
  - it: stops a device in an upload
    request: POST /build
    archive: [{path: Dockerfile, text: FROM scratch}, {path: mem, type: char-device}]
    expect: {deny: uploaded-device}
  - it: stops a privileged container
    request: POST /containers/create
    body: {Image: alpine, HostConfig: {Privileged: true}}
    expect: {deny: privileged-container}
"""


class Proxy:
    """`folder` holds sealock.yaml, rules/, plain.sock and those of `others`, audit.jsonl and sealock.log."""

    def __init__(self, folder, engine, limits="", command=(), start=True, others=()):
        self.folder, self.command, self.process = folder, list(command), None
        os.makedirs(folder + "/rules", exist_ok=True)
        self.socket = folder + "/plain.sock"
        self.audit_path, self.log_path = folder + "/audit.jsonl", folder + "/sealock.log"
        self.write_policy(ACTIONS)
        with open(folder + "/rules/baseline.yaml", "w", encoding="utf-8") as file:
            file.write(BASELINE)
        with open(folder + "/sealock.yaml", "w", encoding="utf-8") as file:
            file.write(f"version: 1\nengine: unix://{engine}\nrules: {folder}/rules\n"
                       f"audit: {{sink: file, file: {self.audit_path}}}\n"
                       f"listeners:\n  - {{name: plain, socket: {self.socket}, policy: plain}}\n")
            for name in others:
                file.write(f"  - {{name: {name}, socket: {folder}/{name}.sock, policy: plain}}\n")
            if limits:
                file.write(f"limits: {{{limits}}}\n")
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write_policy(self, actions, extra=""):
        with open(self.folder + "/rules/plain.yaml", "w", encoding="utf-8") as file:
            file.write(POLICY.format(actions=", ".join(actions)) + extra)

    def spawn(self):
        with open(self.log_path, "ab") as log:
            return subprocess.Popen(self.command + [BINARY, "run", "--config", self.folder + "/sealock.yaml"],
                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start(self):
        self.process = self.spawn()
        if not wait_until(self.answers, 20):
            raise AssertionError("sealock did not start:\n" + self.log())

    def answers(self):
        if self.process.poll() is not None:
            return False
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(self.socket)
            return True
        except OSError:
            return False

    def kill(self, number=signal.SIGKILL):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
        if self.process is not None and number == signal.SIGKILL:
            self.process.wait()

    def send_signal(self, number):
        self.process.send_signal(number)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def audit(self):
        return AuditFile(self.audit_path)

    def rss_kib(self):
        return rss_kib(self.process.pid)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def rss_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


class PeakRss:
    """The most that a process holds between two moments, sampled by whoever calls look()."""

    def __init__(self, proxy):
        self.proxy, self.start = proxy, proxy.rss_kib()
        self.peak = self.start
        self.last = 0.0

    def look(self):
        if time.monotonic() - self.last > 0.02:
            self.last = time.monotonic()
            self.peak = max(self.peak, self.proxy.rss_kib())

    def grown(self):
        return self.peak - self.start
