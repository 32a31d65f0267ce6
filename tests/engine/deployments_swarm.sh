#!/usr/bin/env bash
# Deployments to a swarm: first of one machine, then of two, which are two engines of rigs of their own, each in its
# network namespace, with a cable between them.
. "$(dirname "$0")/support/story.sh"
driver=$top/build/release/tests/engine/deployments/deploy_driver
bash "$top/tests/build.sh" release deploy_driver >"$work/build.txt" 2>&1 || { tail -n 20 "$work/build.txt"; exit 1; }
own=$work/rig
second=$work/rig2
at_end+=('bash "$top/tests/rig.sh" down "$own"' 'bash "$top/tests/rig.sh" down "$second"')
for rig in "$own" "$second"; do bash "$top/tests/rig.sh" up "$rig" || fail "a rig of its own"; done
RIG=$own
other() { "$CLI" -H "unix://$second/engine.sock" "$@"; }

# plug RIG INTERFACE ADDRESS: gives one end of the cable to the engine of a rig.
plug() {
  local engine
  engine=$(cat "$1/engine.pid")
  ip link set "$2" netns "$engine" name node0 &&
    nsenter -t "$engine" -n ip addr add "$3/24" dev node0 &&
    nsenter -t "$engine" -n ip link set node0 up
}
cable=st$$
if ! ip link add "$cable-a" type veth peer name "$cable-b" || ! plug "$own" "$cable-a" 10.99.0.1 ||
  ! plug "$second" "$cable-b" 10.99.0.2; then
  ip link del "$cable-a" 2>/dev/null
  echo "skipped: no cable between network namespaces here"
  exit 77
fi
if ! raw swarm init --advertise-addr 10.99.0.1 --listen-addr 10.99.0.1:2377 >"$work/swarm.txt" 2>&1; then
  cat "$work/swarm.txt"
  echo "skipped: this kernel has no swarm"
  exit 77
fi
if python3 "$here/deployments/swarm.py" "$own" "$driver"; then pass; else fail "deployments/swarm.py"; fi

raw save busybox | other load >/dev/null || fail "the second node has the same image"
expect "a second node" other swarm join --advertise-addr 10.99.0.2 --listen-addr 10.99.0.2:2377 \
  --token "$(raw swarm join-token -q worker)" 10.99.0.1:2377
if python3 "$here/deployments/swarm_nodes.py" "$own" "$driver"; then pass; else fail "deployments/swarm_nodes.py"; fi
other swarm leave >/dev/null 2>&1
raw swarm leave --force >/dev/null 2>&1
story_end
