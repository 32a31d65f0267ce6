#!/usr/bin/env bash
# The Docker CLI on deployer.sock: each scene works exactly as on the engine's own socket, or a rule
# refuses it and says so. What a deployment needs must be among those that work.
. "$(dirname "$0")/support/story.sh"
. "$support/compare_cli.sh"

declare -A refused=([any]="the policy is for deployments")

compare_cli deployer "${clis[0]}"
story_end
