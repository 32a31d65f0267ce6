"""docker-py against the sockets of a rig: docker_py.py RIG [test names]

What it does on admin.sock is what it does on the engine; on monitoring.sock it reads, without secrets.
"""
import io
import socket
import sys
import tarfile
import time
import unittest

import docker

RIG = sys.argv[1] if len(sys.argv) > 1 else ""
CANARY = "canary-f00d-docker-py"


def client_of(socket_name, **options):
    return docker.DockerClient(base_url=f"unix://{RIG}/{socket_name}.sock", timeout=30, **options)


class Base(unittest.TestCase):
    def setUp(self):
        self.raw = client_of("engine")
        self.addCleanup(self.raw.close)
        self.addCleanup(self.tidy)
        self.tidy()

    def tidy(self):
        for container in self.raw.containers.list(all=True, filters={"name": "st-"}):
            container.remove(force=True, v=True)
        for volume in self.raw.volumes.list(filters={"name": "st-"}):
            volume.remove(force=True)
        for network in self.raw.networks.list(filters={"name": "st-"}):
            network.remove()
        for image in self.raw.images.list(filters={"reference": "st-*"}):
            for tag in image.tags:
                if tag.startswith("st-"):
                    self.raw.images.remove(tag, force=True)

    def sleeper(self, **options):
        return self.raw.containers.run("busybox", ["sleep", "1000"], name="st-web", detach=True, **options)


