"""HTTP on a Unix socket, as bare as a test needs it: what goes out is exactly what was given."""
import json
import socket
import time


class Answer:
    def __init__(self, status, headers, body=b""):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def message(self):
        try:
            return self.json().get("message", "")
        except (ValueError, AttributeError):
            return self.body.decode("latin-1", "replace")


class Wire:
    """One connection. Reads with a time limit; b"" is the end."""

    def __init__(self, path, timeout=15.0):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def give_up(self):
        """From another thread: whoever reads sees the end."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def some(self, size=262144):
        if self.buffer:
            data, self.buffer = self.buffer[:size], self.buffer[size:]
            return data
        return self.socket.recv(size)

    def until(self, mark):
        """Everything up to and with the mark; what comes after stays for the next read."""
        while mark not in self.buffer:
            data = self.socket.recv(262144)
            if not data:
                raise EOFError(f"closed before {mark!r}, after {self.buffer[:200]!r}")
            self.buffer += data
        head, self.buffer = self.buffer.split(mark, 1)
        return head + mark

    def exactly(self, size):
        while len(self.buffer) < size:
            data = self.socket.recv(262144)
            if not data:
                raise EOFError(f"closed {size - len(self.buffer)} bytes early")
            self.buffer += data
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def rest(self, limit=1 << 30):
        out = []
        while limit > 0:
            data = self.some()
            if not data:
                break
            out.append(data)
            limit -= len(data)
        return b"".join(out)

    def head(self):
        lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        return Answer(int(lines[0].split()[1]), headers)

    def chunk(self):
        """One chunk of a chunked body; b"" after the last."""
        size = int(self.until(b"\r\n").split(b";")[0], 16)
        data = self.exactly(size)
        self.until(b"\r\n")
        return data

    def body(self, answer, method="GET"):
        if method == "HEAD" or answer.status in (204, 304):
            return b""
        if answer.headers.get("transfer-encoding") == "chunked":
            parts = []
            while True:
                part = self.chunk()
                if not part:
                    return b"".join(parts)
                parts.append(part)
        if "content-length" in answer.headers:
            return self.exactly(int(answer.headers["content-length"]))
        return self.rest()


def request(method, target, headers=(), body=None, protocol="HTTP/1.1", host="docker"):
    """The bytes of a request. A body of a dict or list is JSON; headers is a dict or pairs."""
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    names = {name.lower() for name, _ in pairs}
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
        if "content-type" not in names:
            pairs.append(("Content-Type", "application/json"))
    if host is not None and "host" not in names:
        pairs.insert(0, ("Host", host))
    if body is not None and "transfer-encoding" not in names and "content-length" not in names:
        pairs.append(("Content-Length", str(len(body))))
    head = f"{method} {target} {protocol}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in pairs) + "\r\n"
    return head.encode("latin-1") + (body or b"")


def ask(path, method, target, headers=(), body=None, timeout=60.0):
    """A whole exchange on a connection of its own."""
    with Wire(path, timeout) as wire:
        wire.send(request(method, target, headers, body))
        answer = wire.head()
        answer.body = wire.body(answer, method)
        return answer


class AuditFile:
    """The records that were written to the audit file since the last look."""

    def __init__(self, path):
        self.path, self.place, self.left = path, 0, []
        self.new()

    def new(self):
        left, self.left = self.left, []
        return left + self.read()

    def read(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(self.place)
                data = file.read()
        except FileNotFoundError:
            return []
        data = data[:data.rfind(b"\n") + 1]
        self.place += len(data)
        return [json.loads(line) for line in data.splitlines()]

    def wait_for(self, fits, seconds=10.0):
        """The first new record that fits, or None after that time; skips those before it."""
        end = time.monotonic() + seconds
        while True:
            records = self.new()
            for index, record in enumerate(records):
                if fits(record):
                    self.left = records[index + 1:]
                    return record
            if time.monotonic() > end:
                return None
            time.sleep(0.02)


def wait_until(fits, seconds=15.0, step=0.05):
    end = time.monotonic() + seconds
    while not fits():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True
