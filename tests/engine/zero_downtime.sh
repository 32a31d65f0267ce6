#!/usr/bin/env bash
# The example of examples/deploy with few rounds: two nodes behind HAProxy, deployments back and forth,
# and not one failed request.
. "$(dirname "$0")/support/story.sh"
expect "examples/deploy/run.sh" bash "$top/examples/deploy/run.sh" "${ROUNDS:-4}"
story_end
