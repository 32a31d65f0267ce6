#!/usr/bin/env bash
# Every road from a container to its host, in every spelling the Docker CLI has for it, on every socket
# of the rig: refused by a rule, the message reaches the person, and the engine has nothing new.
. "$(dirname "$0")/support/story.sh"

# What dangerous requests lean on, made on the engine itself: a container with a host mount, one in the
# host's namespaces, a volume that hides a host directory, a permissive profile.
prepare() {
  raw run -d --name st-web busybox sleep 10000 >/dev/null
  raw create --name st-hostmount -v /etc:/host busybox true >/dev/null
  raw run -d --name st-hostpid --pid host --ipc host --network host busybox sleep 10000 >/dev/null
  raw volume create -o type=none -o o=bind -o device=/etc st-hostvol >/dev/null
  printf '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$work/allow.json"
  printf 'FROM busybox\nRUN true\n' >"$work/Dockerfile"
}

# Arguments of `docker create`, as a shell reads them.
create_forms() {
  cat <<FORMS
--privileged
--privileged=true
-v /:/host
-v /:/host:ro
-v /etc:/x
-v /etc/:/x
-v /srv/../etc:/x
-v /var/run/docker.sock:/var/run/docker.sock
-v /run/docker.sock:/s:ro
-v /proc:/p
-v /sys/fs/cgroup:/c
-v /dev:/d
-v /root:/r:z
-v /boot:/b:rshared
-v /lib/modules:/m -v st-vol:/data
--volume=/var/lib/docker:/d
--mount type=bind,src=/,dst=/host
--mount type=bind,source=/etc,target=/x,readonly
--mount dst=/x,type=bind,src=/home/../root
--mount type=bind,src=/,dst=/h,bind-propagation=rshared
--mount type=bind,src=/,dst=/h,bind-nonrecursive=true
--mount type=volume,src=st-new,dst=/h,volume-driver=local,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/
--mount type=volume,dst=/h,volume-opt=type=none,volume-opt=o=rbind,volume-opt=device=/etc
--mount 'src=st-new,dst=/h,"volume-opt=o=ro,bind",volume-opt=device=/etc,volume-opt=type=none'
--mount 'src=st-new,dst=/h,volume-opt=type=ext4,volume-opt=device=/dev/sda1'
-v st-hostvol:/x
--mount type=volume,src=st-hostvol,dst=/x
--volumes-from st-hostmount
--volumes-from st-hostmount:ro
--volumes-from $(raw inspect -f '{{.Id}}' st-hostmount)
--volumes-from $(raw inspect -f '{{.Id}}' st-hostmount | cut -c1-12)
--pid host
--pid=host
--pid container:st-hostpid
--ipc host
--ipc container:st-hostpid
--uts host
--userns host
--network host
--net=host
--net name=host
--network container:st-hostpid
--network ns:/proc/1/ns/net
--cgroupns host
--device /dev/null
--device=/dev/kmsg:/dev/x:rwm
--device /dev/mem:/dev/mem:r
--device-cgroup-rule 'a *:* rwm'
--device-cgroup-rule 'b 8:0 r'
--gpus all
--gpus device=0
-e NVIDIA_VISIBLE_DEVICES=all
--cap-add ALL
--cap-add all
--cap-add SYS_ADMIN
--cap-add sys_admin
--cap-add CAP_SYS_ADMIN
--cap-add cap_sys_ptrace
--cap-add SYS_MODULE
--cap-add DAC_READ_SEARCH
--cap-add NET_ADMIN
--cap-add CHOWN --cap-add BPF
--security-opt seccomp=unconfined
--security-opt seccomp:unconfined
--security-opt seccomp=$work/allow.json
--security-opt apparmor=unconfined
--security-opt apparmor:unconfined
--security-opt label=disable
--security-opt label:disable
--security-opt label=type:spc_t
--security-opt systempaths=unconfined
--security-opt no-new-privileges --security-opt no-new-privileges=false
--security-opt no-new-privileges:false
--runtime io.containerd.runtime.v1.linux
--runtime st-other
--cgroup-parent /st-outside
--cgroup-parent=system.slice
--sysctl kernel.msgmax=65536
--sysctl net.ipv4.ip_forward=1
--log-driver syslog
--log-driver syslog --log-opt syslog-address=tcp://192.0.2.1:514
--log-driver=fluentd
--log-driver gelf --log-opt gelf-address=udp://192.0.2.1:1
--link st-web
--link st-web:db
FORMS
}

