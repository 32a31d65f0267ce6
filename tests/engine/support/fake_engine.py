"""An engine that does what a test tells it: handlers by path, a thread a connection, and a record of
what it received and of which connections are still open.

    with FakeEngine(path) as engine:
        engine.when("/images/x/get", lambda call: call.send(...))

A handler gets a Call. It may leave the connection open: return True keeps it for the next request.
Everything else is answered `{}`.
"""
import os
import socket
import threading
import time

PING = b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK"


def answer(body=b"{}", status="200 OK", headers=""):
    return (f"HTTP/1.1 {status}\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


CHUNKED = (b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n"
           b"Transfer-Encoding: chunked\r\n\r\n")


class Call:
    """One request. `sent` and `received` count bytes of bodies, for who looks from another thread."""

    def __init__(self, connection, head, rest):
        self.connection, self.head, self.rest = connection, head, rest
        self.method, self.target = head.split(b" ", 2)[:2]
        self.sent = self.received = 0
        self.ended = threading.Event()  # the proxy closed this connection
        self.go_on = threading.Event()  # for the test to say

    def send(self, data):
        self.connection.sendall(data)
        self.sent += len(data)

    def some(self, size=1 << 18):
        """The next bytes of the body as they are on the wire; b"" is the end of the connection."""
        if self.rest:
            data, self.rest = self.rest[:size], self.rest[size:]
        else:
            try:
                data = self.connection.recv(size)
            except OSError:
                data = b""
        self.received += len(data)
        return data

    def until(self, mark):
        data = b""
        while mark not in data:
            more = self.some()
            if not more:
                break
            data += more
        return data

    def body(self):
        """A whole body of Content-Length or chunks; what it holds."""
        head = self.head.lower()
        if b"transfer-encoding: chunked" in head:
            return self.until(b"0\r\n\r\n")
        if b"content-length:" not in head:
            return b""
        size, data = int(head.split(b"content-length:")[1].split(b"\r\n")[0]), b""
        while len(data) < size:
            more = self.some(size - len(data))
            if not more:
                break
            data += more
        return data

    def wait_for_end(self):
        while self.some():
            pass
        self.ended.set()


class FakeEngine:
    def __init__(self, path):
        self.path, self.handlers, self.calls = path, {}, []
        self.open = set()
        self.lock = threading.Lock()
        self.listener = None
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def when(self, path, handler):
        self.handlers[path.encode()] = handler

    def start(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(2048)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def stop(self):
        """As kill -9 does it: the socket file stays, every connection breaks off."""
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
        with self.lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.open.add(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            rest = b""
            while True:
                while b"\r\n\r\n" not in rest:
                    data = connection.recv(65536)
                    if not data:
                        return
                    rest += data
                head, rest = rest.split(b"\r\n\r\n", 1)
                call = Call(connection, head + b"\r\n\r\n", rest)
                if not self.answer(call):
                    return
                rest = call.rest
        except OSError:
            pass
        finally:
            with self.lock:
                self.open.discard(connection)
            connection.close()

    def answer(self, call):
        path = call.target.split(b"?")[0]
        if path.startswith(b"/v1."):
            path = b"/" + path.split(b"/", 2)[2]
        handler = self.handlers.get(path)
        if handler is not None:
            self.calls.append(call)
            return handler(call)
        call.body()
        if path == b"/_ping":
            call.send(PING if call.method == b"GET" else PING[:-2])
        elif path == b"/version":
            call.send(answer(b'{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}'))
        else:
            call.send(answer())
        return True

    def call(self, seconds=10.0):
        """The newest call that a handler got."""
        end = time.monotonic() + seconds
        while not self.calls:
            if time.monotonic() > end:
                raise AssertionError("the engine was not asked")
            time.sleep(0.01)
        return self.calls[-1]
