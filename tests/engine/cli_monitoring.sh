#!/usr/bin/env bash
# The stock Docker CLI on monitoring.sock: what monitoring is about shows what the engine's own socket
# shows, without secrets; everything else is refused, with policy and rule in the message.
. "$(dirname "$0")/support/story.sh"

# Every place where this container could give its password away.
canary=canary-5ea10c-$$
prepare() {
  raw run -d --name st-web -e "DB_PASSWORD=$canary-env" -e PATH=/bin -l "api.token=$canary-label" -l tier=front \
    -p 127.0.0.1:18082:80 --health-cmd "echo $canary-health" --health-interval 1s -v st-vol:/data \
    busybox sh -c "sleep 10000 # --password $canary-argument" >/dev/null
  raw create --name st-stopped busybox true >/dev/null
  raw run -d --name st-steady busybox sleep 10000 >/dev/null # no health check adds to its processes
  until_true sh -c "'$CLI' -H unix://$RIG/engine.sock inspect st-web | grep -q '\"Status\": \"healthy\"'"
}

# same TEXT ARGS: the same output on both sockets; and no secret in it.
same() {
  local text=$1
  shift
  raw "$@" >"$work/raw.txt" 2>&1 </dev/null
  on monitoring "$@" >"$work/monitoring.txt" 2>&1 </dev/null
  shows_no_secret "$text"
  if diff "$work/raw.txt" "$work/monitoring.txt" >"$work/diff.txt"; then pass; else
    fail "$text differs from the engine's: docker $*"
    head -n 20 "$work/diff.txt" | cut -c1-300
  fi
}

shows_no_secret() {
  if grep -q "$canary" "$work/monitoring.txt"; then
    fail "$1 shows a secret: $(grep -o "$canary-[a-z]*" "$work/monitoring.txt" | sort -u | tr '\n' ' ')"
  else
    pass
  fi
}

# masked TEXT ARGS: JSON that is the engine's but for masks.
masked() {
  local text=$1
  shift
  raw "$@" >"$work/raw.txt" 2>/dev/null </dev/null
  on monitoring "$@" >"$work/monitoring.txt" 2>"$work/stderr.txt" </dev/null || fail "$text: $(cat "$work/stderr.txt")"
  shows_no_secret "$text"
  if python3 "$support/same_but_masked.py" "$work/raw.txt" "$work/monitoring.txt"; then pass; else fail "$text: see above"; fi
}

refused() {
  local output code=0
  output=$(on monitoring "$@" 2>&1 </dev/null) || code=$?
  if [ $code -ne 0 ] && grep -qE 'denied by policy monitoring(: no rule allows|, rule (baseline/)?[a-z-]+: )' <<<"$output"; then
    pass
  else
    fail "docker $* on monitoring: exit $code, $(head -c 300 <<<"$output")"
  fi
}

shows() {
  same "docker ps" ps -a --filter name=st- --format '{{.Names}} {{.Image}} {{.Ports}} {{.State}} {{.Mounts}}'
  same "docker ps -q" ps -q --no-trunc
  same "docker ps by label" ps -a --filter label=tier=front --format '{{.Names}} {{.Label "tier"}}'
  masked "docker ps as JSON" ps -a --no-trunc --filter name=st-web --format '{{json .}}'
  masked "docker inspect" inspect st-web
  masked "docker inspect of two" container inspect st-web st-stopped
  same "docker inspect of fields" inspect -f '{{.Id}} {{.Name}} {{.State.Status}} {{.State.StartedAt}} {{.RestartCount}} {{.Config.Image}} {{.HostConfig.NetworkMode}} {{json .NetworkSettings.Ports}}' st-web
  same "docker inspect of what is not there" container inspect st-missing
  same "docker inspect of nothing at all" inspect st-missing
  masked "docker version" version --format '{{json .Server}}'
  same "docker version as people read it" version
  masked "docker info" info --format '{{json .}}'
  same "docker stats --no-stream" stats --no-stream --format '{{.Name}} {{.PIDs}}' st-steady
}

