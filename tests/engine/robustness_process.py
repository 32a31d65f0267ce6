"""Signals, socket files and reloads."""
import os
import signal
import threading
import time

from fake_engine import answer
from proxy_process import ACTIONS
from wire import request, wait_until
from wire_rig import Rig, endless_events


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
