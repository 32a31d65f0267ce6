#!/usr/bin/env bash
# The Ansible collection in examples/ansible, with Debian's ansible, on deployer.sock against a real
# engine: each module's changes, check mode, diff mode and errors; and what ansible-test checks without a
# network: documentation that can be read, and that agrees with the arguments.
. "$(dirname "$0")/support/story.sh"
command -v ansible-playbook >/dev/null || { echo "skipped: no ansible here"; exit 77; }
export ANSIBLE_COLLECTIONS_PATH=$top/examples/ansible ANSIBLE_HOME=$work/ansible ANSIBLE_NOCOLOR=1
export ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false ANSIBLE_RETRY_FILES_ENABLED=0
export PYTHONDONTWRITEBYTECODE=1
# Debian's own collections, for community.docker.
ANSIBLE_COLLECTIONS_PATH+=:/usr/lib/python3/dist-packages
sealock=${SEALOCK:-$top/build/release/proxy/cli/sealock}
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
cat >"$work/vars.json" <<JSON
{"rig": "$RIG", "work": "$work", "one": "c_20300101_$stamp", "two": "c_20300102_$stamp", "three": "c_20300103_$stamp",
 "release": {"services": {"web": {"image": "st-ansible:1", "command": "sleep 1000", "stop_grace_period": "0s",
   "environment": {"MODE": "\${MODE}"}}}}}
JSON
play() { ansible-playbook -i localhost, -e ansible_python_interpreter=/usr/bin/python3 -e "@$work/vars.json" "$@"; }
expect "the collection's modules" play "$here/ansible/site.yml"
raw run -d --name st-stock-other -e PASSWORD=st-secret busybox sleep 1000 >/dev/null
if ansible-doc -l community.docker 2>/dev/null | grep -q docker_container; then
  expect "community.docker's stock modules" play "$here/ansible/stock.yml"
else
  echo "without community.docker's stock modules: only ansible-core is installed"
fi
for module in composition composition_label deployment image_tag; do
  documented=$(ansible-doc -t module -j "sealock.release.$module" 2>"$work/doc.txt" | python3 -c '
import json, sys
doc = list(json.load(sys.stdin).values())[0]
assert doc["examples"].strip() and doc["return"], "no EXAMPLES or RETURN"
print(" ".join(sorted(doc["doc"]["options"])))')
  wanted=$(python3 - "$top/examples/ansible/ansible_collections/sealock/release/plugins/modules/$module.py" <<'PY'
import ast, sys
names = {"socket"}
for node in ast.walk(ast.parse(open(sys.argv[1]).read())):
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "arguments":
        names |= {keyword.arg for keyword in node.keywords}
print(" ".join(sorted(names)))
PY
  )
  if [ -n "$documented" ] && [ "$documented" = "$wanted" ]; then pass; else
    fail "$module: documented '$documented', takes '$wanted': $(head -n 3 "$work/doc.txt")"
  fi
done
story_end
