#!/usr/bin/env bash
# dockerode, the Node.js client, does its ordinary work on admin.sock; monitoring.sock refuses it with the
# policy's message, and hides what it has to hide.
. "$(dirname "$0")/support/story.sh"
if ! command -v npm >/dev/null; then
  echo "skipped: npm is not installed"
  exit 77
fi
if ! npm install --prefix "$work/node" --no-save --no-audit --no-fund dockerode >"$work/npm.txt" 2>&1; then
  tail -n 5 "$work/npm.txt"
  echo "skipped: npm cannot install dockerode"
  exit 77
fi
expect "dockerode.js" env NODE_PATH="$work/node/node_modules" timeout 120 node "$here/dockerode.js" "$RIG"
story_end
