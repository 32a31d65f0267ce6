#!/usr/bin/env bash
# Deployments against a real engine: what they change and what they leave alone, and that a node is as it
# was after everything that can go wrong.
. "$(dirname "$0")/support/story.sh"
driver=$top/build/release/tests/engine/deployments/deploy_driver
bash "$top/tests/build.sh" release deploy_driver >"$work/build.txt" 2>&1 || { tail -n 20 "$work/build.txt"; exit 1; }
for part in changes failures pulls values; do
  if python3 "$here/deployments/$part.py" "$RIG" "$driver"; then pass; else fail "deployments/$part.py"; fi
done
story_end
