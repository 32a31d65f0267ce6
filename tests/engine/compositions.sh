#!/usr/bin/env bash
# Compositions, labels and release tags through the real binary: the CLI on releaser.sock against a real
# engine, and what must never be stored, lost or started empty.
. "$(dirname "$0")/support/story.sh"
sealock=${SEALOCK:-$top/build/release/proxy/cli/sealock}
export SEALOCK_SOCKET=$RIG/releaser.sock
stamp=$(date +%Y%m%d)_$(printf '%04d' $((RANDOM % 10000)))
api() { curl -s --max-time 60 --unix-socket "${socket:-$RIG/releaser.sock}" "$@"; }
status() { api -o "$work/body" -w '%{http_code}' "$@"; }

# is TEXT WANTED GOT
is() { if [ "$2" = "$3" ]; then pass; else fail "$1: wanted '$2', got '$3'"; fi; }
# has TEXT WANTED GOT: GOT holds WANTED
has() { case $3 in *"$2"*) pass ;; *) fail "$1: '$2' is not in '$3'" ;; esac; }
# refuses TEXT WANTED STATUS COMMAND...: the command ends with STATUS and says WANTED
refuses() {
  local text=$1 wanted=$2 code=$3 output got=0
  shift 3
  output=$("$@" 2>&1) || got=$?
  is "$text (status)" "$code" "$got"
  has "$text" "$wanted" "$output"
}

raw tag busybox st-shop/web:20150619_1504
raw tag busybox st-shop/web:20150620_0900
cat >"$work/one.yaml" <<'YAML'
# A release.
x-note: anything
services:
  web:
    image: st-shop/web:20150619_1504
    command: sleep 1000
    environment: {MODE: fast, PASSWORD: "${secret:db}"}
    ports: ["8080:80"]
    volumes: ["st-data:/data"]
    depends_on: {db: {condition: service_started}}
  db:
    image: st-shop/web:20150620_0900
    command: [sleep, "1000"]
    mem_limit: 64m
volumes:
  st-data:
YAML
sed 's/fast/slow/' "$work/one.yaml" >"$work/two.yaml"
one=c_$stamp
two=c_$(date +%Y)1231_$(printf '%04d' $((RANDOM % 10000)))
at_end+=("'$sealock' composition delete $one" "'$sealock' composition delete $two")

# --- Put, again, conflict
is "put" "$one: stored, 2 components" "$("$sealock" composition put "$one" "$work/one.yaml")"
is "put again" "$one: stored before with the same content, 2 components" \
  "$("$sealock" composition put "$one" - <"$work/one.yaml")"
refuses "put of other content" "never changes" 1 "$sealock" composition put "$one" "$work/two.yaml"
is "put by HTTP again" 200 "$(status -X PUT -H 'Content-Type: application/yaml' --data-binary @"$work/one.yaml" \
  "http://s/sealock/v1/compositions/$one")"
is "put by HTTP as JSON" 201 "$(status -X PUT -H 'Content-Type: application/json' \
  -d '{"services": {"web": {"image": "st-shop/web:20150619_1504"}}}' "http://s/sealock/v1/compositions/$two")"
is "put with another type" 400 "$(status -X PUT -H 'Content-Type: text/plain' --data-binary @"$work/one.yaml" \
  "http://s/sealock/v1/compositions/$two")"
is "an API version before it" 400 "$(status "http://s/v1.41/sealock/v1/compositions")"
has "list" "$one" "$("$sealock" composition list)"
has "show" "$(raw image inspect -f '{{.Id}}' busybox)" "$("$sealock" composition show "$one")"
is "show --json" web "$("$sealock" composition show "$one" --json |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["components"][1]["name"])')"
has "the secret is a reference" 'PASSWORD=${secret:db}' "$("$sealock" composition show "$one" --json)"
has "diff" "replicas" "$("$sealock" composition diff "$one" "$two")$(echo replicas)"
is "diff of the same" "no difference" "$("$sealock" composition diff "$one" "$one")"

# --- Bad files: line, column and a hint
printf 'services:\n  web:\n    image: st-shop/web:20150619_1504\n    privileged: true\n' >"$work/bad.yaml"
refuses "an unsupported key" "bad.yaml:4:5: error[D01]: 'privileged' is not supported" 1 \
  "$sealock" composition put "c_20010101_0000" "$work/bad.yaml"
printf 'services:\n  web:\n    imag: x\n' >"$work/bad.yaml"
refuses "a mistyped key" "did you mean 'image'?" 1 "$sealock" composition put c_20010101_0000 "$work/bad.yaml"
for evil in 'volumes: ["/:/host"]' 'volumes: ["/var/run/docker.sock:/s"]' 'cap_add: [SYS_ADMIN]' \
  'tmpfs: ["/x:dev,suid"]' 'logging: {driver: syslog, options: {syslog-address: "tcp://169.254.169.254:80"}}'; do
  printf 'services:\n  web:\n    image: st-shop/web:20150619_1504\n    %s\n' "$evil" >"$work/bad.yaml"
  refuses "$evil" "denied by policy rollout" 1 "$sealock" composition put c_20010101_0000 "$work/bad.yaml"
