#!/usr/bin/env bash
# A secret in every place where an engine shows something, and none of them on any reader's socket: canaries/main.py.
# On an engine of its own, with secrets in daemon.json as well, which becomes a swarm.
. "$(dirname "$0")/support/story.sh"
sealock=${SEALOCK:-$top/build/release/proxy/cli/sealock}
. "$support/prometheus.sh"
at_end+=('bash "$top/tests/rig.sh" down "$work/rig"')
if python3 "$here/canaries/main.py" "$work" "$sealock"; then pass; else fail "canaries, see above"; fi
# While there is a swarm with secrets: Prometheus finds the same targets in it.
prometheus_finds "$work/rig" 19391 swarm
story_end