class Admin(Base):
    def setUp(self):
        super().setUp()
        self.docker = client_of("admin", version="auto")
        self.addCleanup(self.docker.close)

    def test_engine(self):
        self.assertTrue(self.docker.ping())
        self.assertEqual(self.docker.version(), self.raw.version())
        self.assertEqual(self.docker.info()["ID"], self.raw.info()["ID"])
        self.assertIn("LayersSize", self.docker.df())

    def test_run(self):
        self.assertEqual(self.docker.containers.run("busybox", ["echo", "hello"], remove=True), b"hello\n")
        with self.assertRaises(docker.errors.ContainerError) as raised:
            self.docker.containers.run("busybox", ["sh", "-c", "echo no >&2; exit 7"], remove=True)
        self.assertEqual(raised.exception.exit_status, 7)

    def test_container_life(self):
        container = self.docker.containers.create(
            "busybox", ["sleep", "1000"], name="st-web", environment={"A": "b"}, labels={"c": "d"},
            mem_limit="64m", ports={"80/tcp": ("127.0.0.1", 18090)}, volumes={"st-vol": {"bind": "/data", "mode": "rw"}},
            restart_policy={"Name": "on-failure", "MaximumRetryCount": 2}, healthcheck={"test": ["CMD", "true"]})
        container.start()
        for verb in ("pause", "unpause"):
            getattr(container, verb)()
        container.restart(timeout=0)
        container.rename("st-other")
        container.update(mem_limit="32m", memswap_limit="64m")
        container.reload()
        self.assertEqual(container.attrs["HostConfig"]["Memory"], 32 << 20)
        self.assertEqual(container.attrs["Config"]["Env"][0], "A=b")
        container.kill("KILL")
        self.assertEqual(container.wait(timeout=20)["StatusCode"], 137)
        container.remove(v=True)
        with self.assertRaises(docker.errors.NotFound):
            self.docker.containers.get("st-other")

    def test_exec(self):
        container = self.sleeper()
        through = self.docker.containers.get("st-web")
        self.assertEqual(through.exec_run("echo hi"), (0, b"hi\n"))
        code, parts = through.exec_run(["sh", "-c", "echo out; echo err >&2; exit 3"], demux=True)
        self.assertEqual((code, parts), (3, (b"out\n", b"err\n")))
        _, stream = through.exec_run(["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.2; done"], stream=True)
        self.assertEqual(b"".join(stream), b"1\n2\n3\n")
        del container

    def test_exec_with_stdin_over_the_upgrade(self):
        self.sleeper()
        api = self.docker.api
        created = api.exec_create("st-web", ["cat"], stdin=True)
        stream = api.exec_start(created["Id"], socket=True)._sock
        stream.sendall(b"typed\n")
        stream.shutdown(socket.SHUT_WR)
        self.assertIn(b"typed\n", read_all(stream))
        self.assertEqual(api.exec_inspect(created["Id"])["ExitCode"], 0)

    def test_exec_without_an_upgrade(self):
        """The second form of a tunnel: 200, a raw stream, and no framing."""
        self.sleeper()
        created = self.docker.api.exec_create("st-web", ["cat"], stdin=True)["Id"]
        with socket.socket(socket.AF_UNIX) as stream:
            stream.settimeout(15)
            stream.connect(f"{RIG}/admin.sock")
            body = b'{"Detach":false,"Tty":false}'
            stream.sendall(b"POST /exec/%b/start HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
                           b"Content-Length: %d\r\n\r\n%b" % (created.encode(), len(body), body))
            head = b""
            while b"\r\n\r\n" not in head:
                head += stream.recv(1)
            self.assertTrue(head.startswith(b"HTTP/1.1 200 OK\r\n"), head)
            self.assertNotIn(b"content-length", head.lower())
            stream.sendall(b"typed\n")
            stream.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(stream), b"\x01\x00\x00\x00\x00\x00\x00\x06typed\n")

    def test_exec_with_a_terminal_and_resize(self):
        self.sleeper()
        api = self.docker.api
        created = api.exec_create("st-web", ["sh", "-c", "until stty size 2>/dev/null | grep 33; do sleep 0.1; done"], tty=True)
        stream = api.exec_start(created["Id"], tty=True, socket=True)._sock
        api.exec_resize(created["Id"], height=33, width=91)
        self.assertEqual(read_all(stream), b"33 91\r\n")

    def test_attach(self):
        created = self.docker.containers.create("busybox", ["sh", "-c", "read x; echo got $x; echo err >&2"],
                                                name="st-web", stdin_open=True)
        stream = created.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})._sock
        created.start()
        stream.sendall(b"word\n")
        received = read_all(stream)
        self.assertIn(b"got word\n", received)
        self.assertIn(b"err\n", received)

    def test_logs(self):
        self.raw.containers.run("busybox", ["sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.3; done"],
                                name="st-web", detach=True)
        container = self.docker.containers.get("st-web")
        self.assertEqual(b"".join(container.logs(stream=True, follow=True)), b"line 1\nline 2\nline 3\n")
        self.assertEqual(container.logs(tail=1), b"line 3\n")

    def test_stats_and_top(self):
        self.sleeper()
        container = self.docker.containers.get("st-web")
        self.assertIn("cpu_stats", container.stats(stream=False))
        stream = container.stats(decode=True)
        self.assertEqual([next(stream)["name"] for _ in range(2)], ["/st-web", "/st-web"])
        stream.close()
        self.assertIn("Titles", container.top())
        self.assertIsInstance(container.diff() or [], list)

    def test_events(self):
        events = self.docker.events(decode=True, filters={"container": "st-web"})
        self.sleeper()
        seen = []
        for event in events:
            seen.append(event["Action"])
            if event["Action"] == "start":
                break
        events.close()
        self.assertIn("create", seen)

    def test_archives(self):
        self.sleeper()
        container = self.docker.containers.get("st-web")
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as tar:
            info = tarfile.TarInfo("file")
            info.size = 3000000
            tar.addfile(info, io.BytesIO(bytes(3000000)))
        self.assertTrue(container.put_archive("/tmp", data.getvalue()))
        parts, stat = container.get_archive("/tmp/file")
        self.assertEqual(stat["size"], 3000000)
        self.assertGreater(len(b"".join(parts)), 3000000)

    def test_images(self):
        image = self.docker.images.get("busybox")
        self.assertTrue(image.tag("st-image", "1"))
        saved = b"".join(self.docker.images.get("st-image:1").save(named="st-image:1"))
        self.docker.images.remove("st-image:1")
        self.assertIn("st-image:1", self.docker.images.load(saved)[0].tags)
        built, _ = self.docker.images.build(fileobj=io.BytesIO(b"FROM busybox\nRUN echo built >/file\n"),
                                            tag="st-built:1", rm=True, nocache=True)
        self.assertIn("st-built:1", built.tags)
        self.assertTrue(self.docker.images.list("st-built"))
        self.assertTrue(image.history())
        committed = self.sleeper().commit("st-commit", "1")
        self.assertIn("st-commit:1", self.docker.images.get(committed.id).tags)

    def test_networks_and_volumes(self):
        network = self.docker.networks.create("st-net", driver="bridge", labels={"a": "b"})
        self.sleeper()
        network.connect("st-web", aliases=["other"])
        network.reload()
        self.assertEqual(len(network.containers), 1)
        network.disconnect("st-web")
        self.assertEqual([n.name for n in self.docker.networks.list(names=["st-net"])], ["st-net"])
        network.remove()
        volume = self.docker.volumes.create("st-vol", labels={"a": "b"})
        self.assertEqual(self.docker.volumes.get("st-vol").attrs, volume.attrs)
        volume.remove()
        self.assertEqual(self.docker.volumes.list(filters={"name": "st-vol"}), [])

    def test_errors_are_the_engines(self):
        with self.assertRaises(docker.errors.ImageNotFound):
            self.docker.images.get("st-missing")
        with self.assertRaises(docker.errors.NotFound):
            self.docker.containers.get("st-missing")

    def test_the_baseline_is_an_api_error(self):
        with self.assertRaises(docker.errors.APIError) as raised:
            self.docker.containers.create("busybox", name="st-web", privileged=True)
        self.assertEqual(raised.exception.status_code, 403)
        self.assertIn("denied by policy admin, rule baseline/privileged-container", raised.exception.explanation)


