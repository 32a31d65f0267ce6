# What every engine test begins with: the rig, the Docker CLIs, and a count of what failed.
# Sourced, never run. The caller has RIG from tests/run.sh, or gets a hint how to set it.
#
#   raw ARGS        docker on the engine itself       on POLICY ARGS   docker on that policy's socket
#   fail TEXT       counts and prints a failure; the test goes on
#   start_sealock SOCKET, stop_sealock   a sealock of the test's own, with $work/sealock.yaml
#   story_end       prints the counts and is the test's last line
#
# Everything that a test makes is called st-*; tidy removes that, and nothing else.

set -uo pipefail
if [ -z "${RIG:-}" ] || [ ! -S "$RIG/engine.sock" ]; then
  echo "no rig: bash tests/rig.sh up /tmp/rig && RIG=/tmp/rig bash tests/engine/NAME.sh" >&2
  exit 2
fi
if [ -L "$RIG/engine.sock" ]; then
  echo "skipped: the engine of this rig is somebody's own (--engine), and this test would prune it"
  exit 77
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
support=$here/support
top=$(cd "$here/../.." && pwd)
# Beside a checkout of the team lie the corpora; a user's clone has none.
shared=$(cd "$top/.." && pwd)/shared
work=$(mktemp -d /tmp/sealock-story.XXXXXX)
failed=0 passed=0

export DOCKER_CONFIG=$work/docker DOCKER_BUILDKIT=0 DOCKER_CLI_HINTS=false
unset DOCKER_HOST DOCKER_CONTEXT
mkdir -p "$DOCKER_CONFIG"

# Debian's CLI and a newer one, where a machine has both.
clis=()
for cli in /usr/bin/docker /usr/local/bin/docker; do
  [ -x "$cli" ] && clis+=("$(realpath "$cli")")
done
mapfile -t clis < <(printf '%s\n' "${clis[@]}" | awk '!seen[$0]++')
CLI=${clis[0]}

raw() { "$CLI" -H "unix://$RIG/engine.sock" "$@"; }
on() {
  local policy=$1
  shift
  "$CLI" -H "unix://$RIG/$policy.sock" "$@"
}

pass() { passed=$((passed + 1)); }
fail() {
  failed=$((failed + 1))
  printf 'FAIL: %s\n' "$1"
}

# expect TEXT COMMAND...: the command succeeds, or TEXT is what failed.
expect() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    pass
  else
    fail "$text"
    tail -n 60 <<<"$output" | sed 's/^/    | /'
  fi
}

# until_true COMMAND...: waits up to 15 s.
until_true() {
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}

# The sockets of the rig but the engine's own: one for each shipped policy.
policies() {
  local socket
  for socket in "$RIG"/*.sock; do
    [ "$socket" = "$RIG/engine.sock" ] || basename "$socket" .sock
  done
}

# Runs inside the engine's network namespace, where published ports are.
beside_engine() { nsenter -t "$(cat "$RIG/engine.pid")" -n "$@"; }

tidy() {
  local names
  mapfile -t names < <(raw ps -aq --filter name=st- 2>/dev/null)
  [ ${#names[@]} -eq 0 ] || raw rm -fv "${names[@]}" >/dev/null 2>&1
  mapfile -t names < <(raw volume ls -q 2>/dev/null | grep '^st-')
  [ ${#names[@]} -eq 0 ] || raw volume rm -f "${names[@]}" >/dev/null 2>&1
  mapfile -t names < <(raw network ls --format '{{.Name}}' 2>/dev/null | grep '^st-')
  [ ${#names[@]} -eq 0 ] || raw network rm "${names[@]}" >/dev/null 2>&1
  mapfile -t names < <(raw images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null | grep -E '^(localhost/)?st-')
  [ ${#names[@]} -eq 0 ] || raw rmi -f "${names[@]}" >/dev/null 2>&1
  return 0
}

story_end() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

# start_sealock SOCKET: runs $work/sealock.yaml as $sealock until the test's end, and waits for that socket.
start_sealock() {
  "${SEALOCK:-$top/build/release/proxy/cli/sealock}" run --config "$work/sealock.yaml" >"$work/sealock.log" 2>&1 </dev/null &
  sealock=$!
  at_end+=('kill $sealock')  # the one that runs then
  until_true curl -sf --unix-socket "$1" http://docker/_ping || { cat "$work/sealock.log"; exit 1; }
}
stop_sealock() { kill "$sealock" && wait "$sealock" 2>/dev/null; }

# Commands that a test leaves for its end, whatever its end is.
at_end=()
story_exit() {
  local code=$? command
  for command in "${at_end[@]}"; do eval "$command" >/dev/null 2>&1; done
  tidy
  rm -rf "$work"
  exit $code
}
trap story_exit EXIT
trap 'exit 130' INT TERM
tidy
if ! raw image inspect busybox >/dev/null 2>&1; then
  echo "the rig has lost its image, busybox; make a new one" >&2
  exit 2
fi
