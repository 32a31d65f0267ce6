"""The running binary under what networks, clients, engines and administrators do to it.

robustness.py FOLDER [test names]     FOLDER: for sockets and rule files of each test

The engine is a fake one where a test must see both ends; robustness.sh plays the real one as well.
"""
import os
import signal
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from fake_engine import CHUNKED, FakeEngine, answer, chunk  # noqa: E402
from proxy_process import ACTIONS, PeakRss, Proxy  # noqa: E402
from wire import Wire, ask, request, wait_until  # noqa: E402

GIB = 1 << 30
BLOCK = bytes(range(256)) * 1024
FLAT_KIB = 4096
FOLDER = sys.argv[1] if len(sys.argv) > 1 else ""
EVENT = b'{"status":"start","id":"x","Type":"container","Action":"start","Actor":{"ID":"x","Attributes":{}}}\n'


class Rig(unittest.TestCase):
    """A fake engine and a proxy in front of it, for each test."""

    limits = ""
    command = ()

    def setUp(self):
        self.folder = os.path.join(FOLDER, self._testMethodName)
        os.makedirs(self.folder, exist_ok=True)
        self.engine = FakeEngine(self.folder + "/engine.sock")
        self.proxy = Proxy(self.folder, self.engine.path, self.limits, self.command)
        self.addCleanup(self.engine.stop)
        self.addCleanup(self.proxy.__exit__)

    def ask(self, method, target, **rest):
        return ask(self.proxy.socket, method, target, **rest)

    def wire(self, timeout=15.0):
        wire = Wire(self.proxy.socket, timeout)
        self.addCleanup(wire.close)
        return wire

    def assert_alive(self):
        self.assertIsNone(self.proxy.process.poll(), self.proxy.log())
        self.assertEqual(self.ask("GET", "/version").status, 200)


def endless_events(call):
    call.send(CHUNKED + chunk(EVENT))
    call.wait_for_end()
    return False


