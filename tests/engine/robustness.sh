#!/usr/bin/env bash
# The running binary under bulk, crowds, slow and vanishing peers, dead engines, signals and reloads;
# then the same with a real engine that dies.
. "$(dirname "$0")/support/story.sh"

mkdir -p "$work/wire"
if python3 "$here/robustness.py" "$work/wire" 2>&1; then pass; else fail "robustness.py"; fi

# A real engine killed under a running `docker run`, and started again, in a rig of its own.
own=$work/rig
at_end+=('bash "$top/tests/rig.sh" down "$own"')
bash "$top/tests/rig.sh" up "$own" || fail "a rig of its own"
RIG=$own
on admin run --rm busybox sleep 60 >"$work/run.txt" 2>&1 &
client=$!
until_true sh -c "curl -s --unix-socket $own/engine.sock http://d/containers/json | grep -q Up"
kill -9 "$(cat "$own/engine.pid")"
expect "the client of a dead engine is told" until_true sh -c "! kill -0 $client"
on admin ps >"$work/ps.txt" 2>&1 && fail "docker ps works without an engine"
grep -qi 'engine' "$work/ps.txt" || fail "no word of the engine: $(cat "$work/ps.txt")"
# Its containerd dies with it; what is left of both would keep the next one from starting.
until_true sh -c "! pgrep -f '^containerd --config $own/'"
rm -f "$own"/engine.{pid,sock} "$own"/exec/containerd/containerd.{pid,sock}
unshare -n bash -c 'ip link set lo up; exec dockerd --host "unix://$1/engine.sock" --data-root "$1/data" \
  --exec-root "$1/exec" --pidfile "$1/engine.pid" --log-level warn' engine "$own" >"$own/engine.log" 2>&1 </dev/null &
expect "the engine is back" until_true on admin version
expect "and works through the same sealock" on admin run --rm busybox true
story_end
