#!/usr/bin/env bash
# Zero downtime: HAProxy in front of two nodes, a client that asks without pause, and deployments back and
# forth with a gate. Not one request fails.
#   bash examples/deploy/run.sh [ROUNDS]      20 deployments of both nodes, if nothing else is said
# Environment: SEALOCK  the binary (default: the release build of this checkout)
# Needs root, dockerd, haproxy, busybox. Everything runs in a network namespace of its own and in a
# temporary folder; both are gone afterwards.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
rounds=${1:-20}
export SEALOCK=${SEALOCK:-$top/build/release/proxy/cli/sealock}
if [ -z "${DEPLOY_EXAMPLE_INSIDE:-}" ]; then
  [ -x "$SEALOCK" ] || bash "$top/tests/build.sh" release sealock
  DEPLOY_EXAMPLE_INSIDE=1 exec unshare -n bash "$0" "$rounds"
fi
ip link set lo up
work=$(mktemp -d /tmp/sealock-example.XXXXXX)
pids=()

close() {
  local code=$? pid node
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for node in a b; do
    [ ! -e "$work/$node/sealock.pid" ] || kill "$(cat "$work/$node/sealock.pid")" 2>/dev/null || true
    bash "$top/tests/rig.sh" down "$work/$node" >/dev/null 2>&1 || true
  done
  rm -rf "$work"
  exit "$code"
}
trap close EXIT
trap 'exit 130' INT TERM

# make_image NODE TAG TEXT: busybox with one page.
make_image() {
  local root=$work/image
  rm -rf "$root" && mkdir -p "$root"/{bin,dev,etc,proc,sys,tmp,www}
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in sh httpd wget sleep; do ln -s busybox "$root/bin/$applet"; done
  echo "$3" >"$root/www/index.html"
  tar -C "$root" -c . | curl -sf --unix-socket "$work/$1/engine.sock" -X POST -H 'Content-Type: application/x-tar' \
    --data-binary @- "http://docker/images/create?fromSrc=-&repo=${2%:*}&tag=${2#*:}" >/dev/null
}

# A node: an engine in a network namespace of its own, a cable to it, and sealock in front of it.
start_node() {
  local node=$1 net=$2 engine
  bash "$top/tests/rig.sh" up "$work/$node"
  kill "$(cat "$work/$node/sealock.pid")" # the rig's sealock; ours takes over its state folder
  while kill -0 "$(cat "$work/$node/sealock.pid")" 2>/dev/null; do sleep 0.1; done
  engine=$(cat "$work/$node/engine.pid")
  ip link add "to-$node" type veth peer name eth0 netns "$engine"
  ip addr add "$net.1/24" dev "to-$node"
  ip link set "to-$node" up
  nsenter -t "$engine" -n ip addr add "$net.2/24" dev eth0
  nsenter -t "$engine" -n ip link set eth0 up
  mkdir -p "$work/$node"/{state,secrets}
  cat >"$work/$node/sealock.yaml" <<CONFIG
engine: unix://$work/$node/engine.sock
rules: ${RULES:-$top/rules}
audit: {sink: file, file: $work/$node/audit.jsonl}
state: $work/$node/state
deployments: {policy: rollout, secrets: [$work/$node/secrets]}
listeners:
  - {name: releaser, socket: $work/$node/releaser.sock, mode: "0600", policy: releaser}
CONFIG
  rm -f "$work/$node"/{releaser,monitoring}.sock
  "$SEALOCK" run --config "$work/$node/sealock.yaml" >"$work/$node/sealock.log" 2>&1 </dev/null &
  echo $! >"$work/$node/sealock.pid"
  until [ -S "$work/$node/releaser.sock" ]; do
    kill -0 "$(cat "$work/$node/sealock.pid")" || { cat "$work/$node/sealock.log" >&2; exit 1; }
    sleep 0.1
  done
  for version in 20150619_1504 20150620_0910; do make_image "$node" "shop/web:$version" "version $version"; done
  make_image "$node" shop/worker:20150601_0900 worker
  make_image "$node" shop/health:20150601_0900 up
  for version in 20150619_1504 20150620_0910; do
    sed "s/VERSION/$version/" "$here/shop.yaml" >"$work/shop.yaml"
    "$SEALOCK" composition put "c_$version" "$work/shop.yaml" --socket "$work/$node/releaser.sock"
  done
}

# What HAProxy thinks of a node: UP or DOWN.
state_of() {
  echo 'show stat' | socat - "UNIX-CONNECT:$work/haproxy.sock" | awk -F, -v node="$1" '$1 == "nodes" && $2 == node { print $18 }'
}
until_up() {
  local try
  for try in $(seq 600); do
    [ "$(state_of "$1")" != UP ] || return 0
    sleep 0.1
  done
  echo "HAProxy does not see node $1 come up" >&2
  return 1
}

# One node after the other: the next one only when HAProxy has the first one back.
roll_out() {
  local node
  for node in a b; do
    "$SEALOCK" deploy "$1" --gate health --drain 3s --socket "$work/$node/releaser.sock" >"$work/deploy.txt" 2>&1 || {
      cat "$work/deploy.txt" >&2
      return 1
    }
    until_up "$node"
  done
}

start_node a 10.77.1
start_node b 10.77.2
for node in a b; do
  "$SEALOCK" deploy c_20150619_1504 --socket "$work/$node/releaser.sock" >"$work/deploy.txt" 2>&1 || { cat "$work/deploy.txt"; exit 1; }
done
STATS=$work/haproxy.sock haproxy -db -f "$here/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
pids+=($!)
until [ -S "$work/haproxy.sock" ]; do sleep 0.1; done
until_up a && until_up b

python3 "$here/client.py" http://127.0.0.1:8000/ 4 >"$work/client.json" &
client=$!
pids+=("$client")
for round in $(seq "$rounds"); do
  case $((round % 2)) in
  1) composition=c_20150620_0910 ;;
  0) composition=c_20150619_1504 ;;
  esac
  roll_out "$composition"
  echo "round $round: $composition runs on both nodes"
done
kill -TERM "$client"
wait "$client" || true
cat "$work/client.json"
python3 - "$work/client.json" "$rounds" <<'CHECK'
import json, sys
seen = json.load(open(sys.argv[1]))
assert seen["requests"] > 100 and len(seen["versions"]) == 2, "the client saw too little"
assert seen["failed"] == 0, "requests failed"
print(f"{sys.argv[2]} deployments of two nodes, {seen['requests']} requests, 0 failed")
CHECK
