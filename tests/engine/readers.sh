#!/usr/bin/env bash
# Real tools on the sockets that ship for them: Prometheus, Zabbix agent 2, Glances, Netdata, docker-py and the Docker CLI show
# what they show on the engine's own socket, without its secrets. A tool that is not installed is left out, and said so.
. "$(dirname "$0")/support/story.sh"

. "$support/prometheus.sh"
export PYTHONPATH=$tools/usr/lib/python3/dist-packages

canary=canary-5ea10c-$$
prepare() {
  raw network create st-apps >/dev/null
  raw run -d --name st-web --network st-apps -e "DB_PASSWORD=$canary-env" -e PATH=/bin -l "api.token=$canary-label" \
    -l tier=front -l prometheus.port=80 -p 127.0.0.1:18083:80 -v st-vol:/data busybox sh -c "echo started; sleep 10000 # --password $canary-argument" >/dev/null
  raw create --name st-stopped -e "TOKEN=$canary-stopped" busybox true >/dev/null
  raw run -d --name st-health --health-cmd "echo $canary-health" --health-interval 1s busybox sleep 10000 >/dev/null
  until_true sh -c "'$CLI' -H unix://$RIG/engine.sock inspect st-health | grep -q '\"Status\": \"healthy\"'"
  raw stop -t 0 st-health >/dev/null
}

# has TOOL PACKAGE
has() {
  if command -v "$1" >/dev/null; then return 0; fi
  echo "left out: $1 is not installed (package $2)"
  return 1
}

no_secret() {
  if grep -q "$canary" "$2"; then fail "$1 shows $(grep -o "$canary-[a-z]*" "$2" | sort -u | tr '\n' ' ')"; else pass; fi
}

# same POLICY TEXT ARGS: the Docker CLI prints the same on both sockets, and no secret.
same() {
  local policy=$1 text=$2
  shift 2
  raw "$@" >"$work/raw.txt" 2>&1 </dev/null
  on "$policy" "$@" >"$work/ours.txt" 2>&1 </dev/null
  no_secret "$text on $policy" "$work/ours.txt"
  if [ "$text" = "docker images" ]; then
    # An engine gives the tags of one image in another order each time.
    sort -o "$work/raw.txt" "$work/raw.txt"
    sort -o "$work/ours.txt" "$work/ours.txt"
  fi
  if diff "$work/raw.txt" "$work/ours.txt" >"$work/diff.txt"; then pass; else
    fail "$text on $policy is not the engine's: $(head -n 6 "$work/diff.txt" | cut -c1-300)"
  fi
}

# masked POLICY TEXT ARGS: JSON that is the engine's but for masks.
masked() {
  local policy=$1 text=$2
  shift 2
  raw "$@" >"$work/raw.txt" 2>/dev/null </dev/null
  on "$policy" "$@" >"$work/ours.txt" 2>/dev/null </dev/null
  no_secret "$text on $policy" "$work/ours.txt"
  expect "$text on $policy" python3 "$support/same_but_masked.py" "$work/raw.txt" "$work/ours.txt"
}

docker_cli() {
  local policy since
  for policy in traefik prometheus zabbix netdata glances portainer-ro watchtower diun dozzle; do
    same "$policy" "docker ps" ps -a --filter name=st- --format '{{.Names}} {{.Image}} {{.Ports}} {{.State}} {{.Networks}}'
  done
  for policy in traefik zabbix netdata glances portainer-ro watchtower dozzle; do
    masked "$policy" "docker inspect" container inspect st-web st-stopped st-health
  done
  for policy in zabbix glances portainer-ro dozzle; do
    same "$policy" "docker stats" stats --no-stream --format '{{.Name}} {{.PIDs}}' st-web
  done
  for policy in traefik prometheus portainer-ro; do
    same "$policy" "docker network ls" network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'
  done
  same portainer-ro "docker volume ls" volume ls
  same portainer-ro "docker images" images
  same dozzle "docker logs" logs st-web
  since=$(date +%s.%N)
  raw run --rm --name st-event -l "password=$canary-event" busybox true
  for policy in traefik portainer-ro dozzle; do
    same "$policy" "docker events" events --since "$since" --until "$(date +%s.%N)" --filter type=container \
      --filter container=st-event --format '{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}'
  done
}

