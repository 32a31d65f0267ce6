#!/usr/bin/env bash
# Zero downtime: HAProxy in front of two nodes, a client that asks without pause, and the playbook release.yml
# that brings both nodes to another release, back and forth. Not one request fails. At the end a release that
# does not work: it is put back on the first node, and never reaches the second one.
#   bash examples/deploy/run.sh [ROUNDS]      20 releases, if nothing else is said
# Environment: SEALOCK  the binary (default: the release build of this checkout)
# Needs root, dockerd, haproxy, ansible, busybox. Everything runs in a network namespace of its own and in a
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
export ANSIBLE_CONFIG=$here/ansible.cfg ANSIBLE_HOME=$work/ansible ANSIBLE_NOCOLOR=1 PYTHONDONTWRITEBYTECODE=1
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

# make_image NODE NAME:TAG [TEXT]: busybox with one page, or with none, which its health check then misses.
make_image() {
  local root=$work/image/$1 applet
  rm -rf "$root" && mkdir -p "$root"/{bin,dev,etc,proc,sys,tmp,www}
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in sh httpd wget sleep; do ln -s busybox "$root/bin/$applet"; done
  [ -z "${3:-}" ] || echo "$3" >"$root/www/index.html"
  tar -C "$root" -c . | curl -sf --unix-socket "$work/$1/engine.sock" -X POST -H 'Content-Type: application/x-tar' \
    --data-binary @- "http://docker/images/create?fromSrc=-&repo=${2%:*}&tag=${2#*:}" >/dev/null
}

# A node: an engine in a network namespace of its own, a cable to it, and sealock in front of it.
start_node() {
  local node=$1 net=$2 engine version
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
  make_image "$node" shop/web:20150621_1100 # does not work
  make_image "$node" shop/worker:20150601_0900 worker
  make_image "$node" shop/health:20150601_0900 up
}

# release NAME [ARGS]: brings both nodes to it. What Ansible said is in release.txt.
release() {
  local name=$1
  shift
  ansible-playbook "$here/release.yml" -e "example=$work" -e "release=$name" "$@" >"$work/release.txt" 2>&1 </dev/null
}
must() { "$@" || { cat "$work/release.txt" >&2; exit 1; }; }
# expect NODE:TEXT...: what the recap of the last run says of the nodes.
expect() {
  local node
  for node in "$@"; do
    grep -qE "^${node%%:*} +: .*\b${node#*:}\b" "$work/release.txt" || {
      cat "$work/release.txt" >&2
      echo "expected ${node#*:} on node ${node%%:*}" >&2
      exit 1
    }
  done
}

start_node a 10.77.1 &
first=$!
start_node b 10.77.2
wait "$first"
haproxy -c -q -f "$here/haproxy.cfg"
haproxy -db -f "$here/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
pids+=($!)
must release c_20150619_1504
expect a:changed=3 b:changed=3
must release c_20150619_1504
expect a:changed=0 b:changed=0

python3 "$here/client.py" http://127.0.0.1:8000/ 4 >"$work/client.json" &
client=$!
pids+=("$client")
for round in $(seq "$rounds"); do
  case $((round % 2)) in
  1) name=c_20150620_0910 ;;
  0) name=c_20150619_1504 ;;
  esac
  must release "$name"
  echo "round $round: $name runs on both nodes"
done

if release c_20150621_1100; then
  echo "a release that does not work was deployed" >&2
  exit 1
fi
expect a:failed=1
if grep -q '^b ' "$work/release.txt" || grep -q 20150621_1100 "$work/b/audit.jsonl"; then
  echo "node b was touched" >&2
  exit 1
fi
grep -F -A 1 'c_20150621_1100 rolled back: web does not come up' "$work/release.txt"
kill -TERM "$client"
wait "$client" || true
cat "$work/client.json"
python3 - "$work/client.json" "$rounds" <<'CHECK'
import json, sys
seen = json.load(open(sys.argv[1]))
assert seen["requests"] > 100 and len(seen["versions"]) == 2, "the client saw too little"
assert seen["failed"] == 0, "requests failed"
print(f"{sys.argv[2]} releases on two nodes, {seen['requests']} requests, 0 failed, the longest {seen['longest_ms']} ms")
CHECK