done
printf 'services: {web: {image: st-shop/web}}\n' >"$work/bad.yaml"
refuses "latest" "moving-tag" 1 "$sealock" composition put c_20010101_0000 "$work/bad.yaml"
refuses "a name by rule" "no rule allows CompositionPut" 1 "$sealock" composition put rc_20010101_0000 "$work/one.yaml"
printf 'services: {web: {image: "127.0.0.1:9/st-none:1"}}\n' >"$work/bad.yaml"
refuses "registry down" "is not on this node, and registry 127.0.0.1:9 does not" 1 \
  "$sealock" composition put c_20010101_0000 "$work/bad.yaml"
printf 'services: {web: {image: "sha256:%064d"}}\n' 7 >"$work/bad.yaml"
refuses "an id that is not here" "c" 1 "$sealock" composition put c_20010101_0000 "$work/bad.yaml"
is "a body over the limit" 413 "$(head -c 1100000 /dev/zero | status -X PUT -H 'Content-Type: application/yaml' \
  --data-binary @- "http://s/sealock/v1/compositions/c_20010101_0000")"
refuses "nothing of it was stored" "no such composition" 1 "$sealock" composition show c_20010101_0000

# --- Labels
refuses "prod before rc" "no rule allows CompositionLabel" 1 "$sealock" label "$one" prod
is "rc" "rc_${one#c_} is now $one" "$("$sealock" label "$one" rc)"
is "rc again" "rc_${one#c_} was already $one" "$("$sealock" label "$one" rc)"
is "prod" "prod_${one#c_} is now $one" "$("$sealock" label "rc_${one#c_}" prod)"
has "show by label" "labels   c, rc, prod" "$("$sealock" composition show "prod_${one#c_}")"
refuses "a label of nothing" "no such composition" 1 "$sealock" label c_20010101_0000 rc
refuses "a label is not deleted" "is a label of $one" 1 "$sealock" composition delete "rc_${one#c_}"

# --- Tags: compare and swap
id=$(raw image inspect -f '{{.Id}}' busybox)
is "a new tag" "st-shop/web:tested is now ${id:0:19}" "$("$sealock" tag st-shop/web:tested "$id")"
is "it is there" "$id" "$(raw image inspect -f '{{.Id}}' st-shop/web:tested)"
is "the same again" "st-shop/web:tested was already ${id:0:19}" "$("$sealock" tag st-shop/web:tested "$id")"
raw import - st-other:1 < <(tar -C "$work" -c one.yaml) >/dev/null
other=$(raw image inspect -f '{{.Id}}' st-other:1)
raw tag st-other:1 st-shop/web:tested
refuses "moved by somebody" "somebody moved it" 1 "$sealock" tag st-shop/web:tested "$id"
is "and not moved back" "$other" "$(raw image inspect -f '{{.Id}}' st-shop/web:tested)"
is "with what is expected" "st-shop/web:tested is now ${id:0:19}" \
  "$("$sealock" tag st-shop/web:tested "$id" --expect "$other")"
refuses "a digest of no composition" "no stored composition" 1 "$sealock" tag st-shop/web:tested "$other" --expect "$id"
refuses "another repository" "not as an image of st-other;" 1 "$sealock" tag st-other:tested "$id"
refuses "no tag" "has no tag" 2 "$sealock" tag st-shop/web "$id"

# --- Who may not
is "monitoring may not put" 403 "$(socket=$RIG/monitoring.sock status -X PUT -H 'Content-Type: application/yaml' \
  --data-binary @"$work/one.yaml" "http://s/sealock/v1/compositions/$one")"
is "admin neither: every_operation is Docker's" 403 "$(socket=$RIG/admin.sock status "http://s/sealock/v1/compositions")"
is "releaser creates no container" 403 "$(status -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox"}' \
  "http://s/containers/create")"
has "recorded" '"operation":"CompositionPut"' "$(grep CompositionPut "$RIG/audit.jsonl" | head -n 1)"
if grep -q 'sealock/v1' "$RIG/engine.log"; then fail "the engine was asked for /sealock/v1"; else pass; fi

# --- Deploy by the command line (tests/engine/deployments.sh has the rest)
remove_deployed() { raw rm -fv $(raw ps -aq --filter label=sealock.component); }
at_end+=(remove_deployed)
printf 'services:\n  st-web: {image: "st-shop/web:20150619_1504", command: sleep 1000, stop_grace_period: 0s}\n' >"$work/old.yaml"
sed 's/1000/1001/' "$work/old.yaml" >"$work/new.yaml"
old=c_20260101_$(printf '%04d' $((RANDOM % 10000))) new=c_20260102_$(printf '%04d' $((RANDOM % 10000)))
"$sealock" composition put "$old" "$work/old.yaml" >/dev/null || fail "put old"
"$sealock" composition put "$new" "$work/new.yaml" >/dev/null || fail "put new"
refuses "a missing secret, before anything is touched" "db" 1 "$sealock" deploy "$one"
refuses "check: something to do" "+ container st-web" 3 "$sealock" deploy "$old" --check
is "check did nothing" "" "$(raw ps -aq --filter name=st-web)"
has "deploy" "$old: " "$("$sealock" deploy "$old")"
refuses "check: nothing to do" "nothing to do" 0 "$sealock" deploy "$old" --check
has "deploy as JSON, a line an event" '"state":"succeeded"' "$("$sealock" deploy "$new" --json | tail -n 1)"
has "status" "composition  $new" "$("$sealock" status)"
refuses "in use" "is deployed" 1 "$sealock" composition delete "$new"
has "rollback" "$old: " "$("$sealock" rollback)"
refuses "no drift" "no drift" 0 "$sealock" status --drift
raw rm -f st-web >/dev/null
refuses "drift" "st-web" 3 "$sealock" status --drift
refuses "an unknown component" "nobody" 1 "$sealock" deploy "$old" --component nobody
has "a detached one has an id" "d_" "$("$sealock" deploy "$old" --detach)"
ended() { api http://s/sealock/v1/deployments/latest | grep -q '"state":"succeeded"'; }
until_true ended || fail "the detached deployment has not ended"
refuses "too late" "has ended already" 1 "$sealock" cancel

# --- Delete
is "delete" "$two: deleted" "$("$sealock" composition delete "$two")"
refuses "delete again" "no such composition" 1 "$sealock" composition delete "$two"

# --- A proxy of its own: kill -9 while putting, and a damaged store
own=$work/own
mkdir -p "$own"
cat >"$own/sealock.yaml" <<YAML
engine: unix://$RIG/engine.sock
rules: $top/rules
audit: {sink: file, file: $own/audit.jsonl}
deployments: {policy: rollout, secrets: [$own/secrets]}
state: $own/state
listeners:
  - {name: releaser, socket: $own/releaser.sock, mode: "0600", policy: releaser}
YAML
begin() {
  "$sealock" run --config "$own/sealock.yaml" >>"$own/log" 2>&1 &
  pid=$!
  until_true api_own http://s/_ping || fail "the proxy of our own did not start: $(tail -n 3 "$own/log")"
}
api_own() { curl -sf --max-time 10 --unix-socket "$own/releaser.sock" "$@"; }
at_end+=('kill -9 "$pid"')
put_own() {
  curl -s --max-time 20 --unix-socket "$own/releaser.sock" -X PUT -H 'Content-Type: application/yaml' \
    --data-binary @"$work/one.yaml" -o /dev/null -w '%{http_code}' "http://s/sealock/v1/compositions/$1"
}
for round in 1 2 3 4 5 6; do
  begin
  for i in $(seq 40); do
    name=$(printf 'c_2020%02d%02d_0000' "$round" "$i")
    [ "$(put_own "$name")" = 201 ] || break
    echo "$name: stored" >>"$own/put.txt"
  done &
  putting=$!
  until_true grep -q "c_2020$(printf '%02d' "$round")" "$own/put.txt"
  sleep "0.$((RANDOM % 5))"
  kill -9 "$pid"
  wait "$pid" 2>/dev/null
  wait "$putting"
done
begin
export SEALOCK_SOCKET=$own/releaser.sock
"$sealock" composition list --json >"$own/list.json" || fail "no list after six kills"
lost=$(python3 - "$own" <<'PY'
import json, sys
own = sys.argv[1]
stored = {one["name"]: one for one in json.load(open(own + "/list.json"))}
said = [line.split(":")[0] for line in open(own + "/put.txt") if "stored" in line]
print(len([name for name in said if name not in stored])
      + len([one for one in stored.values() if len(one["components"]) != 2]))
PY
)
is "nothing that was said to be stored is lost or half" 0 "$lost"
has "some were stored" "stored" "$(cat "$own/put.txt")"
kill "$pid"
wait "$pid" 2>/dev/null
cp "$own/state/sealock.db" "$own/backup.db"
printf 'garbage' | dd of="$own/state/sealock.db" bs=1 seek=5000 conv=notrunc 2>/dev/null
printf 'garbage garbage' | dd of="$own/state/sealock.db" bs=1 seek=100 conv=notrunc 2>/dev/null
refuses "a damaged store" "is damaged" 1 "$sealock" run --config "$own/sealock.yaml"
: >"$own/state/sealock.db"
refuses "an emptied store" "Put a backup in its place" 1 "$sealock" run --config "$own/sealock.yaml"
rm -f "$own"/state/sealock.db*
cp "$own/backup.db" "$own/state/sealock.db"
begin
has "a backup in its place" "c_2020" "$("$sealock" composition list)"
kill "$pid"
wait "$pid" 2>/dev/null
story_end
