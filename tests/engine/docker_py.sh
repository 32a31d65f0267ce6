#!/usr/bin/env bash
# The Python SDK (python3-docker) on admin.sock and monitoring.sock.
. "$(dirname "$0")/support/story.sh"
if ! /usr/bin/python3 -c 'import docker' 2>/dev/null; then
  echo "skipped: python3-docker is not installed"
  exit 77
fi
expect "docker_py.py" /usr/bin/python3 -W ignore "$here/docker_py.py" "$RIG"
story_end