zabbix_on() {
  printf 'Hostname=st\nServer=127.0.0.1\nLogType=console\nPluginSocket=%s/zabbix.sock\nControlSocket=%s/control.sock\nPlugins.Docker.Endpoint=unix://%s\n' \
    "$work" "$work" "$1" >"$work/zabbix.conf"
  shift
  zabbix_agent2 -c "$work/zabbix.conf" -t "$1" 2>&1 </dev/null | sed 's/^[^ ]* *\[[sm]|//' | tr -d '\n' | sed 's/]$//'
}

zabbix_measures() {
  local key
  has zabbix_agent2 zabbix-agent2 || return 0
  for key in docker.info docker.containers 'docker.container_info[st-health,full]' 'docker.containers.discovery[true]' 'docker.container_info[st-web,full]' docker.images \
    docker.images.discovery docker.data_usage docker.ping 'docker.container_stats[st-web]'; do
    zabbix_on "$RIG/engine.sock" "$key" >"$work/raw.txt"
    zabbix_on "$RIG/zabbix.sock" "$key" >"$work/ours.txt"
    no_secret "zabbix $key" "$work/ours.txt"
    if [ "$key" = 'docker.container_stats[st-web]' ]; then
      # Figures change; that they are there is what can be said.
      if grep -q '"memory_stats"' "$work/ours.txt"; then pass; else fail "zabbix $key: $(head -c 300 "$work/ours.txt")"; fi
    else
      expect "zabbix $key" python3 "$support/same_but_masked.py" "$work/raw.txt" "$work/ours.txt"
    fi
  done
}

glances_on() { DOCKER_HOST=unix://$1 timeout 60 glances -C /dev/null --stdout docker --stop-after 2 --disable-check-update 2>&1 </dev/null; }

glances_shows() {
  local program
  has glances glances || return 0
  glances_on "$RIG/engine.sock" >"$work/glances-raw.txt"
  glances_on "$RIG/glances.sock" >"$work/glances-ours.txt"
  no_secret Glances "$work/glances-ours.txt"
  for program in "$work"/glances-*.txt; do
    python3 "$here/readers/glances_table.py" "$program" >"$program.table" || fail "Glances prints no table: $(head -c 600 "$program")"
  done
  if diff "$work"/glances-raw.txt.table "$work"/glances-ours.txt.table >"$work/diff.txt" && grep -q st-web "$work/glances-ours.txt.table"; then pass; else
    fail "Glances shows another table: $(head -n 10 "$work/diff.txt" | cut -c1-300)"
  fi
}

netdata_on() { DOCKER_HOST=unix://$1 bash "$tools/usr/lib/netdata/plugins.d/cgroup-name.sh" "/docker/$2" "docker_$2" 2>"$work/netdata.log"; }

netdata_names() {
  local container id
  if [ ! -e "$tools/usr/lib/netdata/plugins.d/cgroup-name.sh" ]; then
    echo "left out: cgroup-name.sh is not installed (package netdata-plugins-bash)"
    return 0
  fi
  raw run -d --name st-nomad -e NOMAD_NAMESPACE=ns -e NOMAD_JOB_NAME=shop -e NOMAD_TASK_NAME=web -e NOMAD_SHORT_ALLOC_ID=4f2a \
    -e "TOKEN=$canary-nomad" busybox sleep 10000 >/dev/null
  for container in st-web st-nomad; do
    id=$(raw inspect -f '{{.Id}}' $container)
    expect "Netdata names $container" [ "$(netdata_on "$RIG/netdata.sock" "$id")" = "$(netdata_on "$RIG/engine.sock" "$id")" ]
    no_secret Netdata "$work/netdata.log"
  done
  expect "Netdata names the task of Nomad" [ "$(netdata_on "$RIG/netdata.sock" "$id")" = ns-shop-web-4f2a ]
}

python_reads() {
  if ! /usr/bin/python3 -c 'import docker' 2>/dev/null; then
    echo "left out: python3-docker is not installed"
    return 0
  fi
  expect "docker-py" /usr/bin/python3 -W ignore "$here/readers/docker_py.py" "$RIG" "$canary"
}

prepare
for CLI in "${clis[@]}"; do docker_cli; done
CLI=${clis[0]}
python_reads
expect "Watchtower" python3 "$here/readers/watchtower.py" "$RIG" "$canary"
zabbix_measures
glances_shows
netdata_names
prometheus_finds "$RIG" 19390
no_secret Prometheus "$work/targets.txt"
story_end
