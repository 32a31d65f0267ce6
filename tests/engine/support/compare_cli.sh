# Plays the scenes of cli_scenes.sh on the engine's socket and on a policy's and compares what both
# print. Sourced by cli_admin.sh and cli_deployer.sh, after story.sh. ONLY=part-of-a-name plays only
# the scenes with that in their name, SHOW=1 prints what the engine's own play printed.
#
#   compare_cli POLICY CLI     uses the array `refused`: scene -> reason, the scenes that contain a
#                              refusal; every other one has none. The array `differs` names scenes that
#                              print something else for a reason.
#
# Equal, or refused by a rule: where the outputs differ, the policy's must hold a denial that names
# the policy and a rule.

. "$support/cli_scenes.sh"
declare -A differs=()

# What differs from one play to the next on the same engine; and names of containers in the engine's
# errors, since sealock pins what it judged and tells the engine ids.
stable() {
  sed -E \
    -e 's/\r//g' \
    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)/TIME/g' \
    -e 's/\b[0-9a-f]{64}\b/ID/g; s/\b[0-9a-f]{12}\b/ID/g' \
    -e 's/(Up|Less than|About)? ?(a|an|[0-9]+) (second|minute|hour|day)s?( ago)?/AGO/g; s/ {2,}/  /g' \
    -e 's/"(Pid|StartedAt|FinishedAt|Created|CreatedAt|MacAddress|IPAddress|GlobalIPv6Address|GlobalIPv6PrefixLen|EndpointID|SandboxID|SandboxKey)": ("[^"]*"|[0-9]+)/"\1": X/g' \
    -e 's#/var/run/docker/netns/[0-9a-f]+#NETNS#g; s#/tmp/sealock-story\.[A-Za-z0-9]+#WORK#g' \
    -e 's/^( *(Containers|Running|Stopped|Images|Goroutines|File Descriptors|System Time|EventsListeners|Total Memory): ).*/\1X/; s/^( *Runtimes: ).*/\1X/' \
    -e 's/\b(in|container:?) (container )?(ID|st-[a-z]+)/\1 CONTAINER/g' \
    -e "s#unix://$RIG/[a-z]+\.sock#SOCKET#g"
}

play() {
  SOCKET=$1
  ("scene_$2") >"$work/stdout" 2>"$work/stderr" </dev/null
  stable <"$work/stdout"
  # Whether CLI 20.10 adds this to a failed start depends on which of two answers comes first.
  grep -v 'error waiting for container: context canceled' "$work/stderr" | sed 's/^/stderr: /' | stable
  tidy
}

scenes() { declare -F | sed -n 's/^declare -f scene_//p'; }

denials() { grep -aE 'denied by policy [a-z]+(: no rule allows [A-Za-z]+|, rule (baseline/)?[a-z-]+: )' "$1"; }

# deployer has an owner's label, and shows no values of what was made without it.
same_output() {
  cmp -s "$work/raw.txt" "$work/policy.txt" && return 0
  [ "$1" = deployer ] && python3 "$support/same_but_owned.py" "$work/raw.txt" "$work/policy.txt" "$1"
}

compare_cli() {
  local policy=$1 name equal=0 denied=0
  CLI=$2
  for name in $(scenes); do
    [ -z "${ONLY:-}" ] || [[ $name == *$ONLY* ]] || continue
    play "$RIG/engine.sock" "$name" >"$work/raw.txt"
    [ -z "${SHOW:-}" ] || sed "s/^/$name> /" "$work/raw.txt"
    play "$RIG/$policy.sock" "$name" >"$work/policy.txt"
    if same_output "$policy"; then
      equal=$((equal + 1))
      pass
      [ -z "${refused[$name]:-}" ] || fail "$name is no longer refused on $policy; take it off the list"
    elif [ -n "${differs[$name]:-}" ]; then
      pass
      echo "differs: $name: ${differs[$name]}"
    elif denials "$work/policy.txt" >"$work/denials.txt" && [ -n "${refused[$name]:-}" ]; then
      denied=$((denied + 1))
      pass
      echo "refused: $name: $(head -n 1 "$work/denials.txt")"
    else
      fail "$name prints something else on $policy ($CLI):"
      diff "$work/raw.txt" "$work/policy.txt" | head -n 30 | cut -c1-300 | sed 's/^/    | /'
    fi
  done
  echo "$policy, $CLI: $equal scenes equal, $denied with refusals"
}
