#!/usr/bin/env bash
# A running rig in one folder: a private dockerd with one small image, and sealock in front of it with a
# socket for every shipped policy.
#   bash tests/rig.sh up DIR [--engine SOCKET]    DIR/engine.sock, DIR/<policy>.sock; returns when ready
#   bash tests/rig.sh down DIR                    ends what `up` started and removes it
# Environment: SEALOCK  the binary to run (default: the release build, built when missing)
#              RULES    the folder of policies (default: rules/ of this checkout)
#              DAEMON_JSON  a configuration file for the private engine (default: none)
# The engine runs in a network namespace of its own: a second dockerd beside another one would delete
# its bridge. Needs root, as dockerd does.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# Waits up to 30 s for a command to succeed.
wait_for() {
  for _ in $(seq 300); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}

answers() { [ "$(curl -s --max-time 5 --unix-socket "$1" http://docker/_ping)" = OK ]; }

start_engine() {
  local dir=$1
  unshare -n bash -c '
    ip link set lo up
    exec dockerd --host "unix://$1/engine.sock" --data-root "$1/data" --exec-root "$1/exec" \
      --pidfile "$1/engine.pid" --log-level warn ${2:+--config-file "$2"}
  ' engine "$dir" "${DAEMON_JSON:-}" >"$dir/engine.log" 2>&1 </dev/null &
  wait_for answers "$dir/engine.sock" || {
    tail -n 20 "$dir/engine.log" >&2
    echo "dockerd did not start; its log is $dir/engine.log" >&2
    return 1
  }
}

make_image() {
  local dir=$1 root answer
  if curl -sf --unix-socket "$dir/engine.sock" http://docker/images/busybox:latest/json >/dev/null; then
    return 0
  fi
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,dev,etc,proc,sys,tmp,root,var}
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list); do ln -sf busybox "$root/bin/$applet" 2>/dev/null || true; done
  cp "$(command -v busybox)" "$root/bin/busybox.real" && mv -f "$root/bin/busybox.real" "$root/bin/busybox"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  answer=$(tar -C "$root" -c . | curl -s --fail-with-body --unix-socket "$dir/engine.sock" -X POST \
    -H 'Content-Type: application/x-tar' --data-binary @- \
    'http://docker/images/create?fromSrc=-&repo=busybox&tag=latest&changes=CMD%20%5B%22sh%22%5D') || {
    echo "the engine did not take an image of busybox: $answer" >&2
    return 1
  }
  rm -rf "$root"
}

write_config() {
  local dir=$1 policy
  echo "engine: unix://$dir/engine.sock"
  echo "rules: $RULES"
  echo "audit: {sink: file, file: $dir/audit.jsonl}"
  if [ -e "$RULES/rollout.yaml" ]; then
    echo "deployments: {policy: rollout, secrets: [$dir/secrets]}"
    echo "state: $dir/state"
  fi
  echo "redaction_key: $dir/redaction.key"
  echo "listeners:"
  for policy in "$RULES"/*.yaml; do
    policy=$(basename "$policy" .yaml)
    [ "$policy" = baseline ] && continue
    echo "  - {name: $policy, socket: $dir/$policy.sock, mode: \"0600\", policy: $policy}"
  done
}

up() {
  local dir=$1 engine=${2:-}
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  if [ -e "$dir/sealock.pid" ] || [ -e "$dir/engine.sock" ]; then
    echo "$dir already holds a rig; end it with: bash tests/rig.sh down $dir" >&2
    exit 1
  fi
  if [ -z "${SEALOCK:-}" ]; then
    SEALOCK=$top/build/release/proxy/cli/sealock
    [ -x "$SEALOCK" ] || bash "$top/tests/build.sh" release
  fi
  if [ -n "$engine" ]; then
    ln -s "$(realpath "$engine")" "$dir/engine.sock"
  else
    start_engine "$dir"
  fi
  make_image "$dir"
  write_config "$dir" >"$dir/sealock.yaml"
  "$SEALOCK" run --config "$dir/sealock.yaml" >"$dir/sealock.log" 2>&1 </dev/null &
  echo $! >"$dir/sealock.pid"
  wait_for answers "$dir/monitoring.sock" || {
    cat "$dir/sealock.log" >&2
    echo "sealock did not start" >&2
    down "$dir"
    exit 1
  }
}

# Ends one process that we started, by the pid in a file: politely, then for good.
end_process() {
  local file=$1 pid
  [ -e "$file" ] || return 0
  pid=$(cat "$file")
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 150); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
  rm -f "$file"
}

down() {
  local dir=$1 ids
  [ -d "$dir" ] || return 0
  dir=$(cd "$dir" && pwd)
  end_process "$dir/sealock.pid"
  if [ -e "$dir/engine.pid" ]; then
    ids=$(curl -s --max-time 10 --unix-socket "$dir/engine.sock" 'http://docker/containers/json?all=1' |
      grep -o '"Id":"[0-9a-f]*"' | cut -d'"' -f4 || true)
    for id in $ids; do
      curl -s --max-time 20 --unix-socket "$dir/engine.sock" -X DELETE \
        "http://docker/containers/$id?force=1&v=1" >/dev/null || true
    done
    end_process "$dir/engine.pid"
    { grep -F " $dir/" /proc/mounts || true; } | cut -d' ' -f2 | sort -r | while read -r mount; do
      umount -l "$mount" 2>/dev/null || true
    done
  fi
  rm -rf "$dir/data" "$dir/exec" "$dir/state" "$dir/secrets" "$dir"/*.sock "$dir/sealock.yaml" "$dir/engine.log" \
    "$dir/sealock.log" "$dir/audit.jsonl" "$dir/redaction.key"
  rmdir "$dir" 2>/dev/null || true
}

RULES=${RULES:-$top/rules}
[ $# -ge 2 ] || usage
case "$1" in
up)
  [ $# -eq 2 ] || { [ $# -eq 4 ] && [ "$3" = --engine ]; } || usage
  up "$2" "${4:-}"
  ;;
down) down "$2" ;;
*) usage ;;
esac
