#!/usr/bin/env bash
# What a small request costs: user instructions of a proxied GET /version (353 bytes, from the benchmark's
# engine) with the audit log on, counted by callgrind, from two runs that differ by 6,000 requests. A count
# is the same on every machine, however busy; at most 25,000 (performance.md).
. "$(dirname "$0")/support/story.sh"
command -v valgrind >/dev/null || { echo "skipped: valgrind is not installed"; exit 77; }
most=25000

g++ -std=c++20 -O1 -o "$work/bench" "$top/tests/bench/bench.cpp"
"$work/bench" stub "$work/engine.sock" "$top/tests/policy/answer/recorded/41-ContainerInspect-1.json" &
stub=$!
at_end+=('kill $stub')
cat >"$work/sealock.yaml" <<CONFIG
engine: unix://$work/engine.sock
rules: $top/tests/bench/rules
audit: {sink: file, file: $work/audit.jsonl}
listeners:
  - {name: bench, socket: $work/bench.sock, policy: bench}
CONFIG

# count REQUESTS: the instructions of a whole run that serves so many.
count() {
  valgrind --tool=callgrind --callgrind-out-file="$work/callgrind.out" \
    "${SEALOCK:-$top/build/release/proxy/cli/sealock}" run --config "$work/sealock.yaml" >"$work/valgrind.log" 2>&1 </dev/null &
  local proxy=$!
  until_true test -S "$work/bench.sock"
  python3 - "$work/bench.sock" "$1" <<'PYTHON'
import socket, sys

wire = socket.socket(socket.AF_UNIX)
wire.connect(sys.argv[1])
for _ in range(int(sys.argv[2])):
    wire.sendall(b"GET /version HTTP/1.1\r\nHost: docker\r\nUser-Agent: Docker-Client/20.10.24 (linux)\r\n\r\n")
    answer = b""
    while not answer.endswith(b"\"}\n"):
        answer += wire.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 "), answer
PYTHON
  kill "$proxy" && wait "$proxy"
  sed -n 's/^totals: //p' "$work/callgrind.out"
}

few=$(count 200)
many=$(count 6200)
if [ -z "$few" ] || [ -z "$many" ]; then
  fail "nothing was counted: $(tail -n 5 "$work/valgrind.log")"
else
  each=$(((many - few) / 6000))
  echo "$each user instructions a request"
  if [ "$each" -gt 5000 ] && [ "$each" -le $most ]; then pass; else fail "a small request takes $each instructions, wanted at most $most"; fi
fi
story_end
