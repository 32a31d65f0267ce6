#!/usr/bin/env bash
# community.docker's stock modules, as Debian has them, on deployer.sock against a real engine: a second run
# changes nothing, a changed password does; and what they see of what others made.
. "$(dirname "$0")/support/story.sh"
command -v ansible-playbook >/dev/null || { echo "skipped: no ansible here"; exit 77; }
export ANSIBLE_COLLECTIONS_PATH=/usr/lib/python3/dist-packages ANSIBLE_HOME=$work/ansible ANSIBLE_NOCOLOR=1
export ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false ANSIBLE_RETRY_FILES_ENABLED=0
export ANSIBLE_CALLBACK_RESULT_FORMAT=yaml
ansible-doc -l community.docker 2>/dev/null | grep -q docker_container || {
  echo "skipped: only ansible-core is installed, without community.docker"
  exit 77
}
raw tag busybox st-ansible:1
play() { ansible-playbook -i localhost, -e ansible_python_interpreter=/usr/bin/python3 -e "rig=$RIG" "$@"; }
raw run -d --name st-stock-other -e PASSWORD=st-secret busybox sleep 1000 >/dev/null
expect "a deployment with the stock modules" play "$here/ansible/stock.yml"
raw run -d --name st-cmp-file busybox sleep 1000 >/dev/null
raw create --name st-cmp-stopped --label st=cmp busybox >/dev/null
raw network create -o com.example.psk=st-secret --ipam-opt token=st-secret st-cmp-options >/dev/null
raw volume create -o type=cifs -o device=//st-secret/x -o o=username=u,password=st-secret st-cmp-options >/dev/null
printf 'FROM busybox\nENV PASSWORD=st-secret\n' >"$work/Dockerfile"
raw build -q -t st-cmp-image:1 "$work" >/dev/null
expect "what the stock modules compare" play "$here/ansible/compare.yml"
story_end
