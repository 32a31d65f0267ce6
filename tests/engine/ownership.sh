#!/usr/bin/env bash
# Two clients of one policy that keep out of each other's way, on a real engine: each sees, touches and
# prunes what it made itself. Then an updater that recreates a container from a sealed inspect, and a tool
# that would write a mask back.
. "$(dirname "$0")/support/story.sh"

mkdir -p "$work/rules"
cp -r "$top/rules/lists" "$top/rules/references" "$top/rules/baseline.yaml" "$work/rules"
cat >"$work/rules/team.yaml" <<'RULES'
version: 1
policy: team
description: Teams that share an engine.
owner: nobody
applies_to: [{listener: blue}, {listener: green}]
use: [lists/docker.yaml]
ownership: {label: com.example.owner, value: "{client.name}"}
rules:
  - allow: look-around
    actions: [$probe, SystemInfo, ImageList, ImageInspect]
  - allow: create
    actions: [ContainerCreate, NetworkCreate, VolumeCreate]
    when:
      effective.host_paths: {is: unset}
      effective.named_volumes: {every: {owned: true}}
      effective.networks: {every: {owned: true}}
      effective.containers: {every: {owned: true}}
    may_set: every_field
  - allow: new-volumes
    actions: [VolumeCreate]
    may_set: every_field
  - allow: work-with-own
    actions: [$container_lifecycle, ContainerList, ContainerInspect, ContainerLogs, ContainerAttach, ContainerExec,
      ExecStart, ExecInspect, ContainerDelete, ContainerRename, ContainerPrune, NetworkList, NetworkInspect, NetworkDelete,
      NetworkConnect, VolumeList, VolumeInspect, VolumeDelete, VolumePrune, SystemEvents, ImageCommit]
    when:
      target.owned: true
      effective.containers: {every: {owned: true}}
    may_set: every_field
  - allow: build
    actions: [ImageBuild]
  - allow: own-images
    actions: [ImageDelete, ImagePrune]
    when: {target.owned: true}
  - redact: not-mine
    actions: [ImageInspect]
    when: {target.owned: false}
    mask: [$secrets]
tests:
  - it: probes
    request: GET /_ping
    expect: {allow: look-around}
RULES
cat >"$work/rules/updater.yaml" <<'RULES'
version: 1
policy: updater
description: Recreates containers with a newer image, and never sees a value.
owner: nobody
applies_to: [{listener: updater}, {listener: drift}]
use: [lists/docker.yaml]
rules:
  - allow: update
    actions: [$probe, ContainerList, ContainerInspect, ContainerStop, ContainerStart, ContainerDelete]
  - allow: recreate
    actions: [ContainerCreate]
    may_set: every_field
  - redact: sealed
    actions: [ContainerInspect]
    seal: [$secrets]
  - redact: changes-show
    actions: [ContainerList]
    digest: [$secrets]
tests:
  - it: probes
    request: GET /_ping
    expect: {allow: update}
RULES
cat >"$work/sealock.yaml" <<CONFIG
engine: unix://$RIG/engine.sock
rules: $work/rules
audit: {sink: file, file: $work/audit.jsonl}
redaction_key: $work/state/redaction.key
listeners:
  - {name: blue, socket: $work/blue.sock, policy: team}
  - {name: green, socket: $work/green.sock, policy: team}
  - {name: updater, socket: $work/updater.sock, policy: updater}
CONFIG
start_sealock "$work/blue.sock"

as() {
  local who=$1
  shift
  "$CLI" -H "unix://$work/$who.sock" "$@"
}
# refused TEXT PATTERN COMMAND...: fails, and says PATTERN.
refused() {
  local text=$1 pattern=$2 output
  shift 2
  if output=$("$@" 2>&1); then
    fail "$text: it was allowed"
  elif grep -qiE "$pattern" <<<"$output"; then pass; else fail "$text: said $output"; fi
}
same() { if [ "$2" = "$3" ]; then pass; else fail "$1: '$2', wanted '$3'"; fi; }
gone='no such|not found'

