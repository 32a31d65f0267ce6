#!/usr/bin/env bash
# The role sealock.release.release_node: what it changes the first time and the second, check mode with its diff,
# and that a deployment that fails on the first node ends the play before the second one is asked for anything.
# Both nodes are this rig's engine, by two sockets; which of them was used stands in the audit log.
. "$(dirname "$0")/support/story.sh"
command -v ansible-playbook >/dev/null || { echo "skipped: no ansible here"; exit 77; }
export ANSIBLE_COLLECTIONS_PATH=$top/examples/ansible ANSIBLE_HOME=$work/ansible ANSIBLE_NOCOLOR=1
export ANSIBLE_RETRY_FILES_ENABLED=0 ANSIBLE_CALLBACK_RESULT_FORMAT=yaml PYTHONDONTWRITEBYTECODE=1
remove_deployed() { raw rm -fv $(raw ps -aq --filter label=sealock.component); }
at_end+=(remove_deployed)
stamp=$(printf '%04d' $((RANDOM % 10000)))
cat >"$work/nodes.yml" <<YAML
nodes:
  hosts:
    a: {release_node_socket: $RIG/releaser.sock}
    b: {release_node_socket: $RIG/deployer.sock}
  vars: {ansible_connection: local, ansible_python_interpreter: /usr/bin/python3}
YAML
# compose FILE MODE [HEALTH]: a Compose file; its health container is a component as well.
compose() {
  cat >"$work/$1.yaml" <<YAML
services:
  web:
    image: st-role:1
    command: sleep 1000
    stop_grace_period: 0s
    environment: {MODE: "$2"}
    healthcheck: {test: [CMD, "${3:-true}"], interval: 200ms, retries: 2}
  health: {image: st-role:1, command: sleep 1000, stop_grace_period: 0s}
YAML
}
raw tag busybox st-role:1
compose one first && compose two second && compose sick third false
play() { # play NAME DATE [ARGS]
  local name=$1 date=$2
  shift 2
  ansible-playbook -i "$work/nodes.yml" "$here/ansible/role.yml" -e "release=c_${date}_$stamp compose=$work/$name.yaml" \
    -e '{"release_node_gate": {"container": "health", "drain": "0s"}}' "$@" >"$work/play.txt" 2>&1 </dev/null
}
run() { expect "$1" play "${@:2}"; }
# recap NODE WHAT: the last line that Ansible prints of a node says so.
recap() {
  if grep -qE "^$1 +: .*\b$2\b" "$work/play.txt"; then pass; else
    fail "node $1: no $2"
    tail -n 30 "$work/play.txt" | sed 's/^/    | /'
  fi
}
says() { # says TEXT WHAT
  if tr -s ' \n' ' ' <"$work/play.txt" | grep -qE "$1"; then pass; else
    fail "$2"
    sed 's/^/    | /' "$work/play.txt"
  fi
}
of_b() { grep -c '"listener":"deployer"' "$RIG/audit.jsonl"; }
running() { raw ps --no-trunc --filter label=sealock.component --format '{{.ID}} {{.Names}}' | sort; }
same() { [ "$2" = "$3" ] && pass || fail "$1: '$2' and '$3'"; }
put() { curl -sf --unix-socket "$RIG/releaser.sock" -X PUT -H 'Content-Type: application/yaml' --data-binary "@$work/$1.yaml" "http://sealock/sealock/v1/compositions/c_$2_$stamp"; }
labels() { curl -s --unix-socket "$RIG/releaser.sock" "http://sealock/sealock/v1/compositions/c_$1_$stamp" | python3 -c 'import json, sys; print(*json.load(sys.stdin).get("labels", ["none"]))'; }
rc='{"release_node_labels": ["rc", "prod"]}'

run "check mode of a release that no node has" one 20310101 -e "$rc" --check -l a
recap a changed=1
says "c_20310101_$stamp is not stored on this node yet" "check mode does not say why there is no plan"
same "check mode stored nothing" "$(labels 20310101)" none
same "check mode deployed nothing" "$(running)" ""

run "the first release" one 20310101 -e "$rc" -l a
recap a changed=3
same "its labels" "$(labels 20310101)" "c rc prod"
run "the same again, on both nodes" one 20310101 -e "$rc"
recap a changed=0
recap b changed=0
first=$(running)
same "components that run" "$(wc -l <<<"$first")" 2

expect "a release that is stored" put two 20310102
run "check mode of it" two 20310102 -e "$rc" --check --diff -l a
recap a changed=2
says "MODE" "no diff of what the deployment changes"
same "check mode made no label" "$(labels 20310102)" c
same "check mode changed nothing" "$(running)" "$first"
before=$(of_b)
run "the second release" two 20310102 -e "$rc" --diff
recap a changed=2
recap b changed=0
same "labels of it" "$(labels 20310102)" "c rc prod"
[ "$(of_b)" -gt "$before" ] && pass || fail "the audit log does not show what node b was asked"
second=$(running)
[ "$second" != "$first" ] && pass || fail "the second release changed nothing"

before=$(of_b)
play sick 20310103 -e "$rc" && fail "a release whose health check fails was deployed"
recap a failed=1
says "c_20310103_$stamp rolled back: web does not come up: its health check fails" "no clear message"
grep -qE '^b +:' "$work/play.txt" && fail "node b had its turn" || pass
same "requests to node b" "$(of_b)" "$before"
# The same containers, started again.
same "what runs after it" "$(running)" "$second"

run "the first release again, without labels" one 20310101
recap a changed=1
play one 20310101 -e '{"release_node_gate": {"drain": "1s"}}' && fail "a gate without a container was taken"
says "missing required arguments: container" "no clear message of the gate"
same "labels of the one that failed" "$(labels 20310103)" "c rc prod"
story_end
