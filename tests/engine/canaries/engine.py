"""The engine, as the one who plants speaks to it: JSON in, JSON out, and an error is the end."""
import io
import json
import os
import sys
import tarfile
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from wire import ask  # noqa: E402


class Engine:
    def __init__(self, socket):
        self.socket = socket

    def call(self, method, path, body=None, headers=(), may_fail=False, **query):
        text = {key: value if isinstance(value, str) else json.dumps(value) for key, value in query.items()}
        target = path + ("?" + urllib.parse.urlencode(text) if text else "")
        answer = ask(self.socket, method, target, headers, body)
        if answer.status >= 400 and not may_fail:
            raise RuntimeError(f"{method} {target}: {answer.status} {answer.message()}")
        return answer

    def get(self, path, **query):
        return self.call("GET", path, **query).json()

    def post(self, path, body=None, **query):
        answer = self.call("POST", path, body, **query)
        return answer.json() if answer.body.lstrip()[:1] in (b"{", b"[", b'"') else answer.body

    def container(self, name, start=True, **config):
        made = self.post("/containers/create", {"Image": "busybox", "Cmd": ["sleep", "9999"], **config}, name=name)
        if start:
            self.call("POST", f"/containers/{name}/start")
        return made["Id"]


def tar_of(files):
    """A tar archive in memory; a folder is a name that ends with a slash."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name.rstrip("/"))
            if name.endswith("/"):
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(info)
            else:
                data = text if isinstance(text, bytes) else text.encode()
                info.size, info.mode = len(data), 0o755
                tar.addfile(info, io.BytesIO(data))
    return out.getvalue()
