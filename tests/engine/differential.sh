#!/usr/bin/env bash
# Random requests from the catalogue, spelt in random ways: whatever sealock forwards, the engine reads as
# sealock judged it.
#   SEED=N REQUESTS=N WORKERS=N     the same seed, requests and workers draw the same requests
# The seed stays the same unless another is asked for: what turns red then is a change, not a draw.
# SEED=$RANDOM looks for what nobody has seen yet.
. "$(dirname "$0")/support/story.sh"

bash "$top/tests/build.sh" release differential_judge >"$work/build.txt" 2>&1 || {
  tail -n 30 "$work/build.txt"
  fail "the judge does not build"
}
# A rig of its own, since thousands of odd containers leave their traces; in memory, since each of them
# makes the engine wait for the disk.
own=$(mktemp -d /dev/shm/sealock-differential.XXXXXX 2>/dev/null || echo "$work/rig")
at_end+=('bash "$top/tests/rig.sh" down "$own"')
bash "$top/tests/rig.sh" up "$own" || fail "a rig of its own"
if python3 "$here/differential/differential.py" "$own/engine.sock" "$work/differential" \
  --seed "${SEED:-20261125}" --requests "${REQUESTS:-22000}" --workers "${WORKERS:-2}"; then pass; else fail "differential.py"; fi
story_end
