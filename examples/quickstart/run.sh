#!/usr/bin/env bash
# From a fresh Debian 12 to a running lock: installs what is missing, builds, starts an engine if there
# is none, and shows what a monitoring client gets through sealock, beside the raw socket.
#   bash examples/quickstart/run.sh [--keep]
# --keep leaves everything running and prints what to type next.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
keep=no
case "${1:-}" in
"") ;;
--keep) keep=yes ;;
*) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@" 2>&1 | cut -c1-150 | head -n "${LINES_SHOWN:-12}"; }

# A command that sealock must refuse.
refused() {
  local output
  printf '$ %s\n' "$*"
  if output=$("$@" 2>&1); then
    echo "this was not refused: that is a bug, please report it" >&2
    exit 1
  fi
  printf '%s\n' "$output" | cut -c1-250
}

rig=$(mktemp -d /tmp/sealock-quickstart.XXXXXX)
container=sealock-quickstart-db
ended=no
finish() {
  [ "$ended" = no ] || return 0
  ended=yes
  if [ -S "$rig/engine.sock" ]; then
    docker -H "unix://$rig/engine.sock" rm -fv "$container" >/dev/null 2>&1 || true
  fi
  bash "$top/tests/rig.sh" down "$rig" || true
}
trap finish EXIT
trap 'exit 130' INT TERM

say "installing what is missing"
bash "$top/tests/install.sh" build

say "building sealock (release)"
bash "$top/tests/build.sh" release sealock

say "starting an engine, if there is none, and sealock in front of it"
if [ -S /var/run/docker.sock ] &&
  [ "$(curl -s --max-time 5 --unix-socket /var/run/docker.sock http://docker/_ping || true)" = OK ]; then
  echo "using the engine at /var/run/docker.sock"
  bash "$top/tests/rig.sh" up "$rig" --engine /var/run/docker.sock
else
  echo "no engine at /var/run/docker.sock: starting one in $rig"
  bash "$top/tests/rig.sh" up "$rig"
fi
raw="unix://$rig/engine.sock"
monitoring="unix://$rig/monitoring.sock"

say "a container with a password in its environment"
docker -H "$raw" rm -fv "$container" >/dev/null 2>&1 || true
run docker -H "$raw" run -d --name "$container" -e DB_PASSWORD=correct-horse --network none busybox:latest \
  sh -c 'while true; do sleep 1; done'

say "statistics: the same on both sockets"
format='table {{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.PIDs}}'
echo "raw:     "; run docker -H "$raw" stats --no-stream --format "$format" "$container"
echo "sealock: "; run docker -H "$monitoring" stats --no-stream --format "$format" "$container"

say "inspect: the password shows on the raw socket, and not through sealock"
echo "raw:     "; run docker -H "$raw" inspect --format '{{json .Config.Env}}' "$container"
echo "sealock: "; run docker -H "$monitoring" inspect --format '{{json .Config.Env}}' "$container"
if docker -H "$monitoring" inspect "$container" | grep -q correct-horse; then
  echo "the password came through: this is a bug, please report it" >&2
  exit 1
fi

say "a monitoring client may not stop anything"
refused docker -H "$monitoring" stop "$container"

say "nobody may start a privileged container, not even on the admin socket"
refused docker -H "unix://$rig/admin.sock" run --rm --privileged busybox:latest id

say "what was decided"
LINES_SHOWN=3 run tail -n 3 "$rig/audit.jsonl"

if [ "$keep" = yes ]; then
  trap - EXIT
  cat <<TEXT

Everything keeps running in $rig. Try:
  docker -H $monitoring ps
  docker -H $monitoring events
  docker -H unix://$rig/operator.sock run --rm busybox:latest echo hello
  tail -f $rig/audit.jsonl
  $top/build/release/proxy/cli/sealock explain --help
End it with:
  docker -H $raw rm -fv $container; bash $top/tests/rig.sh down $rig
TEXT
else
  say "cleaning up"
fi
