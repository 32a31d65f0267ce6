#!/usr/bin/env bash
# The corpus of attacks (../shared/attacks) on operator.sock, and its read-only profile on
# monitoring.sock: nothing dangerous happens, nothing benign is refused, and every other verdict but
# PASS is explained in attacks_explained.txt. The corpus damages its engine: a rig of its own.
. "$(dirname "$0")/support/story.sh"
if [ ! -e "$shared/attacks/run_attacks.py" ]; then
  echo "skipped: ../shared/attacks is not here"
  exit 77
fi

own=$work/rig
at_end+=('bash "$top/tests/rig.sh" down "$own"')

# attacks PROFILE POLICY OPTIONS
attacks() {
  local profile=$1 policy=$2
  shift 2
  echo "== $policy.sock"
  bash "$top/tests/rig.sh" up "$own" || fail "a rig of its own"
  python3 "$shared/attacks/run_attacks.py" --target "$own/$policy.sock" --direct "$own/engine.sock" \
    --setup --teardown --destructive --json "$work/$policy.json" "$@" | grep -v "{'PASS': [0-9]*}\$"
  if python3 "$support/attack_verdicts.py" "$profile" "$work/$policy.json" "$here/attacks_explained.txt" \
    "$shared/attacks/attacks.jsonl"; then pass; else fail "verdicts on $policy.sock"; fi
  bash "$top/tests/rig.sh" down "$own" >/dev/null 2>&1
}

attacks rw operator
attacks ro monitoring --profile ro
story_end