class Bulk(Rig):
    """1 GiB in either direction, in both framings, in flat memory."""

    def download(self, framing):
        def send(call):
            if framing == "length":
                call.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: %d\r\n\r\n" % GIB)
                for _ in range(GIB // len(BLOCK)):
                    call.send(BLOCK)
            else:
                call.send(CHUNKED.replace(b"json", b"x-tar"))
                for _ in range(GIB // len(BLOCK)):
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
        while got < GIB:
            data = wire.chunk() if chunked else wire.some()
            if not data:
                break
            if got == 0:
                self.assertEqual(data[:16], BLOCK[:16])
            got += len(data)
            rss.look()
        self.assertEqual(got, GIB)
        print(f"  1 GiB down, {framing}: RSS {rss.start} KiB, at most {rss.grown()} KiB more")
        self.assertLess(rss.grown(), FLAT_KIB)

    def test_1_gib_down_by_length(self):
        self.download("length")

    def test_1_gib_down_in_chunks(self):
        self.download("chunks")

    def upload(self, framing):
        def take(call):
            total = 0
            if framing == "length":
                while total < GIB:
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
            str(GIB) if framing == "length" else "chunked")
        wire.send(request("POST", "/images/load", headers))
        # A tar of zeros: two blocks of them end it, and more padding is allowed.
        zeros = bytes(len(BLOCK))
        block = zeros if framing == "length" else chunk(zeros)
        for _ in range(GIB // len(BLOCK)):
            wire.send(block)
            rss.look()
        if framing != "length":
            wire.send(b"0\r\n\r\n")
        head = wire.head()
        self.assertEqual(head.status, 200)
        self.assertGreaterEqual(int(wire.body(head).split(b":")[1][:-1]), GIB)
        print(f"  1 GiB up, {framing}: RSS {rss.start} KiB, at most {rss.grown()} KiB more")
        self.assertLess(rss.grown(), FLAT_KIB)

    def test_1_gib_up_by_length(self):
        self.upload("length")

    def test_1_gib_up_in_chunks(self):
        self.upload("chunks")


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
        self.assertEqual(len(wire.exactly(GIB // 4)), GIB // 4)

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
            wires.append(wire)
        for wire in wires:
            self.assertEqual(wire.head().status, 200)
            self.assertIn(b"container", wire.some())
        time.sleep(1)
        after = self.proxy.rss_kib()
        print(f"  1,000 event streams: RSS {before} KiB idle, {after} KiB with them, "
              f"{(after - before) / 1000:.1f} KiB a stream")
        self.assertLess(before, 12 * 1024)
        self.assertLess(after - before, 8 * 1000)
        self.assert_alive()
        for wire in wires:
            wire.close()
        self.assertTrue(wait_until(lambda: len(self.engine.open) < 20), "the engine keeps the streams")
        self.assertTrue(wait_until(lambda: self.proxy.descriptors() < 40), "descriptors are left")


class Descriptors(Rig):
    command = ("prlimit", "--nofile=64")

    def test_exhausted_descriptors_and_recovery(self):
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


class EngineGone(Rig):
    def test_gone_in_the_middle_of_an_answer_and_back(self):
        def half(call):
            call.send(CHUNKED + chunk(b'{"half":'))
            call.go_on.wait(20)
            return False
        self.engine.when("/images/get", half)
        wire = self.wire()
        wire.send(request("GET", "/images/get?names=x"))
        self.assertEqual(wire.head().status, 200)
        wire.chunk()
        self.engine.stop()
        with self.assertRaises((EOFError, ConnectionError)):  # never a proper end
            while wire.chunk():
                pass
        refused = self.ask("GET", "/version")
        self.assertEqual(refused.status, 503)
        self.assertIn("engine", refused.message())
        self.engine.start()
        self.assert_alive()

    def test_gone_before_the_answer(self):
        def never(call):
            call.go_on.wait(20)
            return False
        self.engine.when("/images/get", never)
        wire = self.wire()
        wire.send(request("GET", "/images/get?names=x"))
        self.engine.call()
        self.engine.stop()
        head = wire.head()
        head.body = wire.body(head)
        self.assertIn(head.status, (502, 503))
        self.assertNotEqual(head.message(), "")

    def test_gone_between_two_requests_of_a_connection(self):
        wire = self.wire()
        for _ in range(3):
            wire.send(request("GET", "/version"))
            head = wire.head()
            wire.body(head)
            self.assertEqual(head.status, 200)
            self.engine.stop()
            self.engine.start()

    def test_answer_that_is_no_http(self):
        def garbage(call):
            call.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
            return False
        self.engine.when("/images/get", garbage)
        refused = self.ask("GET", "/images/get?names=x")
        self.assertEqual(refused.status, 502)
        self.assert_alive()

    def test_answers_while_the_upload_goes_on(self):
        def early(call):
            call.send(answer(b'{"message":"no space left"}', "500 Internal Server Error"))
            return False
        self.engine.when("/images/load", early)
        wire = self.wire()
        wire.send(request("POST", "/images/load", {"Content-Type": "application/x-tar",
                                                   "Content-Length": str(256 << 20)}))
        try:
            for _ in range(256 * 16):
                wire.send(bytes(65536))
        except OSError:
            pass
        head = wire.head()
        head.body = wire.body(head)
        self.assertEqual(head.status, 500)
        self.assertEqual(head.message(), "no space left")
        self.assert_alive()


class EngineLate(unittest.TestCase):
    def test_engine_is_not_there_at_start(self):
        folder = os.path.join(FOLDER, "late")
        os.makedirs(folder, exist_ok=True)
        with Proxy(folder, folder + "/engine.sock") as proxy:
            self.assertEqual(ask(proxy.socket, "GET", "/version").status, 503)
            with FakeEngine(folder + "/engine.sock"):
                self.assertEqual(ask(proxy.socket, "GET", "/version").status, 200)


class ClientGone(Rig):
    """A client that disappears, at each stage, leaves nothing open on the engine's side."""

    def gone(self, prepare):
        self.ask("GET", "/version")
        descriptors = self.proxy.descriptors()
        wire = self.wire()
        call = prepare(wire)
        wire.close()
        if call is not None:
            self.assertTrue(call.ended.wait(10), "the engine's side stays open")
        self.assertTrue(wait_until(lambda: self.proxy.descriptors() <= descriptors + 1, 15),
                        f"{self.proxy.descriptors()} descriptors, {descriptors} before")
        self.assert_alive()

    def test_in_the_head(self):
        self.gone(lambda wire: wire.send(b"GET /version HTTP/1.1\r\nHost: d"))

    def test_in_a_json_body(self):
        self.gone(lambda wire: wire.send(request("POST", "/volumes/create", {"Content-Length": "100"}) + b'{"Name'))
        self.assertEqual(self.engine.calls, [])

    def watch(self, path, say):
        def handler(call):
            if say:
                call.send(say)
            call.wait_for_end()
            return False
        self.engine.when(path, handler)

    def test_in_an_upload(self):
        self.watch("/images/load", None)

        def upload(wire):
            wire.send(request("POST", "/images/load", {"Content-Type": "application/x-tar",
                                                       "Content-Length": "1000000"}) + bytes(100000))
            return self.engine.call()
        self.gone(upload)

    def test_while_it_waits_for_an_answer(self):
        self.watch("/containers/prune", None)

        def wait(wire):
            wire.send(request("POST", "/containers/prune", body=b""))
            return self.engine.call()
        self.gone(wait)

    def test_in_a_silent_stream(self):
        self.watch("/events", CHUNKED + chunk(EVENT))

        def follow(wire):
            wire.send(request("GET", "/events"))
            wire.head()
            wire.some()
            return self.engine.call()
        self.gone(follow)

    def test_in_a_download(self):
        def send(call):
            call.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: %d\r\n\r\n" % GIB)
            try:
                for _ in range(GIB // len(BLOCK)):
                    call.send(BLOCK)
            except OSError:
                pass
            call.ended.set()
            return False
        self.engine.when("/images/get", send)

        def download(wire):
            wire.send(request("GET", "/images/get?names=x"))
            wire.exactly(1000000)
            return self.engine.call()
        self.gone(download)

    def test_with_its_half_close_only_it_still_gets_the_answer(self):
        def later(call):
            time.sleep(0.5)
            call.send(answer(b'{"late":true}'))
            return True
        self.engine.when("/containers/json", later)
        wire = self.wire()
        wire.send(request("GET", "/containers/json"))
        wire.half_close()
        self.assertEqual(wire.head().status, 200)


class Process(Rig):
    limits = "shutdown_timeout: 3s"

    def test_kill_9_and_a_start_on_the_stale_socket(self):
        self.proxy.kill(signal.SIGKILL)
        self.assertTrue(os.path.exists(self.proxy.socket))
        self.proxy.start()
        self.assert_alive()

    def test_a_second_one_on_the_same_socket_is_refused(self):
        second = self.proxy.spawn()
        self.assertNotEqual(second.wait(20), 0)
        self.assertIn(self.proxy.socket, self.proxy.log().splitlines()[-1])
        self.assertTrue(os.path.exists(self.proxy.socket))
        self.assert_alive()

    def test_sigterm_lets_a_running_request_end(self):
        def later(call):
            time.sleep(1)
            call.send(answer(b'{"late":true}'))
            return True
        self.engine.when("/containers/json", later)
        wire = self.wire()
        wire.send(request("GET", "/containers/json"))
        self.engine.call()
        self.proxy.send_signal(signal.SIGTERM)
        self.assertTrue(wait_until(lambda: not self.proxy.answers(), 5))
        head = wire.head()
        self.assertEqual((head.status, wire.body(head)), (200, b'{"late":true}'))
        self.assertEqual(self.proxy.process.wait(10), 0)
        self.assertFalse(os.path.exists(self.proxy.socket))

    def test_sigterm_cuts_what_never_ends(self):
        self.engine.when("/events", endless_events)
        wire = self.wire()
        wire.send(request("GET", "/events"))
        wire.head()
        start = time.monotonic()
        self.proxy.send_signal(signal.SIGTERM)
        self.assertEqual(self.proxy.process.wait(15), 0)
        self.assertLess(time.monotonic() - start, 8)
        self.assertTrue(self.engine.call().ended.wait(5))


class Reload(Rig):
    def reload(self, word):
        before = self.proxy.log().count(word)
        self.proxy.send_signal(signal.SIGHUP)
        self.assertTrue(wait_until(lambda: self.proxy.log().count(word) > before, 15), self.proxy.log())

    def test_a_broken_file_keeps_the_old_rules_and_says_so(self):
        self.proxy.write_policy(ACTIONS, extra="  - it: is broken\n    reqest: GET /version\n")
        self.reload("reload_failed")
        self.assertIn("rules/plain.yaml:", self.proxy.log())
        self.assertIn("reqest", self.proxy.log())
        self.assert_alive()

    def test_a_file_whose_test_fails_keeps_the_old_rules(self):
        self.proxy.write_policy([a for a in ACTIONS if a != "SystemVersion"])
        self.reload("reload_failed")
        self.assert_alive()

    def test_a_good_file_applies(self):
        self.assertEqual(self.ask("GET", "/info").status, 200)
        wire = self.wire()
        wire.send(request("GET", "/info"))
        wire.body(wire.head())
        self.proxy.write_policy([a for a in ACTIONS if a != "SystemInfo"])
        self.reload("reloaded")
        refused = self.ask("GET", "/info")
        self.assertEqual(refused.status, 403)
        self.assertIn("denied by policy plain: no rule allows SystemInfo", refused.message())
        wire.send(request("GET", "/info"))  # on a connection of before, too
        self.assertEqual(wire.head().status, 403)
        self.assert_alive()

    def test_streams_that_the_new_rules_deny_are_cut(self):
        self.engine.when("/events", endless_events)
        wire = self.wire()
        wire.send(request("GET", "/events"))
        wire.head()
        wire.some()
        self.proxy.write_policy([a for a in ACTIONS if a != "SystemEvents"])
        self.reload("reloaded")
        try:
            self.assertEqual(wire.rest(), b"")
        except ConnectionError:
            pass
        self.assertTrue(self.engine.call().ended.wait(5))

    def test_streams_that_they_still_allow_go_on(self):
        self.engine.when("/events", endless_events)
        wire = self.wire(2.0)
        wire.send(request("GET", "/events"))
        wire.head()
        wire.some()
        self.proxy.write_policy([a for a in ACTIONS if a != "SystemInfo"])
        self.reload("reloaded")
        self.assertFalse(self.engine.call().ended.wait(1))

    def test_many_reloads_under_load(self):
        stop, statuses = threading.Event(), set()

        def load():
            while not stop.is_set():
                statuses.add(self.ask("GET", "/version").status)
        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            self.reload("reloaded")
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, {200})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"] + sys.argv[2:])
