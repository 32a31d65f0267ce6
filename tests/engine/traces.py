"""Replays the recorded requests of real clients and looks at what sealock decides about each.

traces.py on ADMIN_SOCKET ENGINE_SOCKET AUDIT FOLDER DENIALS
    every FOLDER/*.jsonl on one socket: no denial besides those in the file DENIALS, none of its lines
    without use
traces.py policies FOLDER OPERATIONS RULES
    writes a policy for each FOLDER/*.allow, with just the operations of that list
traces.py least TRACES ALLOWS SOCKETS ENGINE_SOCKET AUDIT DENIALS
    each client's trace on the policy of its own list: what the list names is allowed, the rest denied

The engine of a rig has none of the recorded containers. The first id of its kind that was never seen
before stands for what was created last, as it did when it was recorded; else a 404 is what comes.
"""
import base64
import glob
import io
import json
import os
import re
import sys
import tarfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from wire import AuditFile, Wire, ask, request  # noqa: E402

ID = re.compile(r"\b[0-9a-f]{64}\b")
VERSION = re.compile(r"^(http:/)?(/v[0-9.]+)?(?=/)")


def small_tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def upload_for(target, size):
    """A body for a request whose recording has only the size of it."""
    if size <= 5:
        return b"null\n"
    if "/build" in target:
        name = re.search(r"dockerfile=([^&]+)", target)
        return small_tar({name.group(1) if name else "Dockerfile": b"FROM busybox\nCMD true\n"})
    return small_tar({"file": b"text\n"})


class Replay:
    def __init__(self, path, engine, audit):
        self.path, self.engine, self.audit = path, engine, AuditFile(audit)
        self.known, self.last = {}, {}

    def mapped(self, target):
        kind = "exec" if "/exec/" in target and "/containers/" not in target else "container"

        def known(match):
            if match.group(0) not in self.known:
                self.known[match.group(0)] = self.last.get(kind, match.group(0))
            return self.known[match.group(0)]
        return ID.sub(known, target)

    def headers(self, line, agent):
        headers = []
        if agent and agent != "(none)":
            headers.append(("User-Agent", agent))
        for name in ("x-registry-auth", "x-registry-config"):
            if name in line:
                headers.append((name, line[name]))
        upgrade = line.get("upgrade")
        if upgrade:
            headers += [("Connection", "Upgrade"), ("Upgrade", upgrade)]
        if upgrade == "websocket":
            headers += [("Sec-WebSocket-Version", "13"), ("Origin", "http://localhost"),
                        ("Sec-WebSocket-Key", base64.b64encode(b"0123456789abcdef").decode())]
        return headers

    def bytes_of(self, line, agent):
        target = self.mapped(line["path"])
        protocol = line.get("proto", "HTTP/1.1")
        headers, body = self.headers(line, agent), line.get("body")
        host = None if protocol == "HTTP/1.0" else "docker"
        if isinstance(body, str):
            body = body.encode()
        if body is None and "body_bytes" in line:
            body = upload_for(target, line["body_bytes"])
            headers.append(("Content-Type", "application/json" if len(body) == 5 else "application/x-tar"))
        if line.get("req_chunked"):
            data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
            if isinstance(body, (dict, list)):
                headers.append(("Content-Type", "application/json"))
            body = (b"%x\r\n%b\r\n" % (len(data), data) if data else b"") + b"0\r\n\r\n"
            headers.append(("Transfer-Encoding", "chunked"))
        elif body is None and line["method"] in ("POST", "PUT"):
            body = b""
        return request(line["method"], target, headers, body, protocol, host)

    def play(self, line, agent):
        """The decision of the audit file, and the answer; streams are read for a moment only."""
        answer = None
        with Wire(self.path) as wire:
            enough = threading.Timer(1.5, wire.give_up)
            enough.start()
            try:
                wire.send(self.bytes_of(line, agent))
                if line.get("hijack"):
                    wire.half_close()
                answer = wire.head()
                answer.body = b"" if answer.status == 101 else wire.body(answer, line["method"])
            except (EOFError, OSError, ValueError):
                pass
            enough.cancel()
        decisions = [r for r in self.audit.new() if r["event"] == "decision"]
        self.note(line, answer)
        return decisions[0] if decisions else None, answer

    def note(self, line, answer):
        """Remembers what was created; a plain one takes the place of what was refused."""
        if answer is None or "/containers/" not in line["path"]:
            return
        if answer.status == 403 and "/containers/create" in line["path"]:
            body = {"Image": "busybox", "Cmd": ["sleep", "1000"], "OpenStdin": True}
            answer = ask(self.engine, "POST", VERSION.sub("", line["path"]), body=body)
        if answer.status == 201 and b'"Id"' in answer.body:
            kind = "exec" if line["path"].endswith("/exec") else "container"
            self.last[kind] = answer.json()["Id"]


