#!/usr/bin/env bash
# The Ansible collection in examples/ansible, with Debian's ansible, on deployer.sock against a real
# engine: each module's changes, check mode, diff mode and errors. What can be said of it without an engine,
# tests/ansible_sanity.sh says.
. "$(dirname "$0")/support/story.sh"
command -v ansible-playbook >/dev/null || { echo "skipped: no ansible here"; exit 77; }
export ANSIBLE_COLLECTIONS_PATH=$top/examples/ansible ANSIBLE_HOME=$work/ansible ANSIBLE_NOCOLOR=1
export ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false ANSIBLE_RETRY_FILES_ENABLED=0
export PYTHONDONTWRITEBYTECODE=1
stamp=$(printf '%04d' $((RANDOM % 10000)))
remove_deployed() { raw rm -fv $(raw ps -aq --filter label=sealock.component); }
at_end+=(remove_deployed)
raw tag busybox st-ansible:1
# Another image, with a history of one more step.
printf 'FROM busybox\nLABEL other=yes\n' >"$work/Dockerfile"
raw build -q -t st-ansible:2 "$work" >/dev/null
cat >"$work/two.yaml" <<'YAML'
services:
  web: {image: st-ansible:2, command: sleep 1000, stop_grace_period: 0s, deploy: {update_config: {monitor: 0s}}}
YAML
raw tag busybox st-ansible:3
cat >"$work/sick.yaml" <<'YAML'
services:
  web:
    image: st-ansible:3
    command: sleep 1000
    stop_grace_period: 0s
    healthcheck: {test: [CMD, "false"], interval: 100ms, retries: 1}
YAML
cat >"$work/vars.json" <<JSON
{"rig": "$RIG", "work": "$work", "one": "c_20300101_$stamp", "two": "c_20300102_$stamp", "three": "c_20300103_$stamp", "four": "c_20300104_$stamp",
 "release": {"services": {"web": {"image": "st-ansible:1", "command": "sleep 1000", "stop_grace_period": "0s",
   "environment": {"MODE": "\${MODE}"}}}}}
JSON
play() { ansible-playbook -i localhost, -e ansible_python_interpreter=/usr/bin/python3 -e "@$work/vars.json" "$@"; }
expect "the collection's modules" play "$here/ansible/site.yml"
story_end
