#!/usr/bin/env bash
# The corpus of attacks (../shared/attacks) on operator.sock, and its read-only profile on
# monitoring.sock: nothing dangerous happens, nothing benign is refused, and whatever reaches the engine
# without effect is explained in attacks_soft.txt. The corpus damages its engine: a rig of its own.
. "$(dirname "$0")/support/story.sh"
if [ ! -x "$shared/attacks/run_attacks.py" ]; then
  echo "skipped: ../shared/attacks is not here"
  exit 77
fi

own=$work/rig
trap 'bash "$top/tests/rig.sh" down "$own" >/dev/null 2>&1; story_exit' EXIT

# attacks PROFILE POLICY OPTIONS: plays them, and holds what was SOFT against the list.
attacks() {
  local profile=$1 policy=$2
  shift 2
  bash "$top/tests/rig.sh" up "$own" || fail "a rig of its own"
  echo "== $policy.sock"
  if python3 "$shared/attacks/run_attacks.py" --target "$own/$policy.sock" --direct "$own/engine.sock" \
    --setup --teardown --destructive --json "$work/$policy.json" "$@"; then pass; else fail "bypasses or failures on $policy.sock"; fi
  python3 - "$work/$policy.json" "$here/attacks_soft.txt" "$profile" <<'PYTHON' || fail "SOFT on $policy.sock and attacks_soft.txt differ"
import json
import sys

results, listed, profile = json.load(open(sys.argv[1])), {}, sys.argv[3]
for line in open(sys.argv[2], encoding="utf-8"):
    if line.strip() and not line.startswith("#"):
        where, case, reason = line.rstrip("\n").split("\t", 2)
        if where == profile:
            listed[case] = reason
soft = {r["id"]: r for r in results if r["verdict"] == "SOFT"}
for case in sorted(soft.keys() - listed.keys()):
    print(f"FAIL: {case} is SOFT and not explained: {soft[case]['statuses']} {soft[case]['head'][:60]!r}")
for case in sorted(listed.keys() - soft.keys()):
    print(f"FAIL: {case} is not SOFT any more; take it off the list")
print(f"{len(results)} cases, {len(soft)} SOFT")
sys.exit(soft.keys() != listed.keys())
PYTHON
  bash "$top/tests/rig.sh" down "$own" >/dev/null 2>&1
}

attacks rw operator
attacks ro monitoring --profile ro
story_end
