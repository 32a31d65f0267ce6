#!/usr/bin/env bash
# Everything that must pass: installs, builds, unit tests under ASan and UBSan, then the engine tests
# against a private dockerd, with the real Docker CLI and the Python SDK.
#   bash tests/run.sh [--quick]      --quick: unit tests only
# The last line counts: "N passed, N failed, N skipped".
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
passed=0 failed=0 skipped=0
limit=600 # seconds that an engine test may take; the longest takes about 200
failures=()
log=$(mktemp -d /tmp/sealock-tests.XXXXXX)

# step NAME COMMAND...: runs, shows the end of the output when it fails. Exit code 77: skipped.
step() {
  local name=$1 code=0 start=$SECONDS
  shift
  "$@" >"$log/$name.log" 2>&1 </dev/null || code=$?
  case $code in
  0) passed=$((passed + 1)); printf 'ok    %-28s %4d s\n' "$name" $((SECONDS - start)) ;;
  77) skipped=$((skipped + 1)); printf 'skip  %-28s %s\n' "$name" "$(tail -n 1 "$log/$name.log")" ;;
  *)
    failed=$((failed + 1)); failures+=("$name")
    printf 'FAIL  %-28s exit %d; the end of %s:\n' "$name" "$code" "$log/$name.log"
    tail -n 40 "$log/$name.log" | sed 's/^/      | /'
    ;;
  esac
}

close() {
  bash tests/rig.sh down "$log/rig" >/dev/null 2>&1 || true
  bash tests/rig.sh down "$log/rig-dev" >/dev/null 2>&1 || true
}
trap close EXIT

step install bash tests/install.sh test
step sources bash tests/check_sources.sh
step build-dev bash tests/build.sh dev
unit_tests() { ctest --preset dev --output-on-failure -j "$(nproc)"; }
step unit-tests unit_tests

if [ "${1:-}" != --quick ]; then
  step fuzz bash tests/fuzz/run.sh 60
  step build-release bash tests/build.sh release sealock
  if [ "$(id -u)" -ne 0 ]; then
    echo "not root: the engine tests need dockerd, and are left out"
  else
    export RIG=$log/rig
    step rig-up bash tests/rig.sh up "$RIG"
    for test in tests/engine/*.sh; do
      step "engine-$(basename "$test" .sh)" timeout -k 10 "$limit" bash "$test"
    done
    step rig-down bash tests/rig.sh down "$RIG"
  fi
fi

[ ${#failures[@]} -eq 0 ] || echo "failed: ${failures[*]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
