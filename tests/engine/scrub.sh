#!/usr/bin/env bash
# What programs print, on sockets whose policies scrub it: logs with and without a terminal, followed, cut
# anywhere; attach and exec; services. And a policy without, which shows the engine's own bytes.
. "$(dirname "$0")/support/story.sh"

mkdir -p "$work/rules"
cp -r "$top/rules/lists" "$top/rules/references" "$top/rules/baseline.yaml" "$work/rules"
cat >"$work/rules/scrubbed.yaml" <<'RULES'
version: 1
policy: scrubbed
description: Reads what programs print, without what they must not say.
owner: nobody
applies_to: [{listener: scrubbed}]
use: [lists/docker.yaml]
rules:
  - allow: read
    actions: [$probe, SystemInfo, ContainerInspect, ContainerLogs, ContainerAttach, ContainerExec, ExecStart, ExecInspect,
      ContainerResize, ExecResize, ContainerWait, ContainerStart, ServiceLogs, TaskLogs, ServiceInspect, TaskInspect, TaskList]
    may_set: every_field
  - redact: no-secrets-in-output
    actions: [ContainerLogs, ContainerAttach, ExecStart, ServiceLogs, TaskLogs]
    scrub: [environment, tokens]
tests:
  - it: reads logs
    request: GET /containers/x/logs?stdout=1
    target: {Config: {Env: [A=correct-horse]}}
    answer: "A is correct-horse"
    expect: {allow: read, redacted_by: [no-secrets-in-output], client_sees: "A is **masked**"}
RULES
sed -e 's/scrubbed/plain/' -e '/- redact/,/scrub:/d' -e '/^tests:/,$d' "$work/rules/scrubbed.yaml" >"$work/rules/plain.yaml"
cat >>"$work/rules/plain.yaml" <<'RULES'
tests:
  - it: reads logs
    request: GET /containers/x/logs?stdout=1
    expect: {allow: read}
RULES
cat >"$work/sealock.yaml" <<CONFIG
engine: unix://$RIG/engine.sock
rules: $work/rules
audit: {sink: file, file: $work/audit.jsonl}
listeners:
  - {name: scrubbed, socket: $work/scrubbed.sock, policy: scrubbed}
  - {name: plain, socket: $work/plain.sock, policy: plain}
CONFIG
start_sealock "$work/plain.sock"
on() {
  local policy=$1
  shift
  "$CLI" -H "unix://$work/$policy.sock" "$@"
}

canary=correct-horse-$$
token=ghp_A1b2C3d4E5f6G7h8
print='echo "starts with $PASSWORD"; echo "to postgres://shop:$PASSWORD@db/x, token=abc123" >&2; echo '"$token"
raw run --name st-printer -e "PASSWORD=$canary" busybox sh -c "$print" >/dev/null 2>&1
raw run --name st-terminal -t -e "PASSWORD=$canary" busybox sh -c "$print" >/dev/null 2>&1
# Byte for byte in writes of their own.
raw run -d --name st-slow -e "PASSWORD=$canary" busybox sh -c \
  'sleep 2; for i in $(seq ${#PASSWORD}); do printf %s "$(expr substr "$PASSWORD" "$i" 1)"; sleep 0.02; done; echo " is it"; echo "$PASSWORD"; sleep 1' >/dev/null
wanted='starts with **masked**
ghp_**masked**
to postgres://**masked**@db/x, token=**masked**'

# clean TEXT FILE: holds a mask and no secret.
clean() {
  if grep -aqF -e "$canary" -e A1b2C3 -e abc123 "$2"; then fail "$1 shows a secret: $(head -c 300 "$2")"; else pass; fi
  if grep -aqF '**masked**' "$2"; then pass; else fail "$1 shows no mask: $(head -c 300 "$2")"; fi
}

