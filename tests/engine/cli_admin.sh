#!/usr/bin/env bash
# The Docker CLI on admin.sock does what it does on the engine's own socket, byte for byte, or is
# refused by the baseline. Both CLIs, if there are two.
. "$(dirname "$0")/support/story.sh"
. "$support/compare_cli.sh"

declare -A refused=(
  [plugins]="a plugin runs as root with the engine: baseline/engine-extension"
  [swarm_that_is_none]="membership of a swarm is membership in its machines: baseline/cluster-membership"
)

for cli in "${clis[@]}"; do compare_cli admin "$cli"; done
story_end
