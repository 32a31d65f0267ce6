#!/usr/bin/env bash
# Deployments to a swarm of one machine, in a rig of its own.
. "$(dirname "$0")/support/story.sh"
driver=$top/build/release/tests/engine/deployments/deploy_driver
bash "$top/tests/build.sh" release deploy_driver >"$work/build.txt" 2>&1 || { tail -n 20 "$work/build.txt"; exit 1; }
own=$work/rig
at_end+=('bash "$top/tests/rig.sh" down "$own"')
bash "$top/tests/rig.sh" up "$own" || fail "a rig of its own"
RIG=$own
if ! raw swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:2377 >"$work/swarm.txt" 2>&1; then
  cat "$work/swarm.txt"
  echo "skipped: this kernel has no swarm"
  exit 77
fi
if python3 "$here/deployments/swarm.py" "$own" "$driver"; then pass; else fail "deployments/swarm.py"; fi
raw swarm leave --force >/dev/null 2>&1
story_end