def lines_of(file):
    """(request, user agent); folded repeats once."""
    agent = None
    for text in open(file, encoding="utf-8"):
        line = json.loads(text)
        if "meta" in line:
            agent = line["meta"]["user_agents"][0]
        elif "method" in line:
            yield line, agent


class Image:
    """The rig's image. Some recordings prune every image there is."""

    tar = None

    @classmethod
    def restore(cls, engine):
        if cls.tar is None:
            cls.tar = ask(engine, "GET", "/images/busybox:latest/get").body
        if ask(engine, "GET", "/images/busybox:latest/json").status != 200:
            ask(engine, "POST", "/images/load", {"Content-Type": "application/x-tar"}, cls.tar)


def prepare(engine):
    """The images that the recordings speak of; their containers are made by the recordings."""
    Image.restore(engine)
    for repo, tag in (("cli-busybox", "1"), ("alpine", "3.10"), ("alpine", "latest"), ("cli-dcweb", "1")):
        ask(engine, "POST", f"/images/busybox:latest/tag?repo={repo}&tag={tag}", body=b"")
    tidy(engine)
    for name in ("cli-web", "cli-db", "cli-anstarget"):
        body = {"Image": "busybox", "Cmd": ["sleep", "1000"]}
        ask(engine, "POST", f"/containers/create?name={name}", body=body)
        ask(engine, "POST", f"/containers/{name}/start", body=b"")


def tidy(engine):
    for container in ask(engine, "GET", "/containers/json?all=1").json():
        ask(engine, "DELETE", f"/containers/{container['Id']}?force=1&v=1")
    for network in ask(engine, "GET", "/networks").json():
        if network["Name"] not in ("bridge", "host", "none"):
            ask(engine, "DELETE", f"/networks/{network['Id']}")
    for volume in ask(engine, "GET", "/volumes").json()["Volumes"] or []:
        ask(engine, "DELETE", f"/volumes/{volume['Name']}?force=1")
    Image.restore(engine)


def operation_path(target):
    return VERSION.sub("", target).split("?")[0]


class Denials:
    """What may be denied, from a file: operation<TAB>rule<TAB>reason. For a request that was not
    understood the rule is a part of the error's text, and the operation may be a dash."""

    def __init__(self, file):
        self.unused, self.rows = set(), []
        for line in open(file, encoding="utf-8"):
            if line.strip() and not line.startswith("#"):
                self.rows.append(tuple(line.rstrip("\n").split("\t")[:2]))
        self.unused.update(self.rows)

    def explain(self, record):
        operation = record.get("operation", "-")
        for row in self.rows:
            if row[0] == operation and (row[1] == record.get("by") or row[1] in record.get("error", "\n")):
                self.unused.discard(row)
                return True
        return False


def on(path, engine, audit, folder, denials_file):
    denials, bad, total = Denials(denials_file), 0, 0
    for file in sorted(glob.glob(folder + "/*.jsonl")):
        prepare(engine)
        replay, count, denied, start = Replay(path, engine, audit), 0, 0, time.monotonic()
        for line, agent in lines_of(file):
            count += 1
            record, answer = replay.play(line, agent)
            if record is not None and (record["decision"] == "allow" or is_missing(answer)):
                continue
            denied += 1
            if record is None or not denials.explain(record):
                bad += 1
                print(f"FAIL: {os.path.basename(file)}: {told(line, record, answer)}")
        total += count
        print(f"{os.path.basename(file)}: {count} requests, {denied} denied, {time.monotonic() - start:.1f} s")
    for row in denials.unused:
        bad += 1
        print(f"FAIL: {os.path.basename(denials_file)}: nothing is denied any more by: {' '.join(row)}")
    tidy(engine)
    print(f"{total} requests, {bad} failures")
    return bad


