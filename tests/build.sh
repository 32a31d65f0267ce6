#!/usr/bin/env bash
# Configures and builds one preset: bash tests/build.sh dev|release [target]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:?usage: bash tests/build.sh dev|release [target]}
# Tests that run at the same time build in the same folder.
mkdir -p build
exec 9>"build/.lock-$preset"
flock 9
cmake --preset "$preset" >"/tmp/sealock-configure-$preset.log" 2>&1 || {
  tail -n 30 "/tmp/sealock-configure-$preset.log" >&2
  exit 1
}
cmake --build --preset "$preset" ${2:+--target "$2"}
