#!/usr/bin/env python3
"""Asks without pause until it is told to stop (SIGTERM), and counts: client.py URL CONNECTIONS

The last line is JSON: {"requests": N, "failed": N, "longest_ms": N, "versions": {...}, "errors": {...}}.
"""

import collections
import http.client
import json
import signal
import sys
import threading
import time
import urllib.parse

url = urllib.parse.urlsplit(sys.argv[1])
stop = threading.Event()
lock = threading.Lock()
versions, errors = collections.Counter(), collections.Counter()
longest = 0.0


def ask():
    global longest
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    while not stop.is_set():
        start = time.monotonic()
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            text = answer.read().decode().strip()
            seen = versions if answer.status == 200 and text.startswith("version ") else errors
            with lock:
                longest = max(longest, time.monotonic() - start)
                seen[text[:200] if seen is versions else f"{answer.status} {text[:80]}"] += 1
        except (OSError, http.client.HTTPException) as error:
            with lock:
                errors[repr(error)] += 1
            connection.close()


signal.signal(signal.SIGTERM, lambda *_: stop.set())
threads = [threading.Thread(target=ask) for _ in range(int(sys.argv[2]))]
for thread in threads:
    thread.start()
stop.wait()
for thread in threads:
    thread.join()
print(json.dumps({"requests": sum(versions.values()) + sum(errors.values()), "failed": sum(errors.values()),
                  "longest_ms": round(longest * 1000), "versions": versions, "errors": errors}))
