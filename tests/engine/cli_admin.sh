#!/usr/bin/env bash
# The Docker CLI on admin.sock does what it does on the engine's own socket, byte for byte, or is
# refused by the baseline. Both CLIs, if there are two.
. "$(dirname "$0")/support/story.sh"
. "$support/compare_cli.sh"

declare -A refused=()

for cli in "${clis[@]}"; do compare_cli admin "$cli"; done
story_end
