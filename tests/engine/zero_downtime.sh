#!/usr/bin/env bash
# The example of examples/deploy with few rounds: two nodes behind HAProxy, its playbook back and forth, and
# not one failed request; nor when a release does not work, which then never reaches the second node.
. "$(dirname "$0")/support/story.sh"
command -v ansible-playbook >/dev/null || { echo "skipped: no ansible here"; exit 77; }
expect "examples/deploy/run.sh" bash "$top/examples/deploy/run.sh" "${ROUNDS:-2}"
story_end
