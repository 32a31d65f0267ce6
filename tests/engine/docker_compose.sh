#!/usr/bin/env bash
# docker-compose 1.29 (Debian's) does its ordinary work on admin.sock, and what it leaves on the engine is
# what it leaves there on the engine's own socket.
. "$(dirname "$0")/support/story.sh"
compose=/usr/bin/docker-compose
if [ ! -x $compose ]; then
  echo "skipped: docker-compose is not installed"
  exit 77
fi
export COMPOSE_INTERACTIVE_NO_CLI=1
mkdir "$work/st-compose"
project() {
  cat >"$work/st-compose/docker-compose.yml" <<YAML
version: "2.4"
services:
  web:
    image: busybox
    stop_grace_period: 1s
    command: sh -c "echo ready; sleep 1000"
    environment: {GREETING: $1}
    healthcheck: {test: ["CMD", "true"], interval: 1s, retries: 3}
    volumes: [data:/data]
    networks: [front]
    mem_limit: 64m
    cap_drop: [ALL]
  worker:
    image: busybox
    stop_grace_period: 1s
    command: sleep 1000
    depends_on:
      web: {condition: service_healthy}
    networks: {front: {aliases: [helper]}}
    ports: ["127.0.0.1:18099:80"]
networks: {front: {}}
volumes: {data: {}}
YAML
}

# How compose's objects stand on the engine, without ids and times.
state() {
  raw ps -a --filter label=com.docker.compose.project=st-compose --format '{{.Names}} {{.Image}} {{.State}} {{.Ports}}' | sort
  for name in $(raw ps -aq --filter label=com.docker.compose.project=st-compose); do
    raw inspect -f '{{.Name}} {{json .Config.Env}} {{json .HostConfig.Memory}} {{json .HostConfig.CapDrop}} {{range .Mounts}}{{.Name}}:{{.Destination}} {{end}}{{range $name, $end := .NetworkSettings.Networks}}{{$name}} {{end}}' "$name"
  done | sort
  raw network ls --filter label=com.docker.compose.project=st-compose --format '{{.Name}} {{.Driver}}'
  raw volume ls --filter label=com.docker.compose.project=st-compose --format '{{.Name}} {{.Driver}}'
}

# step TEXT ARGS: one command of compose, its exit code, and what came of it.
step() {
  local code=0
  echo "== $*"
  timeout 120 $compose -H "unix://$SOCKET" --no-ansi -f "$work/st-compose/docker-compose.yml" "$@" >"$work/out.txt" 2>&1 </dev/null || code=$?
  echo "[exit $code]"
  grep -iE 'error|denied|policy' "$work/out.txt"
  state
}

play() {
  project hello
  step up -d
  step ps
  step logs --tail 5 web
  grep -o ready "$work/out.txt" | head -n 1
  step exec -T web sh -c 'echo $GREETING; touch /data/kept'
  grep -o hello "$work/out.txt"
  step run --rm --no-deps -T worker echo once
  step restart worker
  step pause web
  step unpause web
  step top web
  project changed
  step up -d
  step exec -T web ls /data
  grep kept "$work/out.txt"
  step up -d --scale web=2 --no-recreate
  step stop
  step start
  step kill worker
  step rm -f worker
  step config -q
  step down -v
}

SOCKET=$RIG/engine.sock play >"$work/raw.txt"
SOCKET=$RIG/admin.sock play >"$work/admin.txt"
if diff "$work/raw.txt" "$work/admin.txt" >"$work/diff.txt"; then pass; else
  fail "docker-compose works otherwise on admin.sock"
  head -n 40 "$work/diff.txt"
fi
# That it worked at all: every step but none failed, and nothing is left.
if [ "$(grep -c '^\[exit 0\]$' "$work/admin.txt")" -eq "$(grep -c '^==' "$work/admin.txt")" ]; then pass; else
  fail "steps failed: $(grep -B1 -A3 '^\[exit [1-9]' "$work/admin.txt" | head -n 20)"
fi
for word in ready hello kept; do
  if grep -qx "$word" "$work/admin.txt"; then pass; else fail "no '$word' in what compose prints"; fi
done
story_end
