#!/usr/bin/env bash
# What real clients really sent (../shared/traces) on admin.sock: nothing is denied but what the
# baseline forbids, listed in traces_denied.txt. And each client of ../shared/least-privilege on a
# policy with just its list: what is on it works, what is not is denied.
. "$(dirname "$0")/support/story.sh"
if [ ! -d "$shared/traces" ]; then
  echo "skipped: ../shared/traces is not here"
  exit 77
fi

expect_lines() { if "$@"; then pass; else fail "$2 $3"; fi; }

expect_lines python3 "$here/traces.py" on "$RIG/admin.sock" "$RIG/engine.sock" "$RIG/audit.jsonl" \
  "$shared/traces" "$here/traces_denied.txt"

# A sealock of our own with a policy and a socket for each list.
sealock=${SEALOCK:-$top/build/release/proxy/cli/sealock}
rules=$work/rules sockets=$work/sockets
mkdir -p "$rules" "$sockets"
cp -r "${RULES:-$top/rules}"/{baseline.yaml,lists,references} "$rules/"
"$sealock" list operations --json >"$work/operations.json" || fail "sealock list operations"
python3 "$here/traces.py" policies "$shared/least-privilege" "$work/operations.json" "$rules" || fail "the policies"
{
  printf 'engine: unix://%s/engine.sock\nrules: %s\naudit: {sink: file, file: %s/audit.jsonl}\nlisteners:\n' \
    "$RIG" "$rules" "$work"
  for policy in "$rules"/least-*.yaml; do
    name=$(basename "$policy" .yaml)
    echo "  - {name: $name, socket: $sockets/$name.sock, policy: $name}"
  done
} >"$work/sealock.yaml"
"$sealock" run --config "$work/sealock.yaml" 2>"$work/sealock.log" </dev/null &
own=$!
at_end+=('kill $own')
if until_true test -S "$sockets/least-zabbix.sock"; then
  expect_lines python3 "$here/traces.py" least "$shared/traces" "$shared/least-privilege" "$sockets" \
    "$RIG/engine.sock" "$work/audit.jsonl" "$here/traces_denied.txt"
else
  fail "sealock does not start with the policies of the lists:"
  cat "$work/sealock.log"
fi
story_end
