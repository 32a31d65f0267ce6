#!/usr/bin/env bash
# Builds the libFuzzer targets and runs each of them: bash tests/fuzz/run.sh [SECONDS] [TARGET...]
# Two at a time. An input that breaks something is kept in build/fuzz/found/ and printed; after the fix it
# goes to tests/fuzz/corpus/TARGET/, from which every run begins.
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(answer body compose dockerfile filters head image_reference query scrub tar target)

bash "$top/tests/build.sh" fuzz fuzz >/tmp/sealock-build-fuzz.log 2>&1 || {
  tail -n 30 /tmp/sealock-build-fuzz.log
  exit 1
}
found=$top/build/fuzz/found
mkdir -p "$found"

# What a run learns is not written to the checkout: libFuzzer adds to the first folder it is given.
fuzz() {
  local target=$1 learnt
  learnt=$(mktemp -d)
  "$top/build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=8192 -timeout=60 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$found/$target-" "$learnt" "$top/tests/fuzz/corpus/$target" >"$found/$target.log" 2>&1
  local code=$?
  rm -rf "$learnt"
  if [ $code -ne 0 ]; then
    echo "FAIL: $target"
    grep -E 'property broken|ERROR:|SUMMARY|Test unit written|runtime error' "$found/$target.log" | head -n 8
    return 1
  fi
  echo "ok $target: $(grep -oP 'number_of_executed_units: \K\d+' "$found/$target.log") inputs, coverage $(grep -oP 'cov: \K\d+' "$found/$target.log" | tail -n 1)"
}

failed=0
for ((index = 0; index < ${#targets[@]}; index += 2)); do
  pids=()
  for target in "${targets[@]:index:2}"; do
    fuzz "$target" & pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=$((failed + 1)); done
done
echo "$((${#targets[@]} - failed)) passed, $failed failed"
[ $failed -eq 0 ]
