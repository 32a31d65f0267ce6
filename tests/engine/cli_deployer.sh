#!/usr/bin/env bash
# The Docker CLI on deployer.sock: each scene works exactly as on the engine's own socket, or a rule
# refuses it and says so. What a deployment needs must be among those that work.
. "$(dirname "$0")/support/story.sh"
. "$support/compare_cli.sh"

declare -A refused=(
  [commit]="images come from a registry or a build"
  [exec_moves_a_lot_both_ways]="a deployment runs no commands in what it deployed"
  [exec_output_and_exit_code]="a deployment runs no commands in what it deployed"
  [export_and_import]="a file system may hold passwords; an import has no history"
  [plugins]="a deployment has no part in the engine itself"
  [swarm_that_is_none]="the policy is for one host"
  [top_diff_port_stats]="ps runs as root on the host: no options for it"
)
# The label of the owner is one more step of a build, and a prune is narrowed to it.
for name in $(scenes | grep '^build'); do differs[$name]="the owner's label is one more step"; done
differs[prune]="only what was made through this socket goes"

compare_cli deployer "${clis[0]}"
story_end