# Whole commands.
command_forms() {
  cat <<FORMS
exec --privileged st-web true
volume create -o type=none -o o=bind -o device=/ st-new
volume create --driver local --opt type=none --opt o=rbind --opt device=/etc st-new
volume create -o o=bind,ro -o type=none -o device=/root st-new
volume create -o type=ext4 -o device=/dev/sda1 st-new
volume create -d st-other st-new
network create -d macvlan -o parent=eth0 st-net
network create -d ipvlan -o parent=eth0 st-net
network connect host st-web
build --network host -t st-build -f $work/Dockerfile $work
build --cgroup-parent /st-outside -t st-build -f $work/Dockerfile $work
import http://127.0.0.1:1/image.tar st-import
swarm init
swarm join --token SWMTKN-1-x 127.0.0.1:1
plugin install --grant-all-permissions 127.0.0.1:1/st-plugin
FORMS
}

# Only newer CLIs know these.
newer_forms() {
  cat <<FORMS
--use-api-socket
--mount type=bind,src=/,dst=/h,bind-recursive=disabled
FORMS
}

objects() {
  local path
  for path in 'containers/json?all=1' volumes networks images/json; do
    curl -s --unix-socket "$RIG/engine.sock" "http://docker/$path" |
      grep -oE '"(Id|Name|RepoTags)":("[^"]*"|\[[^]]*\])' | sort
  done
}

# What has two meanings, or none, no policy is asked about: a 400 that says so, and says it in the record.
not_understood() {
  grep -q 'Error response from daemon: ' <<<"$1" &&
    tail -n 1 "$RIG/audit.jsonl" | grep -q '"decision":"refuse".*"status":400'
}

# Policies that know only their own objects answer Docker's 404 for the others.
is_hidden() { [[ $1 == ci-runner || $1 == ai-sandbox ]] && grep -q 'No such container: st-' <<<"$2"; }

# refused POLICY ARGS: the command fails, with a rule's reason, and leaves nothing.
refused() {
  local policy=$1 output code=0
  shift
  output=$(on "$policy" "$@" 2>&1 </dev/null) || code=$?
  if [ $code -eq 0 ]; then
    fail "$policy lets through: docker $*"
  elif ! grep -qE "denied by policy $policy(: no rule allows |, rule (baseline/)?[a-z-]+: )" <<<"$output" &&
    ! not_understood "$output" && ! is_hidden "$policy" "$output"; then
    fail "$policy refuses without policy and rule: docker $*: $(head -n 2 <<<"$output" | cut -c1-200)"
  elif [ "$(objects)" != "$before" ]; then
    fail "$policy refuses, but the engine has something new: docker $*"
    diff <(echo "$before") <(objects) | head -n 5
    before=$(objects)
  else
    pass
  fi
}

prepare
eval_forms() {
  local kind=$1 form
  while read -r form; do
    eval "arguments=($form)"
    case $kind in
    create) refused "$policy" create "${arguments[@]}" busybox true ;;
    command) refused "$policy" "${arguments[@]}" ;;
    esac
  done
}

# Policies under which nothing is created refuse all of it for one reason: of these, monitoring is asked
# everything, and the others every tenth form.
some_forms() {
  if [ "$policy" = monitoring ] || grep -qE '^ +actions: .*(ContainerCreate|every_operation)' "${RULES:-$top/rules}/$policy.yaml"; then
    cat
  else
    awk 'NR % 10 == 1'
  fi
}

for CLI in "${clis[@]}"; do
  for policy in $(policies); do
    before=$(objects)
    eval_forms create < <(create_forms | some_forms)
    eval_forms command < <(command_forms | some_forms)
    refused "$policy" run --rm --privileged busybox true
    refused "$policy" run -d --rm -v /:/host --pid host busybox true
    if "$CLI" create --help | grep -q use-api-socket; then eval_forms create < <(newer_forms | some_forms); fi
  done
done

# Without the dangerous part the same commands work: it is the part that was refused.
for CLI in "${clis[@]}"; do
  expect "a plain container on admin" on admin run --rm -v st-vol:/data --cap-add CHOWN busybox true
  expect "a volume on admin" on admin volume create st-new
  expect "an exec on admin" on admin exec st-web true
done
story_end
