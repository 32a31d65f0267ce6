"""What sealock writes of requests: audit.py RIG SCHEMA [test names]"""
import base64
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from wire import AuditFile, Wire, ask, request  # noqa: E402

RIG = sys.argv[1] if len(sys.argv) > 1 else ""
SCHEMA = sys.argv[2] if len(sys.argv) > 2 else ""
CANARY = "canary-0dd-audit"


def credentials(word):
    text = json.dumps({"username": "user", "password": f"{CANARY}-{word}"})
    return base64.urlsafe_b64encode(text.encode()).decode()


def matches(schema, value, root, path=""):
    """The part of JSON Schema that audit-v1.json uses; raises AssertionError with the place."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if "const" in schema:
        assert value == schema["const"], f"{path}: {value!r}"
    if "enum" in schema:
        assert value in schema["enum"], f"{path}: {value!r}"
    kinds = {"object": dict, "string": str, "integer": int, "array": list}
    if "type" in schema:
        assert isinstance(value, kinds[schema["type"]]), f"{path}: {value!r}"
    if "pattern" in schema:
        assert re.search(schema["pattern"], value), f"{path}: {value!r}"
    if schema.get("type") == "object":
        for key in schema["required"]:
            assert key in value, f"{path}: no {key}"
        for key, item in value.items():
            assert key in schema["properties"], f"{path}.{key} is not in the schema"
            matches(schema["properties"][key], item, root, f"{path}.{key}")
    if schema.get("type") == "array":
        for item in value:
            matches(schema["items"], item, root, f"{path}[]")


class Audit(unittest.TestCase):
    def setUp(self):
        self.audit = AuditFile(f"{RIG}/audit.jsonl")
        self.raw = f"{RIG}/engine.sock"
        ask(self.raw, "DELETE", "/containers/st-audit?force=1")

    def tearDown(self):
        ask(self.raw, "DELETE", "/containers/st-audit?force=1")

    def ask(self, policy, method, target, **rest):
        return ask(f"{RIG}/{policy}.sock", method, target, **rest)

    def decision(self, operation, seconds=5):
        return self.audit.wait_for(
            lambda r: r["event"] == "decision" and r.get("operation") == operation, seconds)

    def container(self, command=("sleep", "1000")):
        ask(self.raw, "POST", "/containers/create?name=st-audit", body={"Image": "busybox", "Cmd": list(command)})
        ask(self.raw, "POST", "/containers/st-audit/start", body=b"")

    def test_an_allowed_request_has_two_lines(self):
        self.ask("admin", "GET", "/images/busybox/get")
        decision = self.decision("ImageGet")
        self.assertEqual((decision["decision"], decision["listener"], decision["policy"]), ("allow", "admin", "admin"))
        self.assertEqual(decision["client"], {"uid": os.getuid(), "gid": os.getgid(), "pid": os.getpid()})
        end = self.audit.wait_for(lambda r: r["event"] == "end")
        self.assertEqual((end["id"], end["status"], end["end"]), (decision["id"], 200, "done"))
        self.assertGreater(end["bytes_out"], 1000000)
        self.ask("admin", "POST", "/volumes/prune", body=b"")
        decision = self.decision("VolumePrune")
        self.assertEqual(self.audit.wait_for(lambda r: r["event"] == "end")["id"], decision["id"])

    def test_a_read_of_plain_json_has_one(self):
        self.ask("admin", "GET", "/containers/json?all=1")
        self.assertEqual(self.decision("ContainerList")["decision"], "allow")
        self.assertIsNone(self.audit.wait_for(lambda r: r["event"] == "end", 0.3))

    def test_a_denied_one_has_one_with_its_reason(self):
        answer = self.ask("monitoring", "POST", "/containers/st-audit/stop", body=b"")
        record = self.decision("ContainerStop")
        self.assertEqual((record["decision"], record["by"], record["status"]), ("deny", "default", 403))
        self.assertEqual(record["target"], "st-audit")
        self.assertIn(record["id"], answer.message())
        answer = self.ask("admin", "POST", "/containers/create",
                          body={"Image": "busybox", "HostConfig": {"Privileged": True}})
        record = self.decision("ContainerCreate")
        self.assertEqual((record["decision"], record["by"]), ("deny", "baseline/privileged-container"))
        self.assertIn(record["id"], answer.message())
        self.assertIsNone(self.audit.wait_for(lambda r: r["event"] == "end" and r["id"] == record["id"], 0.3))

    def test_one_that_nobody_understands_has_one(self):
        for bad in (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"BREW /pot HTTP/1.1\r\nHost: d\r\n\r\n",
                    request("POST", "/containers/create", body=b'{"Image":"a","image":"b"}',
                            headers={"Content-Type": "application/json"})):
            with Wire(f"{RIG}/admin.sock") as wire:
                wire.send(bad)
                self.assertGreaterEqual(wire.head().status, 400)
            record = self.audit.wait_for(lambda r: r["event"] == "decision", 5)
            self.assertNotEqual(record["decision"], "allow")

    def test_a_stream_has_its_line_while_it_runs_and_one_when_it_ends(self):
        self.container()
        with Wire(f"{RIG}/admin.sock") as wire:
            wire.send(request("GET", "/containers/st-audit/stats?stream=1"))
            self.assertEqual(wire.head().status, 200)
            first = wire.some()
            decision = self.decision("ContainerStats")
            self.assertEqual(decision["decision"], "allow")
            self.assertIsNone(self.audit.wait_for(lambda r: r["event"] == "end", 0.3))
        end = self.audit.wait_for(lambda r: r["event"] == "end" and r["id"] == decision["id"], 5)
        self.assertEqual(end["end"], "client_gone")
        self.assertGreaterEqual(end["bytes_out"], len(first) - 10)

    def test_the_line_is_there_before_the_engine_is_asked(self):
        """`wait` is answered when the container ends; its line is there long before."""
        self.container()
        with Wire(f"{RIG}/admin.sock") as wire:
            wire.send(request("POST", "/containers/st-audit/wait", body=b""))
            self.assertEqual(self.decision("ContainerWait")["decision"], "allow")

    def test_a_tunnel_counts_its_bytes(self):
        self.container(("sh", "-c", "cat; echo end"))
        ask(self.raw, "DELETE", "/containers/st-audit?force=1")
        ask(self.raw, "POST", "/containers/create?name=st-audit",
            body={"Image": "busybox", "Cmd": ["cat"], "OpenStdin": True, "StdinOnce": True})
        with Wire(f"{RIG}/admin.sock") as wire:
            wire.send(request("POST", "/containers/st-audit/attach?stream=1&stdin=1&stdout=1", body=b"",
                              headers={"Connection": "Upgrade", "Upgrade": "tcp"}))
            self.assertEqual(wire.head().status, 101)
            ask(self.raw, "POST", "/containers/st-audit/start", body=b"")
            wire.send(b"twelve bytes")
            wire.half_close()
            self.assertIn(b"twelve bytes", wire.rest())
        decision = self.decision("ContainerAttach")
        end = self.audit.wait_for(lambda r: r["event"] == "end" and r["id"] == decision["id"])
        self.assertEqual((end["status"], end["bytes_in"]), (101, 12))
        self.assertGreaterEqual(end["bytes_out"], 20)

    def test_the_clients_reason_is_kept(self):
        self.ask("admin", "GET", "/version", headers={"X-Request-Reason": "ticket 17"})
        self.assertEqual(self.decision("SystemVersion")["reason"], "ticket 17")

    def test_what_was_dropped_is_named(self):
        self.ask("admin", "GET", "/containers/json?all=1&nonsense=1")
        self.assertEqual(self.decision("ContainerList")["dropped"], ["nonsense"])

    def test_no_control_characters(self):
        self.ask("admin", "GET", "/version", headers={"X-Request-Reason": "a\tb\x7f\xe9"})
        with open(f"{RIG}/audit.jsonl", "rb") as file:
            for line in file.read().splitlines():
                self.assertTrue(all(32 <= byte < 127 for byte in line), line[:200])

    def test_no_secret(self):
        body = {"Image": "busybox", "Cmd": ["sh", "-c", f"true {CANARY}-cmd"], "Env": [f"PASSWORD={CANARY}-env"],
                "Labels": {"token": f"{CANARY}-label"}, "Healthcheck": {"Test": ["CMD", f"{CANARY}-health"]}}
        self.assertEqual(self.ask("admin", "POST", "/containers/create?name=st-audit", body=body).status, 201)
        self.ask("admin", "POST", "/containers/st-audit/exec", body={"Cmd": ["true", f"{CANARY}-exec"]})
        self.ask("monitoring", "POST", "/containers/create?name=st-audit", body=body)
        body["HostConfig"] = {"Privileged": True}
        self.ask("admin", "POST", "/containers/create", body=body)
        body["Nonsense"] = f"{CANARY}-unknown"
        self.ask("admin", "POST", "/containers/create", body=body)
        self.ask("admin", "POST", "/auth", body={"username": "user", "password": f"{CANARY}-auth",
                                                 "serveraddress": "127.0.0.1:1"})
        self.ask("admin", "POST", "/images/create?fromImage=127.0.0.1:1/x&tag=1", body=b"",
                 headers={"X-Registry-Auth": credentials("registry")})
        self.ask("admin", "POST", f"/build?buildargs=%7B%22A%22%3A%22{CANARY}-arg%22%7D", body=bytes(1024),
                 headers={"Content-Type": "application/x-tar", "X-Registry-Config": credentials("config")})
        self.ask("admin", "GET", "/version", headers={"Authorization": f"Bearer {CANARY}-bearer"})
        self.ask("admin", "GET", f"/containers/json?password={CANARY}-query")
        self.ask("admin", "POST", "/volumes/create", body={
            "Name": "st-audit", "DriverOpts": {"type": "cifs", "o": f"password={CANARY}-volume", "device": "//nas/x"}})
        self.audit.wait_for(lambda r: False, 0.5)
        for name in ("audit.jsonl", "sealock.log"):
            with open(f"{RIG}/{name}", encoding="utf-8") as file:
                text = file.read()
            self.assertEqual(sorted(set(re.findall(CANARY + "-[a-z]+", text))), [], name)
            for word in ("registry", "config"):
                self.assertNotIn(credentials(word)[:40], text, name)

    def test_every_line_fits_the_schema(self):
        with open(SCHEMA, encoding="utf-8") as file:
            root = json.load(file)
        self.ask("admin", "GET", "/version")
        with open(f"{RIG}/audit.jsonl", encoding="ascii") as file:
            for line in file:
                record = json.loads(line)
                matches(root["$defs"][record["event"]], record, root, record["event"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"] + sys.argv[3:])
