#!/usr/bin/env bash
# The audit file of a running rig: a line before anything is forwarded, a second one at the end, in the
# shape of rules/schema/audit-v1.json, and no secret in either.
. "$(dirname "$0")/support/story.sh"
expect "audit.py" python3 "$here/audit.py" "$RIG" "$top/rules/schema/audit-v1.json"
story_end
