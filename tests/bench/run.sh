#!/usr/bin/env bash
# CPU per request, throughput, latency and memory of sealock against HAProxy and the engine itself,
# alternating in one run, printed as ratios: bash tests/bench/run.sh [ROUNDS [SECONDS]]
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
bash "$top/tests/install.sh" test
bash "$top/tests/build.sh" release sealock >/dev/null
bash "$top/tests/build.sh" release bench_decide >/dev/null
dir=$(mktemp -d /tmp/sealock-bench.XXXXXX)
g++ -std=c++20 -O2 -o "$dir/bench" "$top/tests/bench/bench.cpp"
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap finish EXIT

"$dir/bench" stub "$dir/engine.sock" "$top/tests/policy/answer/recorded/41-ContainerInspect-1.json" & pids+=($!)
sed "s#ENGINE_SOCKET#$dir/engine.sock#; s#FRONT_SOCKET#$dir/haproxy.sock#" \
  "$top/tests/bench/haproxy.cfg" >"$dir/haproxy.cfg"
env POST=1 CONTAINERS=1 EVENTS=1 IMAGES=1 PING=1 VERSION=1 haproxy -db -f "$dir/haproxy.cfg" 2>"$dir/haproxy.log" & pids+=($!)
# sealock NAME AUDIT: as it is, with its audit in a file; and without, as HAProxy has no log either.
sealock() {
  cat >"$dir/$1.yaml" <<YAML
engine: unix://$dir/engine.sock
rules: $top/tests/bench/rules
audit: $2
listeners:
  - {name: bench, socket: $dir/$1.sock, policy: bench}
  - {name: masked, socket: $dir/$1-masked.sock, policy: masked}
YAML
  "$top/build/release/proxy/cli/sealock" run --config "$dir/$1.yaml" 2>"$dir/$1.log" & pids+=($!)
}
sealock sealock "{sink: file, file: $dir/audit.jsonl}"
sealock unlogged "{sink: none}"
for name in engine haproxy sealock unlogged; do
  for _ in $(seq 100); do [ -S "$dir/$name.sock" ] && break; sleep 0.1; done
  [ -S "$dir/$name.sock" ] || { cat "$dir"/*.log >&2; echo "$name did not start" >&2; exit 1; }
done
python3 "$top/tests/bench/compare.py" "$dir" "${pids[*]}" "${1:-9}" "${2:-1}"
for policy in operator deployer admin; do "$top/build/release/tests/bench/bench_decide" "$top/rules" $policy; done
