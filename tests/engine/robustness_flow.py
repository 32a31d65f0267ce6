"""How much flows, how fast, and what it may cost: bulk, back pressure, crowds, descriptors."""
import io
import os
import select
import tarfile
import time

from fake_engine import CHUNKED, answer, chunk
from proxy_process import PeakRss
from wire import Wire, ask, request, wait_until
from wire_rig import BLOCK, GIB, Rig, endless_events

FLAT_KIB = 4096


class Bulk(Rig):
    """1 GiB in either direction by length, a quarter of it in chunks, in flat memory."""

    def download(self, framing, size):
        def send(call):
            if framing == "length":
                call.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: %d\r\n\r\n" % size)
                for _ in range(size // len(BLOCK)):
                    call.send(BLOCK)
            else:
                call.send(CHUNKED.replace(b"json", b"x-tar"))
                for _ in range(size // len(BLOCK)):
                    call.send(chunk(BLOCK))
                call.send(b"0\r\n\r\n")
            return True
        self.engine.when("/images/get", send)
        self.ask("GET", "/version")
        rss, got, wire = PeakRss(self.proxy), 0, self.wire(60)
        wire.send(request("GET", "/images/get?names=x"))
        head = wire.head()
        self.assertEqual(head.status, 200)
        chunked = "transfer-encoding" in head.headers
        while got < size:
            data = wire.chunk() if chunked else wire.some()
            if not data:
                break
            if got == 0:
                self.assertEqual(data[:16], BLOCK[:16])
            got += len(data)
            rss.look()
        self.assertEqual(got, size)
        print(f"  {size >> 20} MiB down, {framing}: RSS {rss.start} KiB, at most {rss.grown()} KiB more")
        self.assertLess(rss.grown(), FLAT_KIB)

    def test_1_gib_down_by_length(self):
        self.download("length", GIB)

    def test_down_in_chunks(self):
        self.download("chunks", GIB // 4)

    def upload(self, framing, size):
        def take(call):
            total = 0
            if framing == "length":
                while total < size:
                    data = call.some()
                    if not data:
                        return False
                    total += len(data)
            else:
                tail = b""
                while not tail.endswith(b"0\r\n\r\n"):
                    data = call.some()
                    if not data:
                        return False
                    total, tail = total + len(data), (tail + data)[-5:]
            call.send(answer(b'{"got":%d}' % total))
            return True
        self.engine.when("/images/load", take)
        self.ask("GET", "/version")
        rss, wire = PeakRss(self.proxy), self.wire(60)
        headers = {"Content-Type": "application/x-tar"}
        headers["Content-Length" if framing == "length" else "Transfer-Encoding"] = (
            str(size) if framing == "length" else "chunked")
        wire.send(request("POST", "/images/load", headers))
        # A tar of zeros: two blocks of them end it, and more padding is allowed.
        zeros = bytes(len(BLOCK))
        block = zeros if framing == "length" else chunk(zeros)
        for _ in range(size // len(BLOCK)):
            wire.send(block)
            rss.look()
        if framing != "length":
            wire.send(b"0\r\n\r\n")
        head = wire.head()
        self.assertEqual(head.status, 200)
        self.assertGreaterEqual(int(wire.body(head).split(b":")[1][:-1]), size)
        print(f"  {size >> 20} MiB up, {framing}: RSS {rss.start} KiB, at most {rss.grown()} KiB more")
        self.assertLess(rss.grown(), FLAT_KIB)

    def test_1_gib_up_by_length(self):
        self.upload("length", GIB)

    def test_up_in_chunks(self):
        self.upload("chunks", GIB // 4)


class Places(Rig):
    """As many uploads that rules look into are read at once as there are places: the next one is told to come again."""

    limits = "uploads: 2"
    kind = {"Content-Type": "application/x-tar"}

    def setUp(self):
        super().setUp()
        context, text = io.BytesIO(), b"FROM scratch\n"
        with tarfile.open(fileobj=context, mode="w") as tar:
            file = tarfile.TarInfo("Dockerfile")
            file.size = len(text)
            tar.addfile(file, io.BytesIO(text))
        self.tar = context.getvalue()

    def build(self):
        return self.ask("POST", "/build", headers=self.kind, body=self.tar)

    def holder(self):
        """An upload that was told to go on, so that it has a place, and does not go on."""
        wire, length = self.wire(), str(len(self.tar))
        wire.send(request("POST", "/build", {**self.kind, "Content-Length": length, "Expect": "100-continue"}))
        self.assertEqual(wire.head().status, 100)
        return wire

    def assert_none_is_free(self):
        told = self.build()
        self.assertEqual(told.status, 503)
        self.assertIn("as many uploads are being read", told.message())
        self.assert_alive()  # other requests are served

    def test_an_upload_without_a_place_is_told_to_come_again(self):
        def take(call):
            call.body()
            call.send(answer())
            return True
        self.engine.when("/build", take)
        first, second = self.holder(), self.holder()
        self.assert_none_is_free()
        first.send(self.tar)
        self.assertEqual(first.head().status, 200)
        self.assertTrue(wait_until(lambda: self.build().status == 200), "one that ended keeps its place")
        third = self.holder()
        self.assert_none_is_free()
        second.close()
        self.assertTrue(wait_until(lambda: self.build().status == 200), "one that left keeps its place")
        third.send(self.tar)
        self.assertEqual(third.head().status, 200)


class Pressure(Rig):
    """Whoever is slow slows down the other side, and nothing piles up in between."""

    def test_a_client_that_does_not_read_stops_the_engine(self):
        def send(call):
            call.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: %d\r\n\r\n" % (GIB // 4))
            for _ in range(GIB // 4 // len(BLOCK)):
                call.send(BLOCK)
            return True
        self.engine.when("/images/get", send)
        self.ask("GET", "/version")
        rss, wire = PeakRss(self.proxy), self.wire(60)
        wire.send(request("GET", "/images/get?names=x"))
        wire.until(b"\r\n\r\n")
        time.sleep(1.5)
        rss.look()
        sent = self.engine.call().sent
        print(f"  slow client: the engine could send {sent >> 10} KiB, RSS grew by {rss.grown()} KiB")
        self.assertLess(sent, 8 << 20)
        self.assertLess(rss.grown(), FLAT_KIB)
        self.assertEqual(self.ask("GET", "/version").status, 200)  # others go on
        got = 0
        while got < GIB // 4:
            got += len(wire.some()) or self.fail(f"cut after {got} bytes")

    def test_an_engine_that_does_not_read_stops_the_client(self):
        def take(call):
            call.go_on.wait(30)
            while call.received < 64 << 20:
                if not call.some():
                    return False
            call.send(answer())
            return True
        self.engine.when("/images/load", take)
        wire = self.wire(1.0)
        wire.send(request("POST", "/images/load", {"Content-Type": "application/x-tar",
                                                   "Content-Length": str(64 << 20)}))
        sent = 0
        with self.assertRaises(TimeoutError):
            while sent < 64 << 20:
                sent += wire.socket.send(bytes(65536))
        print(f"  slow engine: the client could send {sent >> 10} KiB")
        self.assertLess(sent, 8 << 20)
        self.engine.call().go_on.set()
        wire.socket.settimeout(30)
        while sent < 64 << 20:
            sent += wire.socket.send(bytes(min(65536, (64 << 20) - sent)))
        self.assertEqual(wire.head().status, 200)

    def test_one_byte_at_a_time(self):
        def no_such_volume(call):
            call.send(answer(b'{"message":"no such volume"}', "404 Not Found"))
            return True
        self.engine.when("/volumes/slowly", no_such_volume)
        wire = self.wire()
        for byte in request("POST", "/volumes/create", body={"Name": "slowly"}):
            wire.send(bytes([byte]))
            time.sleep(0.002)
        self.assertEqual(wire.head().status, 200)


class Streams(Rig):
    def test_1000_idle_event_streams(self):
        self.engine.when("/events", endless_events)
        self.ask("GET", "/version")
        before, wires = self.proxy.rss_kib(), []
        for _ in range(1000):
            wire = self.wire()
            wire.send(request("GET", "/events"))
            self.assertEqual(wire.head().status, 200)
            self.assertIn(b"container", wire.some())
            wires.append(wire)
        time.sleep(1)
        after = self.proxy.rss_kib()
        print(f"  1,000 event streams: RSS {before} KiB idle, {after} KiB with them, "
              f"{(after - before) / 1000:.1f} KiB a stream")
        self.assertLess(before * 1024, 12_000_000)
        self.assertLess(after - before, 8 * 1000)
        self.assert_alive()
        for wire in wires:
            wire.close()
        self.assertTrue(wait_until(lambda: len(self.engine.open) < 20), "the engine keeps the streams")
        self.assertTrue(wait_until(lambda: self.proxy.descriptors() < 40), "descriptors are left")


class Neighbours(Rig):
    """A client that takes every connection that it can get, and the clients of another listener."""

    limits = "connections: 20"
    others = ("other",)

    def test_a_greedy_client_does_not_lock_out_others(self):
        self.engine.when("/events", endless_events)
        greedy = [self.wire() for _ in range(40)]
        for wire in greedy:
            wire.send(request("GET", "/events"))
        self.assertTrue(wait_until(lambda: len(answered(greedy)) == 15))
        other = os.path.join(self.folder, "other.sock")
        for _ in range(3):
            self.assertEqual(ask(other, "GET", "/version", timeout=10).status, 200)
        served = answered(greedy)
        self.assertEqual(len(served), 15)
        served[0].close()  # and its own ones wait for each other
        self.assertTrue(wait_until(lambda: len(answered([wire for wire in greedy if wire not in served])) == 1))


def answered(wires):
    """Those that something can be read from."""
    return [wire for wire in wires if select.select([wire.socket], [], [], 0)[0]]


class SoftLimit(Rig):
    """As services are started: a soft limit of descriptors that is too low for what is configured."""

    limits = "connections: 200"
    command = ("prlimit", "--nofile=64:1024")

    def test_a_low_soft_limit_is_raised(self):
        self.engine.when("/events", endless_events)
        wires = [self.wire() for _ in range(200)]
        for wire in wires:
            wire.send(request("GET", "/events"))
        for wire in wires:
            self.assertEqual(wire.head().status, 200)
        self.assertNotIn("few_descriptors", self.proxy.log())


class Descriptors(Rig):
    command = ("prlimit", "--nofile=64")

    def test_exhausted_descriptors_and_recovery(self):
        self.assertIn("few_descriptors", self.proxy.log())
        held, early = [], self.wire()
        early.send(request("GET", "/version"))
        early.body(early.head())
        for _ in range(100):
            try:
                held.append(Wire(self.proxy.socket, 1.0))
            except OSError:
                break
        time.sleep(0.5)
        self.assertIsNone(self.proxy.process.poll(), self.proxy.log())
        spent = cpu_seconds(self.proxy.process.pid)
        time.sleep(1)
        self.assertLess(cpu_seconds(self.proxy.process.pid) - spent, 0.3, "accept spins")
        early.send(request("GET", "/version"))
        answered = early.head()  # the one that was there goes on, or is told
        early.body(answered)
        self.assertIn(answered.status, (200, 503))
        for wire in held:
            wire.close()
        self.assertTrue(wait_until(lambda: self.recovered(), 10), "no recovery")
        self.assert_alive()

    def recovered(self):
        try:
            return ask(self.proxy.socket, "GET", "/version", timeout=2).status == 200
        except OSError:
            return False


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
