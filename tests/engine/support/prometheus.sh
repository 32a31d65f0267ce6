# Prometheus on a rig: finds its targets on the engine's socket and on prometheus.sock, and compares. Sourced, after
# story.sh.

# Where tests/install.sh unpacks programs, so that they are no services of this machine.
tools=/usr/local/lib/sealock-test-tools
PATH=$PATH:$tools/usr/bin:$tools/usr/sbin

# prometheus_finds RIG PORT [swarm]
prometheus_finds() {
  local rig=$1 port=$2 pid
  if ! command -v prometheus >/dev/null; then
    echo "left out: prometheus is not installed (package prometheus)"
    return 0
  fi
  python3 "$here/readers/prometheus_targets.py" configuration "$rig" "${@:3}" >"$work/prometheus.yml"
  prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
    --web.listen-address="127.0.0.1:$port" >"$work/prometheus.log" 2>&1 </dev/null &
  pid=$!
  at_end+=("kill $pid")
  if python3 "$here/readers/prometheus_targets.py" compare "http://127.0.0.1:$port" >"$work/targets.txt" 2>&1; then pass; else
    fail "Prometheus finds other targets: $(head -c 1500 "$work/targets.txt"; grep -m 3 -i error "$work/prometheus.log")"
  fi
  tail -n 1 "$work/targets.txt"
  kill $pid && wait $pid 2>/dev/null
}
