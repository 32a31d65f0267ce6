# SPDX-License-Identifier: Apache-2.0
# Speaks HTTP with a running sealock through its Unix socket; for the modules of this collection.

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import socket

try:
    from http.client import HTTPConnection, HTTPException
    from urllib.parse import quote, urlencode
except ImportError:  # Python 2 on an old node
    from httplib import HTTPConnection, HTTPException
    from urllib import quote, urlencode

ROOT = "/sealock/v1"
SOCKET = "/run/sealock/deployer.sock"


def arguments(**more):
    """The argument_spec of a module: its own, and the socket."""
    return dict(socket=dict(type="path", default=SOCKET), **more)


class _UnixConnection(HTTPConnection):
    def __init__(self, path, timeout):
        HTTPConnection.__init__(self, "sealock", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Sealock(object):
    """One request at a time; what cannot be done ends the module with sealock's own words."""

    def __init__(self, module):
        self.module = module
        self.path = module.params["socket"]

    def call(self, method, parts, query=None, body=None, content_type="application/json", headers=None,
             missing=False, timeout=300):
        """The answer's JSON. With `missing`, None for what does not exist instead of an error."""
        target = "/".join([ROOT] + [quote(part, safe="") for part in parts])
        if query:
            target += "?" + urlencode(query)
        sent = dict(headers or {})
        if body is not None:
            sent["Content-Type"] = content_type
            if not isinstance(body, bytes):
                body = (body if content_type != "application/json" or isinstance(body, str)
                        else json.dumps(body)).encode("utf-8")
        connection = _UnixConnection(self.path, timeout)
        try:
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
        except (OSError, IOError, HTTPException) as problem:
            self.module.fail_json(
                msg="cannot talk to sealock at %s: %s; is it running, and may this user use that socket?"
                % (self.path, problem))
        finally:
            connection.close()
        try:
            document = json.loads(text) if text else {}
        except ValueError:
            document = {"message": text}
        if answer.status == 404 and missing:
            return None
        if answer.status >= 300:
            message = document.get("message", "") if isinstance(document, dict) else ""
            self.module.fail_json(msg=message or "sealock answered %d" % answer.status, status=answer.status)
        return document


def checking(module):
    """The query of a request that must change nothing in check mode."""
    return {"check": "1"} if module.check_mode else None
