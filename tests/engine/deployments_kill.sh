#!/usr/bin/env bash
# kill -9 at every journalled step of a deployment and at random instants: the node ends with exactly the
# old or exactly the new composition.
. "$(dirname "$0")/support/story.sh"
driver=$top/build/release/tests/engine/deployments/deploy_driver
bash "$top/tests/build.sh" release deploy_driver >"$work/build.txt" 2>&1 || { tail -n 20 "$work/build.txt"; exit 1; }
if python3 "$here/deployments/kill.py" "$RIG" "$driver"; then pass; else fail "deployments/kill.py"; fi
story_end