streams() {
  # Two rounds of the endless form, then it is cut: docker stats of CLI 28 does not end on SIGTERM, so
  # these are killed, and `timeout` is not between (killed itself, it would leave the CLI behind).
  "$CLI" -H "unix://$RIG/monitoring.sock" stats --format '{{.Name}} {{.MemUsage}}' st-web >"$work/stats.txt" 2>&1 &
  local pid=$!
  if until_true sh -c "[ \$(grep -c 'st-web .*MiB\|st-web .*KiB' '$work/stats.txt') -ge 3 ]"; then pass; else
    fail "docker stats does not stream: $(head -c 300 "$work/stats.txt")"
  fi
  kill -KILL $pid
  wait $pid 2>/dev/null

  # Live events, with the command line of the health check in none of them.
  # From now on, however long the CLI takes to ask for them.
  local since
  since=$(date +%s.%N)
  "$CLI" -H "unix://$RIG/monitoring.sock" events --since "$since" \
    --format '{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes}}' >"$work/monitoring.txt" 2>&1 &
  pid=$!
  raw run --rm --name st-event -l "password=$canary-event" busybox true
  raw exec st-web echo "$canary-exec" >/dev/null
  until_true grep -q 'container destroy st-event' "$work/monitoring.txt" && pass || fail "no live events"
  kill -KILL $pid
  wait $pid 2>/dev/null
  for action in create start die destroy; do
    grep -q "^container $action st-event" "$work/monitoring.txt" || fail "no event of $action"
  done
  if grep -vq '^container ' "$work/monitoring.txt"; then fail "events of other things: $(grep -v '^container ' "$work/monitoring.txt" | head -n 1)"; fi
  shows_no_secret "docker events"

  since=$(date +%s.%N)
  raw run --rm --name st-event busybox true
  same "docker events --until" events --since "$since" --until "$(date +%s.%N)" --filter type=container \
    --filter container=st-event --format '{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}'
}

refuses() {
  printf 'FROM busybox\n' >"$work/Dockerfile"
  echo text >"$work/file"
  refused run --rm busybox true
  refused run -d busybox true
  refused create busybox true
  refused start st-stopped
  refused stop st-web
  refused restart st-web
  refused kill st-web
  refused pause st-web
  refused unpause st-web
  refused rm -f st-web
  refused rename st-web st-other
  refused update --memory 64m st-web
  refused wait st-web
  refused exec st-web true
  refused logs st-web
  refused diff st-web
  refused cp st-web:/etc/passwd -
  refused export st-web
  refused commit st-web st-image
  refused pull 127.0.0.1:1/st-image
  refused push 127.0.0.1:1/st-image
  refused tag busybox st-image
  refused rmi busybox
  refused save busybox
  refused load -i "$work/file"
  refused import "$work/file"
  refused build -t st-image -f "$work/Dockerfile" "$work"
  refused network create st-net
  refused network connect bridge st-stopped
  refused network rm bridge
  refused volume create st-new
  refused volume rm st-vol
  refused container prune -f
  refused image prune -f
  refused volume prune -f
  refused network prune -f
  refused system prune -f
  refused builder prune -f
  refused swarm init
  refused swarm join-token worker
  refused node ls
  refused service ls
  refused secret ls
  refused config ls
  refused stack ls
  refused plugin install 127.0.0.1:1/st-plugin
  refused search st-image
  refused login -u user -p "$canary" 127.0.0.1:1
  # cp into a container begins with a HEAD, whose answer has no room for a message.
  on monitoring cp "$work/file" st-web:/file >"$work/cp.txt" 2>&1 && fail "docker cp works on monitoring"
  grep -q Unsolicited "$work/cp.txt" && fail "the refusal of a HEAD has a body: $(head -c 200 "$work/cp.txt")"
  # attach: the CLI does not print what an upgrade answers, but asks for the container first.
  on monitoring attach --no-stdin st-web >"$work/attach.txt" 2>&1 && fail "docker attach works on monitoring"
  raw inspect -f '{{.State.Running}}' st-web | grep -q true || fail "st-web does not run any more"
}

prepare
for CLI in "${clis[@]}"; do
  shows
  streams
  refuses
done
story_end
