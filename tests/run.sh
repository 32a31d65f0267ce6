#!/usr/bin/env bash
# Everything that must pass: installs, builds, unit tests under ASan and UBSan, then the engine tests
# against a private dockerd, with the real Docker CLI and the Python SDK.
#   bash tests/run.sh [--quick]      --quick: unit tests only
# The last line counts: "N passed, N failed, N skipped".
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
limit=900 # seconds that an engine test may take; the longest takes about 400
log=$(mktemp -d /tmp/sealock-tests.XXXXXX)
export log limit

# step NAME COMMAND...: runs, shows the end of the output when it fails. Exit code 77: skipped.
step() {
  local name=$1 code=0 start=$SECONDS
  shift
  "$@" >"$log/$name.log" 2>&1 </dev/null || code=$?
  case $code in
  0) echo "passed $name" >>"$log/results"; printf 'ok    %-28s %4d s\n' "$name" $((SECONDS - start)) ;;
  77) echo "skipped $name" >>"$log/results"; printf 'skip  %-28s %s\n' "$name" "$(tail -n 1 "$log/$name.log")" ;;
  *)
    echo "failed $name" >>"$log/results"
    # One piece, since another test may be printing at the same time.
    printf '%s\n' "$(
      printf 'FAIL  %-28s exit %d; the end of %s:\n' "$name" "$code" "$log/$name.log"
      tail -n 40 "$log/$name.log" | sed 's/^/      | /'
    )"
    ;;
  esac
}

close() {
  bash tests/rig.sh down "$log/rig0" >/dev/null 2>&1 || true
  bash tests/rig.sh down "$log/rig1" >/dev/null 2>&1 || true
}
trap close EXIT

step install bash tests/install.sh test
step sources bash tests/check_sources.sh
step ansible-sanity bash tests/ansible_sanity.sh
step build-dev bash tests/build.sh dev
unit_tests() { ctest --preset dev --output-on-failure -j "$(nproc)"; }
step unit-tests unit_tests

if [ "${1:-}" != --quick ]; then
  step build-release bash tests/build.sh release sealock
  # Beside the engine tests, with what they leave of the processors.
  (
    renice -n 19 "$BASHPID" >/dev/null
    step fuzz bash tests/fuzz/run.sh 60
  ) &
  fuzz=$!
  if [ "$(id -u)" -ne 0 ]; then
    echo "not root: the engine tests need dockerd, and are left out"
  else
    # Two at a time, each with an engine of its own: much of a test is waiting. The long ones first.
    engine_test() {
      RIG=$log/rig$LANE step "engine-$1" timeout -k 10 "$limit" bash "tests/engine/$1.sh"
    }
    export -f step engine_test
    step rigs-up eval 'bash tests/rig.sh up "$log/rig0" && bash tests/rig.sh up "$log/rig1"'
    {
      printf '%s\n' deployments_kill refusals traces cli_admin deployments cli_deployer zero_downtime attacks
      basename -s .sh tests/engine/*.sh
    } | awk '!seen[$0]++' | xargs -P 2 --process-slot-var=LANE -I{} bash -c 'engine_test {}'
    wait "$fuzz"
    step rigs-down eval 'bash tests/rig.sh down "$log/rig0" && bash tests/rig.sh down "$log/rig1"'
  fi
fi

wait
count() { grep -c "^$1 " "$log/results" || true; }
failed=$(count failed)
[ "$failed" -eq 0 ] || echo "failed: $(sed -n 's/^failed //p' "$log/results" | tr '\n' ' ')"
echo "$(count passed) passed, $failed failed, $(count skipped) skipped"
[ "$failed" -eq 0 ]
