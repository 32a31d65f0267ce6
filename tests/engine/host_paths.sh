#!/usr/bin/env bash
# Bind sources are judged where they lead: a link in a granted folder is no way to the rest of the host,
# however the mount is spelt.
. "$(dirname "$0")/support/story.sh"

granted=$work/granted
mkdir -p "$work/rules" "$granted/data" "$work/secret"
echo hidden >"$work/secret/file"
ln -s "$work/secret" "$granted/link"
ln -s ../secret "$granted/relative"
ln -s "$work/not-yet" "$granted/nowhere"
ln -s "$granted/data" "$work/way-in"
cp -r "$top/rules/lists" "$top/rules/references" "$work/rules"
# A host whose owner grants a folder needs a baseline that lets it.
cat >"$work/rules/baseline.yaml" <<'RULES'
version: 1
policy: baseline
description: Nobody gets the engine's socket.
owner: nobody
applies_to: every_client
rules:
  - deny: docker-socket
    actions: [ContainerCreate, VolumeCreate]
    when: {effective.host_paths: {some: {overlaps: [/run/docker.sock]}}}
    because: who has the socket has the host
    references: [attack/T1611]
tests:
  - it: refuses the socket
    request: POST /containers/create
    body: {Image: busybox, HostConfig: {Binds: ["/run/docker.sock:/s"]}}
    expect: {deny: docker-socket}
RULES
cat >"$work/rules/granted.yaml" <<RULES
version: 1
policy: granted
description: Mounts what lies in one folder.
owner: nobody
applies_to: [{listener: granted}, {listener: blind}]
use: [lists/docker.yaml]
rules:
  - allow: work
    actions: [\$probe, SystemInfo, \$read_containers, \$container_lifecycle, ContainerAttach, ContainerDelete, VolumeInspect, VolumeDelete]
    may_set: every_field
  - allow: create
    actions: [ContainerCreate, VolumeCreate]
    when:
      effective.host_paths: {every: {under: $granted}}
    may_set: every_field
tests:
  - it: mounts a folder
    request: POST /containers/create
    body: {Image: busybox, HostConfig: {Binds: ["$granted/data:/d"]}}
    expect: {allow: create}
RULES
start() {
  cat >"$work/sealock.yaml" <<CONFIG
engine: unix://$RIG/engine.sock
rules: $work/rules
audit: {sink: file, file: $work/audit.jsonl}
host_root: $1
listeners:
  - {name: granted, socket: $work/granted.sock, policy: granted}
CONFIG
  start_sealock "$work/granted.sock"
}
docker() { "$CLI" -H "unix://$work/granted.sock" "$@"; }
refused() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    fail "$text: it was allowed"
  elif grep -qi denied <<<"$output"; then pass; else fail "$text: said $output"; fi
}

start /
expect "a folder" docker run --rm -v "$granted/data:/d" busybox true
expect "a folder that docker makes" docker run --rm -v "$granted/new:/d" busybox true
for source in link relative link/file nowhere nowhere/below ./link data/../link; do
  refused "-v $source" docker run --rm -v "$granted/$source:/d" busybox true
  refused "-v $source, read-only" docker run --rm -v "$granted/$source:/d:ro" busybox true
  refused "--mount $source" docker run --rm --mount "type=bind,source=$granted/$source,target=/d" busybox true
  refused "a volume of $source" docker volume create -o type=none -o o=bind -o "device=$granted/$source" st-linked
  refused "a volume of $source in a create" docker run --rm --mount \
    "type=volume,source=st-inline,target=/d,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=$granted/$source" busybox true
done
refused "a link from outside into the granted folder" docker run --rm -v "$work/way-in:/d" busybox true
# Behind the name of a volume, and behind another container.
raw volume create -o type=none -o o=bind -o "device=$granted/link" st-behind >/dev/null
refused "a volume that leads away" docker run --rm -v st-behind:/d busybox true
raw create --name st-holder -v "$granted/link:/d" busybox true >/dev/null
refused "the volumes of another container" docker run --rm --volumes-from st-holder busybox true
stop_sealock

# Where the files of the host are not seen, the text counts; and the documentation says so.
start none
expect "as written" docker run --rm -v "$granted/link:/d" busybox cat /d/file
raw rm -f st-holder >/dev/null
raw volume rm st-behind >/dev/null
story_end
