"""What the wire tests share: a fake engine and a proxy in front of it, in a folder a test."""
import os
import sys
import unittest

from fake_engine import CHUNKED, FakeEngine, chunk
from proxy_process import Proxy
from wire import Wire, ask

FOLDER = sys.argv[1] if len(sys.argv) > 1 else ""
GIB = 1 << 30
BLOCK = bytes(range(256)) * 1024
EVENT = b'{"status":"start","id":"x","Type":"container","Action":"start","Actor":{"ID":"x","Attributes":{}}}\n'


class Rig(unittest.TestCase):
    """A fake engine and a proxy in front of it, for each test."""

    limits = ""
    command = ()
    others = ()  # listeners besides `plain`

    def setUp(self):
        self.folder = os.path.join(FOLDER, self._testMethodName)
        os.makedirs(self.folder, exist_ok=True)
        self.engine = FakeEngine(self.folder + "/engine.sock")
        self.proxy = Proxy(self.folder, self.engine.path, self.limits, self.command, others=self.others)
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
