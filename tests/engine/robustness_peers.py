"""Engines and clients that go away, come late, or answer nonsense."""
import os
import socket
import time
import unittest

from fake_engine import CHUNKED, FakeEngine, answer, chunk
from proxy_process import Proxy
from wire import ask, request, wait_until
from wire_rig import BLOCK, EVENT, FOLDER, GIB, Rig


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

    def test_gone_with_its_answer_is_asked_again(self):
        def once(call):
            call.send(answer(b'{"Version":"20"}'))
            return False  # closed, though the answer said nothing of it
        self.engine.when("/version", once)
        wire = self.wire()
        for _ in range(300):
            wire.send(request("GET", "/version"))
            head = wire.head()
            self.assertEqual((head.status, wire.body(head)), (200, b'{"Version":"20"}'))

    def test_an_answer_that_nobody_asked_for_is_nobodys(self):
        def twice(call):
            call.send(answer(b'{"Version":"20"}'))
            time.sleep(0.05)
            call.send(answer(b'{"Version":"of somebody else"}'))
            time.sleep(0.05)
            return True
        self.engine.when("/version", twice)
        for _ in range(5):
            self.assertEqual(self.ask("GET", "/version").body, b'{"Version":"20"}')
            time.sleep(0.075)

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


class ClientSendsAlong(Rig):
    """Descriptors and urgent bytes cut what a read gets, whatever has come behind them."""

    def test_descriptors_in_the_middle_of_a_request(self):
        text = request("GET", "/version")
        for _ in range(20):
            wire = self.wire()
            wire.send(text[:10])
            socket.send_fds(wire.socket, [text[10:20]], [0])
            wire.send(text[20:])
            self.assertEqual(wire.head().status, 200)
            wire.close()

    def test_descriptors_between_two_requests(self):
        wire = self.wire()
        for _ in range(20):
            socket.send_fds(wire.socket, [request("GET", "/version")], [0])
            wire.send(request("GET", "/version"))
            for _ in range(2):
                head = wire.head()
                wire.body(head)
                self.assertEqual(head.status, 200)

    def test_urgent_bytes(self):
        wire = self.wire()
        wire.send(request("GET", "/version")[:-4])
        wire.socket.send(b"X", socket.MSG_OOB)
        wire.send(b"\r\n\r\n")
        self.assertIn(wire.head().status, (200, 400))
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

    def attach(self, wire, say):
        """The head of an attach, as the CLI sends it; `say` is what the engine answers."""
        described = b'{"Id":"%b","Name":"/x","Config":{},"HostConfig":{},"State":{"Running":true}}' % (b"ab" * 32)
        self.engine.when("/containers/x/json", lambda call: call.send(answer(described)) or True)
        path = f"/containers/{'ab' * 32}/attach"
        self.watch(path, say)
        wire.send(request("POST", "/containers/x/attach?stream=1&stdin=1&stdout=1", body=b"",
                          headers={"Connection": "Upgrade", "Upgrade": "tcp"}))
        self.assertTrue(wait_until(lambda: self.engine.calls and path.encode() in self.engine.calls[-1].target))
        return self.engine.call()

    def test_before_a_tunnel_opens(self):
        self.gone(lambda wire: self.attach(wire, None))

    def test_in_a_tunnel(self):
        def open_tunnel(wire):
            call = self.attach(wire, b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
                                     b"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello")
            self.assertEqual(wire.head().status, 101)
            self.assertEqual(wire.exactly(5), b"hello")
            return call
        self.gone(open_tunnel)

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
