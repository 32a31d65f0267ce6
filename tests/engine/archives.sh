#!/usr/bin/env bash
# What is in uploads: docker cp, load, import and build on admin.sock work as ever, are denied by a test
# policy for what is in them, and hostile archives reach nobody.
. "$(dirname "$0")/support/story.sh"

# A sealock of its own with the shipped rules and one more policy, before the same engine.
own=$work/rig
cp -r "$top/rules" "$work/rules"
cp "$support/archives.yaml" "$work/rules/archives.yaml"
RULES=$work/rules bash "$top/tests/rig.sh" up "$own" --engine "$RIG/engine.sock" || fail "a proxy of its own"
at_end+=('bash "$top/tests/rig.sh" down "$own"')
at() {
  local policy=$1
  shift
  "$CLI" -H "unix://$own/$policy.sock" "$@"
}

# refuses TEXT WANTED COMMAND...: the command fails, and prints WANTED.
refuses() {
  local text=$1 wanted=$2 output
  shift 2
  if output=$("$@" 2>&1); then
    fail "$text: was done"
  elif grep -qF -- "$wanted" <<<"$output"; then
    pass
  else
    fail "$text: no '$wanted' in"
    tail -n 5 <<<"$output" | sed 's/^/    | /'
  fi
}

# Sends a file as it is: send POLICY METHOD PATH FILE; prints the answer, fails unless it is 200.
send() {
  local out code
  out=$(curl -s -w '\nstatus %{http_code}' --unix-socket "$own/$1.sock" -X "$2" -H 'Content-Type: application/x-tar' \
    -H 'Expect:' --data-binary "@$4" "http://docker/v1.41$3")
  echo "$out"
  code=${out##*$'\n'}
  [ "$code" = "status 200" ]
}
inside() { raw exec st-web sh -c "$1"; }

raw run -d --name st-web busybox sleep 10000 >/dev/null
raw tag busybox st-image:1
python3 "$support/make_archives.py" "$work/tars"
mkdir -p "$work/in" && echo text >"$work/in/file" && cp /bin/true "$work/in/suid" && chmod 4755 "$work/in/suid"
context() { # context NAME DOCKERFILE: a folder to build from
  mkdir -p "$work/$1" && printf "$2" >"$work/$1/Dockerfile" && echo copied >"$work/$1/file"
}
context plain 'FROM busybox\nCOPY file /file\nRUN cat /file\n'
context fetch 'FROM busybox\nADD http://127.0.0.1:1/x /x\n'
context foreign 'ARG FROM=registry.example.com/evil\nFROM $FROM:1\n'
context unknown 'FROM $NOBODY\n'
raw save -o "$work/image.tar" st-image:1
raw save busybox st-image:1 >"$work/two.tar"
raw export st-web >"$work/root.tar"
zstd -q "$work/image.tar" "$work/two.tar" "$work/root.tar"
tar -C "$work/plain" -c . | zstd -q >"$work/plain.tar.zst"

echo "== allowed on admin.sock"
expect "cp of a folder" at admin cp "$work/in" st-web:/tmp/in
expect "the folder is there" inside '[ "$(cat /tmp/in/file)" = text ] && [ -u /tmp/in/suid ]'
expect "cp of a tar" bash -c "tar -C '$work/in' -c file | '$CLI' -H unix://$own/admin.sock cp - st-web:/var"
expect "cp of a large file" bash -c "head -c 20000000 /dev/urandom >'$work/big' && '$CLI' -H unix://$own/admin.sock cp '$work/big' st-web:/tmp/big"
expect "the large file is the same" bash -c "[ \"\$('$CLI' -H unix://$RIG/engine.sock exec st-web sha256sum /tmp/big | cut -c1-64)\" = \"\$(sha256sum <'$work/big' | cut -c1-64)\" ]"
expect "load" at admin load -i "$work/image.tar"
expect "load, packed" bash -c "gzip <'$work/image.tar' | '$CLI' -H unix://$own/admin.sock load"
expect "import" at admin import "$work/root.tar" st-import:1
expect "import, packed" bash -c "xz -0 <'$work/root.tar' | '$CLI' -H unix://$own/admin.sock import - st-import:2"
expect "build" at admin build -q -t st-build:1 "$work/plain"
expect "build of a packed context" bash -c "tar -C '$work/plain' -cz . | '$CLI' -H unix://$own/admin.sock build -q -t st-build:2 -"
expect "build with the image in an argument" at admin build -q --build-arg FROM=st-image -t st-build:3 "$work/foreign"

echo "== packed with zstd"
# The engine gets what was judged. One before 23.0 (API 1.42) knows no zstd, and says so in its words.
knows_zstd() { [ "$(raw version -f '{{.Server.APIVersion}}' | cut -d. -f2)" -ge 42 ]; }
zstd_arrives() {
  local text=$1 output wanted='"error":|"message":' refusal='sealock|archives/|baseline/'
  shift
  output=$(send "$@")
  if grep -qE "$refusal" <<<"$output"; then
    fail "$text: is no answer of the engine: $output"
  elif knows_zstd; then
    expect "$text" test -z "$(grep -E "$wanted|status [45]" <<<"$output")"
  else
    expect "$text" grep -qE 'invalid tar header|unexpected EOF' <<<"$output"
  fi
}
zstd_arrives "load" archives POST /images/load "$work/image.tar.zst"
zstd_arrives "load, unread" admin POST /images/load "$work/image.tar.zst"
zstd_arrives "import" archives POST '/images/create?fromSrc=-&repo=st-import&tag=4' "$work/root.tar.zst"
zstd_arrives "build" admin POST '/build?t=st-build:6' "$work/plain.tar.zst"
# What the engine would do with the one that is a tar as well, if it got it.
if ! knows_zstd; then
  expect "a tar for the engine" send engine PUT '/containers/st-web/archive?path=/var' "$work/tars/zstd-and-tar.tar.zst"
  expect "it reads the hidden one" inside '[ -e /var/hidden ] && [ ! -e /var/1 ]'
fi
refuses "a tag" archives/no-busybox-tag send archives POST /images/load "$work/two.tar.zst"
refuses "a RUN" archives/no-run send archives POST '/build?t=st-build:4' "$work/plain.tar.zst"
for tar in "$work"/tars/zstd-*.tar.zst; do
  refuses "$(basename "$tar")" 'status 400' send admin POST '/build?t=st-build:4' "$tar"
done
refuses "a bomb" "times its size" send admin POST '/build?t=st-build:4' "$work/tars/bomb.tar.zst"
refuses "a large window" "use a lower level of zstd" send admin POST '/build?t=st-build:4' "$work/tars/window.tar.zst"
refuses "a copy" baseline/packed-copy send admin PUT '/containers/st-web/archive?path=/tmp' "$work/tars/packed.tar.zst"

echo "== denied to everybody"
refuses "a packed copy" baseline/packed-copy send admin PUT '/containers/st-web/archive?path=/tmp' "$work/tars/packed.tar.gz"
refuses "a device" baseline/uploaded-device send admin PUT '/containers/st-web/archive?path=/tmp' "$work/tars/device.tar"
refuses "a fetching ADD" baseline/build-fetch at admin build -t st-build:4 "$work/fetch"
refuses "an unknown base image" baseline/build-metadata-registry at admin build -t st-build:4 "$work/unknown"
for tar in "$work"/tars/bad-*.tar; do
  refuses "$(basename "$tar")" 'status 400' send admin PUT '/containers/st-web/archive?path=/tmp' "$tar"
done
refuses "two Dockerfiles" "two entries called" send admin POST '/build?t=st-build:4' "$work/tars/two-dockerfiles.tar"
refuses "a bomb" "times its size" send admin POST '/build?t=st-build:4' "$work/tars/bomb.tar.gz"
expect "nothing of it is there" inside '! ls -d /tmp/hostile* /hostile* /etc/hostile* 2>/dev/null | grep .'

echo "== denied by a policy"
refuses "a setuid program" archives/privileges at archives cp "$work/in" st-web:/tmp/in2
refuses "a copy into /etc" archives/etc at archives cp "$work/in/file" st-web:/etc/file
refuses "a large file" archives/large at archives cp "$work/big" st-web:/tmp/big2
refuses "a link that leaves" archives/leaving-link send archives PUT '/containers/st-web/archive?path=/tmp' "$work/tars/link.tar"
refuses "a foreign base image" archives/foreign-image at archives build -t st-build:5 "$work/foreign"
refuses "a RUN" archives/no-run at archives build -t st-build:5 "$work/plain"
refuses "a tag" archives/no-busybox-tag at archives load -i "$work/two.tar"
refuses "a setuid program in an import" archives/privileges send archives POST '/images/create?fromSrc=-&repo=st-import&tag=3' "$work/tars/suid.tar"
expect "what it allows" at archives load -i "$work/image.tar"
expect "nothing was built" bash -c "! '$CLI' -H unix://$RIG/engine.sock image inspect st-build:4 st-build:5 st-import:3"
expect "nothing was copied" inside '[ ! -e /etc/file ] && [ ! -e /tmp/big2 ] && [ ! -e /tmp/in2/suid ]'

echo "== refused in the middle"
refuses "the end of a long copy" archives/privileges send archives PUT '/containers/st-web/archive?path=/tmp' "$work/tars/late.tar"
expect "not what was refused" inside '[ ! -e /tmp/late-suid ] && [ ! -e /tmp/later ]'
expect "the record says so" grep -q '"end":"denied","decision":"deny","by":"archives/privileges"' "$own/audit.jsonl"
expect "the engine goes on" raw exec st-web true
story_end