# --- each client has its own
expect "blue makes a network" as blue network create st-blue
expect "blue makes a volume" as blue volume create st-blue
expect "blue runs a container" as blue run -d --name st-blue --network st-blue -v st-blue:/data busybox sleep 1000
expect "green runs a container" as green run -d --name st-green --network none busybox sleep 1000
same "the label is on it" "$(raw inspect -f '{{index .Config.Labels "com.example.owner"}}' st-blue)" blue
same "and on the network" "$(raw network inspect -f '{{index .Labels "com.example.owner"}}' st-blue)" blue
same "and on the volume" "$(raw volume inspect -f '{{index .Labels "com.example.owner"}}' st-blue)" blue
raw run -d --name st-other busybox sleep 1000 >/dev/null
raw volume create --label secret=x -o type=tmpfs -o device=tmpfs -o o=size=1m st-other >/dev/null
same "blue lists its own" "$(as blue ps -a --format '{{.Names}}')" st-blue
same "green lists its own" "$(as green ps -a --format '{{.Names}}')" st-green
same "blue lists its volume" "$(as blue volume ls -q)" st-blue
same "green lists no volume" "$(as green volume ls -q)" ""
expect "blue works in its container" as blue exec st-blue true
expect "blue reads its logs" as blue logs st-blue

id=$(raw inspect -f '{{.Id}}' st-blue)
for name in st-blue "$id" "${id:0:12}" st-other; do
  refused "green inspects $name" "$gone" as green container inspect "$name"
  refused "green works in $name" "$gone" as green exec "$name" true
  refused "green stops $name" "$gone" as green stop -t 0 "$name"
  refused "green removes $name" "$gone" as green rm "$name"
  refused "green renames $name" "$gone" as green rename "$name" st-mine
  refused "green reads the logs of $name" "$gone" as green logs "$name"
  refused "green commits $name" 'denied|no such' as green commit "$name" st-stolen
  refused "green shares the network of $name" denied as green run --rm --network "container:$name" busybox true
  refused "green takes the volumes of $name" denied as green run --rm --network none --volumes-from "$name" busybox true
done
refused "green mounts a volume of blue" denied as green run --rm --network none -v st-blue:/x busybox true
refused "green mounts a volume of nobody" denied as green run --rm --network none -v st-new:/x busybox true
refused "green is handed a volume by making it again" denied as green volume create st-other
refused "green removes a volume of blue" "$gone" as green volume rm st-blue
refused "green joins a network of blue" denied as green run --rm --network st-blue busybox true
refused "green puts its container there" "$gone|denied" as green network connect st-blue st-green
refused "blue pulls green's container into its network" denied as blue network connect st-blue st-green
refused "green gives a container to blue" ownership as green create --label com.example.owner=blue --network none busybox
execution=$(curl -s --unix-socket "$work/blue.sock" -X POST -H 'Content-Type: application/json' \
  -d '{"Cmd":["true"],"AttachStdout":true}' http://docker/containers/st-blue/exec | grep -o '[0-9a-f]\{64\}')
same "green starts an exec of blue" "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$work/green.sock" -X POST \
  -H 'Content-Type: application/json' -d '{}' "http://docker/exec/$execution/start")" 404
same "blue starts it" "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$work/blue.sock" -X POST \
  -H 'Content-Type: application/json' -d '{}' "http://docker/exec/$execution/start")" 200

# --- events and prunes
since=$(date +%s.%N)
"$CLI" -H "unix://$work/green.sock" events --since "$since" --format '{{.Actor.Attributes.name}} {{.Action}}' >"$work/events.txt" 2>/dev/null &
watcher=$!
as blue restart -t 0 st-blue >/dev/null
as green restart -t 0 st-green >/dev/null
until_true grep -q ' restart$' "$work/events.txt"
{ kill -KILL $watcher; wait $watcher; } 2>/dev/null
cut -d ' ' -f 1 "$work/events.txt" >"$work/events"
same "green sees events of its own" "$(sort -u "$work/events")" st-green
as blue stop -t 0 st-blue >/dev/null
raw stop -t 0 st-other >/dev/null
expect "green prunes" as green container prune -f
expect "blue's stopped container is still there" raw container inspect st-blue
expect "and the other one" raw container inspect st-other
expect "blue prunes" as blue container prune -f
refused "blue's is gone" "$gone" raw container inspect st-blue
expect "the other one is still there" raw container inspect st-other