def is_missing(answer):
    """The engine of the rig has not what the recording spoke of."""
    return answer is not None and answer.status == 404


def told(line, record, answer):
    shown = f"{line['method']} {line['path'][:140]}"
    if record is None:
        return f"{shown}: no audit record; answer {answer and answer.status}"
    why = record.get("error") or answer and answer.message() or ""
    return f"{shown}: {record.get('operation', '-')} {record['decision']} by {record.get('by', '-')}: {why[:300]}"


def allow_rules(file):
    for line in open(file, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            methods, pattern = line.split(None, 1)
            yield methods.split(","), re.compile(pattern.strip())


def is_allowed(rules, method, path):
    return any(method in methods and pattern.fullmatch(path) for methods, pattern in rules)


def policies(folder, operations_file, out):
    """An operation is on a list when its template, filled in, is."""
    operations = json.load(open(operations_file, encoding="utf-8"))
    for file in sorted(glob.glob(folder + "/*.allow")):
        name = "least-" + os.path.basename(file)[:-len(".allow")].replace("_", "-")
        rules = list(allow_rules(file))
        found = [o for o in operations
                 if is_allowed(rules, o["method"], re.sub(r"\{\w+\}", "x", o["path"]))]
        first = min(found, key=lambda o: o["method"])
        lines = ["version: 1", f"policy: {name}", "description: Just what one client needs.",
                 "owner: tests", "applies_to:", f"  - {{listener: {name}}}", "rules:",
                 "  - allow: its-needs", f"    actions: [{', '.join(o['operation'] for o in found)}]"]
        if any(o["body"] == "json body" for o in found):
            lines.append("    may_set: every_field")
        if any(o["operation"] == "ContainerTop" for o in found):
            # ps runs as root on the host: its options are never part of a plain allow.
            lines += ["  - allow: columns-of-ps", "    actions: [ContainerTop]", "    when:",
                      "      query.ps_args: {matches: '-o[a-z,]+'}"]
        target = re.sub(r"\{\w+\}", "x", first["path"])
        lines += ["tests:", "  - it: has what it needs", f"    request: {first['method']} {target}",
                  "    expect: {allow: its-needs}"]
        with open(f"{out}/{name}.yaml", "w", encoding="utf-8") as policy:
            policy.write("\n".join(lines) + "\n")
        print(f"{name}: {len(found)} operations")
    return 0


# Whose recording stands for a list that was verified with a shorter run.
RECORDED_AS = {"ansible-min": ["ansible-deploy", "ansible-inv"], "zabbix": []}


def least(traces, allows, sockets, engine, audit, denials_file):
    bad, denials = 0, Denials(denials_file)
    for file in sorted(glob.glob(allows + "/*.allow")):
        client = os.path.basename(file)[:-len(".allow")]
        path, rules = f"{sockets}/least-{client.replace('_', '-')}.sock", list(allow_rules(file))
        count = {True: 0, False: 0}
        for trace in RECORDED_AS.get(client, [client]):
            prepare(engine)
            replay = Replay(path, engine, audit)
            for line, agent in lines_of(f"{traces}/{trace}.jsonl"):
                listed = is_allowed(rules, line["method"], operation_path(line["path"]))
                record, answer = replay.play(line, agent)
                count[listed] += 1
                allowed = record is not None and (record["decision"] == "allow" or listed and (
                    is_missing(answer) or denials.explain(record)))
                if listed != allowed:
                    bad += 1
                    print(f"FAIL: {client}: {'' if listed else 'not '}on its list: {told(line, record, answer)}")
        print(f"{client}: {count[True]} requests of its list allowed, {count[False]} others denied")
    tidy(engine)
    return bad


if __name__ == "__main__":
    commands = {"on": on, "policies": policies, "least": least}
    sys.exit(1 if commands[sys.argv[1]](*sys.argv[2:]) else 0)