logs() {
  local version
  for version in "" 1.41 1.24; do
    DOCKER_API_VERSION=$version on scrubbed logs st-printer >"$work/out.txt" 2>&1
    if [ "$(sort "$work/out.txt")" = "$(sort <<<"$wanted")" ]; then pass; else fail "logs (API ${version:-newest}): $(cat "$work/out.txt")"; fi
    DOCKER_API_VERSION=$version on scrubbed logs st-terminal >"$work/out.txt" 2>&1
    clean "logs of a terminal (API ${version:-newest})" "$work/out.txt"
  done
  on scrubbed logs --timestamps --tail 2 st-printer >"$work/out.txt" 2>&1
  clean "logs with times" "$work/out.txt"
  timeout 20 "$CLI" -H "unix://$work/scrubbed.sock" logs -f st-slow >"$work/out.txt" 2>&1
  if [ "$(cat "$work/out.txt")" = "**masked** is it"$'\n'"**masked**" ]; then pass; else fail "followed logs: $(cat "$work/out.txt")"; fi
  # Standard output and standard error stay apart.
  on scrubbed logs st-printer 2>/dev/null >"$work/out.txt"
  if grep -q postgres "$work/out.txt"; then fail "standard error came as standard output"; else pass; fi
}

streams() {
  raw create --name st-attached -i -e "PASSWORD=$canary" busybox sh -c 'read line; echo "got $line, have $PASSWORD"' >/dev/null
  echo "question" | timeout 20 "$CLI" -H "unix://$work/scrubbed.sock" start -ai st-attached >"$work/out.txt" 2>&1
  if grep -qF "got question, have **masked**" "$work/out.txt"; then pass; else fail "attach: $(cat "$work/out.txt")"; fi
  raw run -d --name st-shell -e "PASSWORD=$canary" busybox sleep 1000 >/dev/null
  on scrubbed exec st-shell sh -c 'echo "$PASSWORD"; env' >"$work/out.txt" 2>&1
  clean "exec" "$work/out.txt"
  on scrubbed exec -t st-shell env >"$work/out.txt" 2>&1 </dev/null || script -qec "'$CLI' -H unix://$work/scrubbed.sock exec -t st-shell env" /dev/null >"$work/out.txt" 2>&1
  clean "exec with a terminal" "$work/out.txt"
  # A prompt without a line feed shows before anybody answers it.
  mkfifo "$work/keyboard"
  timeout 60 "$CLI" -H "unix://$work/scrubbed.sock" exec -i st-shell sh -c \
    'printf "Password: "; read answer; echo done' <"$work/keyboard" >"$work/prompt.txt" 2>&1 &
  local asking=$! keyboard
  exec {keyboard}>"$work/keyboard"
  shows_prompt() { [ "$(cat "$work/prompt.txt")" = "Password: " ]; }
  if until_true shows_prompt; then pass; else fail "the prompt does not show: $(cat "$work/prompt.txt")"; fi
  echo answer >&"$keyboard"
  exec {keyboard}>&-
  wait "$asking"
}

# A long output keeps each byte that is no secret.
bulk() {
  raw run --name st-bulk -e "PASSWORD=$canary" busybox sh -c 'i=0; while [ $i -lt 20000 ]; do echo "line $i of $PASSWORD end"; i=$((i+1)); done' >/dev/null 2>&1
  raw logs st-bulk 2>/dev/null | sed "s/$canary/**masked**/" | sha256sum >"$work/raw.sum"
  on scrubbed logs st-bulk 2>/dev/null | sha256sum >"$work/ours.sum"
  if cmp -s "$work/raw.sum" "$work/ours.sum"; then pass; else fail "20,000 lines are not the engine's with masks"; fi
  raw logs st-printer >"$work/raw.txt" 2>&1
  on plain logs st-printer >"$work/ours.txt" 2>&1
  if diff <(sort "$work/raw.txt") <(sort "$work/ours.txt") >/dev/null; then pass; else fail "a policy without scrub changes logs"; fi
}

logs
streams
bulk
story_end