class Monitoring(Base):
    def setUp(self):
        super().setUp()
        self.docker = client_of("monitoring", version="auto")
        self.addCleanup(self.docker.close)

    def test_reads(self):
        self.sleeper(environment={"PASSWORD": CANARY}, labels={"a": "b"})
        self.assertTrue(self.docker.ping())
        self.assertEqual(self.docker.version()["Version"], self.raw.version()["Version"])
        self.assertEqual(self.docker.info()["ContainersRunning"], self.raw.info()["ContainersRunning"])
        container = self.docker.containers.get("st-web")
        self.assertEqual(container.status, "running")
        self.assertNotIn(CANARY, str(container.attrs))
        self.assertIn("PASSWORD=", str(container.attrs))
        self.assertIn("st-web", [c.name for c in self.docker.containers.list()])
        self.assertIn("cpu_stats", container.stats(stream=False))

    def test_events(self):
        events = self.docker.events(decode=True, filters={"type": "container"})
        self.sleeper()
        self.assertEqual(next(events)["Action"], "create")
        events.close()

    def test_nothing_else(self):
        self.sleeper()
        container = self.docker.containers.get("st-web")
        attempts = [container.stop, container.kill, container.restart, container.pause, container.remove,
                    lambda: container.exec_run("id"), lambda: container.get_archive("/etc"), container.logs,
                    lambda: next(container.export()), lambda: container.rename("st-other"),
                    lambda: self.docker.containers.create("busybox"), self.docker.containers.prune,
                    lambda: self.docker.volumes.create("st-vol"), lambda: self.docker.networks.create("st-net")]
        for attempt in attempts:
            with self.assertRaises(docker.errors.APIError) as raised:
                attempt()
            self.assertEqual(raised.exception.status_code, 403)
            self.assertRegex(raised.exception.explanation, "^denied by policy monitoring: no rule allows ")
        self.assertEqual(self.raw.containers.get("st-web").status, "running")


def read_all(stream):
    stream.settimeout(15)
    out = b""
    while True:
        data = stream.recv(65536)
        if not data:
            return out
        out += data


if __name__ == "__main__":
    started = time.monotonic()
    unittest.main(argv=[sys.argv[0], "-v"] + sys.argv[2:], warnings="ignore")
