#!/usr/bin/env bash
# What no compiler checks: the direction of dependencies, coroutine expressions that g++ 12.2
# miscompiles (style.md 1.1), file lengths, leftovers.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() { bad=1; echo "$1"; }

found=$(grep -rnE '#include <(boost/asio|boost/beast|spdlog|sys/socket)|getenv|std::cerr|system_clock|"proxy/' policy || true)
[ -z "$found" ] || complain "policy/ must stay pure (design.md 3):
$found"

found=$(grep -rnE 'co_await .*(\[[^]]|[A-Za-z0-9_>(,] ?\{)|auto ?&* ?\[.*\] ?= ?co_await' proxy || true)
[ -z "$found" ] || complain "g++ 12.2 frees temporaries of these twice; name them first (style.md 1.1):
$found"

while read -r file; do
  lines=$(wc -l <"$file")
  # Tables of data may be longer, and say so.
  if [ "$lines" -gt 600 ] && ! head -n 30 "$file" | grep -qi 'long'; then
    complain "$file has $lines lines; split it (600 at most)"
  fi
done < <(git ls-files '*.cpp' '*.hpp')

found=$(git grep -nE 'TODO\(now\)|FIXME' -- '*.cpp' '*.hpp' '*.sh' '*.yaml' ':!tests/check_sources.sh' || true)
[ -z "$found" ] || complain "leftovers:
$found"

# "Life of a request" in the README names a file and a function a step; both must exist.
while IFS=: read -r file function; do
  if [ ! -e "$file" ] || ! grep -q "$function" "$file"; then
    complain "README.md: $file has no $function"
  fi
done < <(grep -oE '`(proxy|policy)/[a-z_/]+\.cpp:[A-Za-z_:]+`' README.md 2>/dev/null | tr -d '`' | sed 's/\.cpp:.*::/.cpp:/')

exit $bad