# --- what is built belongs to the builder, what runs from it does not
printf 'FROM busybox\nLABEL com.example.owner=blue\nENV PASSWORD=st-secret-1\n' >"$work/Dockerfile"
expect "blue builds" as blue build -q -t st-built -f "$work/Dockerfile" "$work"
same "the image is blue's" "$(raw inspect -f '{{index .Config.Labels "com.example.owner"}}' st-built)" image:blue
raw run -d --name st-foreign st-built sleep 1000 >/dev/null
refused "a container that somebody else made of it is not" "$gone" as blue exec st-foreign true
same "blue sees what it built" "$(as blue image inspect -f '{{.Config.Env}}' st-built | grep -c st-secret-1)" 1
same "green does not" "$(as green image inspect st-built | grep -c st-secret-1)" 0
refused "green removes it" denied as green rmi st-built

# --- recreate from a sealed inspect; made through sealock, since an engine on cgroup v1 gives what is made
# without it the host's cgroup namespace, which no recreation may ask for
on admin run -d --name st-app -e PASSWORD=st-secret-2 -e LANG=C --label db.password=st-secret-3 busybox sleep 1000 >/dev/null
cat >"$work/update.py" <<'PYTHON'
"""Inspects, stops, removes and creates again, as Watchtower does; prints what it saw of the environment."""
import http.client, json, socket, sys
path, name, new_name = sys.argv[1:4]
class Docker(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
def ask(method, target, body=None):
    docker = Docker("docker")
    docker.request(method, target, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
    answer = docker.getresponse()
    text = answer.read().decode()
    return answer.status, json.loads(text) if text else None
status, old = ask("GET", f"/containers/{name}/json")
assert status == 200, old
print(json.dumps(old))
if new_name == name:
    assert ask("POST", f"/containers/{name}/stop?t=0")[0] in (204, 304)
    assert ask("DELETE", f"/containers/{name}")[0] == 204
status, made = ask("POST", f"/containers/create?name={new_name}", {**old["Config"], "Hostname": "", "HostConfig": old["HostConfig"]})
if status != 201:
    print(status, made["message"], file=sys.stderr)
    sys.exit(1)
assert ask("POST", f"/containers/{new_name}/start")[0] == 204
PYTHON
before=$(raw inspect -f '{{json .Config.Env}}{{json .Config.Labels}}{{json .Config.Cmd}}' st-app)
refused "a seal opens for no other container" 'not for this policy' python3 "$work/update.py" "$work/updater.sock" st-app st-copy
if seen=$(python3 "$work/update.py" "$work/updater.sock" st-app st-app 2>&1); then pass; else fail "the updater: $seen"; fi
same "the updater saw no value" "$(grep -c st-secret <<<"$seen")" 0
same "and seals" "$(grep -c 'PASSWORD=\*\*sealed:' <<<"$seen")" 1
same "the container is what it was" "$(raw inspect -f '{{json .Config.Env}}{{json .Config.Labels}}{{json .Config.Cmd}}' st-app)" "$before"
same "the key is for its owner alone" "$(stat -c '%a %s' "$work/state/redaction.key")" "600 32"
digest() { as updater ps -a --filter name=st-app --format '{{.Label "db.password"}}'; }
first=$(digest)
same "a digest shows" "$(grep -cE '^\*\*masked:[0-9a-f]{12}\*\*$' <<<"$first")" 1
stop_sealock
start_sealock "$work/blue.sock"
same "and is the same after a restart" "$(digest)" "$first"
raw rm -f st-app >/dev/null
on admin run -d --name st-app -e PASSWORD=st-secret-2 --label db.password=st-secret-4 busybox sleep 1000 >/dev/null
if [ "$(digest)" != "$first" ]; then pass; else fail "a changed password has the same digest"; fi

# --- a mask is written back by nobody, on any socket
for policy in admin operator deployer; do
  refused "a mask in the environment on $policy" 'masked value was written back' on "$policy" create --name st-masked \
    -e 'PASSWORD=**masked**' busybox
  refused "a digest in a label on $policy" 'masked value was written back' on "$policy" create --name st-masked \
    --label 'a=**masked:0123456789ab**' busybox
  refused "a foreign seal on $policy" 'masked value was written back|not for this policy' on "$policy" create \
    --name st-masked -e 'PASSWORD=**sealed:AAAA**' busybox
done
same "no value in the audit log" "$(grep -c st-secret "$work/audit.jsonl" "$work/sealock.log" | grep -vc ':0$')" 0
story_end
