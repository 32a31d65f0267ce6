#!/usr/bin/env bash
# community.docker's stock modules, as Debian has them, on deployer.sock against a real engine: a second run of
# examples/ansible/containers.yml is changed=0, a changed password changed=1; and what they see of what others made.
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
# changed NUMBER PASSWORD: the example with this password changes so many things.
changed() {
  local said
  said=$(play "$top/examples/ansible/containers.yml" -e "db_password=$2" -e '{"db_command": ["sh", "-c", "trap exit TERM; sleep 1000 & wait"]}' \
    -e "sealock_socket=$RIG/deployer.sock shop=st-shop db_image=st-ansible:1" -i "$work/nodes" 2>&1)
  if grep -q " changed=$1 .* failed=0 " <<<"$said"; then pass; else
    fail "containers.yml with password $2: not changed=$1"
    tail -n 30 <<<"$said" | sed 's/^/    | /'
  fi
}
echo '[nodes]
localhost ansible_connection=local' >"$work/nodes"
changed 3 first
changed 0 first
changed 1 second
raw rm -fv st-shop-db >/dev/null
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
