# What people do with the Docker CLI, a small scene each. Sourced by compare_cli.sh, which plays every
# scene twice, on the engine's own socket and on a policy's, and compares everything printed.
#
# `docker` is the CLI on the socket under test, and says its exit code when that is not 0; `raw` is the
# CLI on the engine, for what a scene needs beforehand. Names begin with st- and are the same in both
# plays: tidy runs in between.

docker() {
  local code=0
  "$CLI" -H "unix://$SOCKET" "$@" || code=$?
  [ $code -eq 0 ] || echo "[exit $code]"
}

# A terminal for the CLI: 91 x 33, so that a resize shows.
terminal() {
  script -qec "stty cols 91 rows 33; $CLI -H unix://$SOCKET $*; echo \"[exit \$?]\"" /dev/null
}

# In a container: until the size has arrived, or 15 seconds.
resized='seconds=0; until stty size 2>/dev/null | grep -q 91 || [ "$seconds" = 15 ]; do sleep 1; seconds=$((seconds + 1)); done'

sleeper() { raw run -d --name "$1" "${@:2}" busybox sleep 1000 >/dev/null; }

# ---- run ----
scene_run_prints_and_exits() {
  docker run --rm busybox sh -c 'echo out; echo err >&2; exit 7'
  docker run --rm busybox no-such-command
  docker run --rm -e GREETING=hello -w /tmp -u 65534 -h st-host busybox sh -c 'echo $GREETING; pwd; id -u; hostname'
}
scene_run_keeps_stdout_and_stderr_apart() {
  docker run --rm busybox sh -c 'echo out; echo err >&2' 2>/dev/null
  docker run --rm busybox sh -c 'echo out; echo err >&2' 2>&1 >/dev/null
}
scene_run_detached_and_removed() {
  docker run -d --rm --name st-run busybox sh -c 'sleep 0.3' | wc -c
  until_true gone st-run && echo removed
}
gone() { ! raw inspect "$1"; }
scene_run_with_a_terminal() {
  terminal run -it --rm busybox sh -c "'$resized; tty; stty size; exit 3'" </dev/null
}
scene_run_detaches_by_keys() {
  (sleep 2; printf '\020\021'; sleep 0.5) | terminal run -it --name st-run busybox sh -c "'echo ready; sleep 100'"
  raw inspect -f '{{.State.Running}}' st-run
}
scene_run_reads_stdin_to_its_end() {
  echo hi | docker run -i --rm busybox cat
  printf 'a\nb\nc\n' | docker run -i --rm busybox sh -c 'wc -l; echo after the end'
  docker run -i --rm busybox cat </dev/null
}
scene_run_moves_a_lot_both_ways() {
  docker run --rm busybox sh -c 'yes 0123456789abcdef | head -c 50000000' | sha256sum
  head -c 50000000 /dev/zero | docker run -i --rm busybox sha256sum
  head -c 8000000 /dev/zero | docker run -i --rm busybox cat | sha256sum
}
scene_run_publishes_a_port() {
  docker run -d --name st-web -p 127.0.0.1:18080:80 busybox httpd -f -p 80 -h /etc | wc -c
  docker port st-web
  until_true beside_engine curl -sf http://127.0.0.1:18080/group && beside_engine curl -s http://127.0.0.1:18080/group
}
scene_run_mounts_a_volume() {
  docker run --rm -v st-vol:/data busybox sh -c 'echo kept >/data/file'
  docker run --rm -v st-vol:/data:ro busybox sh -c 'cat /data/file; echo no >/data/file'
  docker run --rm --mount type=volume,src=st-vol,dst=/data busybox cat /data/file
  docker run --rm --tmpfs /scratch:size=1m busybox sh -c 'df /scratch | tail -1 | wc -l'
}
scene_run_limits() {
  docker run --rm --memory 64m --cpus 0.5 --pids-limit 50 --ulimit nofile=99 --init --read-only busybox \
    sh -c 'ulimit -n; echo x >/file'
  docker run -d --name st-run --memory 64m --restart on-failure:2 --log-opt max-size=1m --label a=b \
    --stop-signal SIGINT --dns 192.0.2.1 --cap-drop ALL --health-cmd true --health-interval 1s busybox sleep 100 | wc -c
  raw inspect -f '{{json .HostConfig.Memory}} {{json .HostConfig.RestartPolicy}} {{json .HostConfig.LogConfig}} {{json .HostConfig.CapDrop}} {{json .Config.Labels}} {{json .Config.StopSignal}} {{json .HostConfig.Dns}} {{json .Config.Healthcheck}}' st-run
}
scene_run_knows_no_such_image() {
  docker run --rm 127.0.0.1:1/st-missing:1
  docker create busybox:st-missing
}
scene_create_and_start_attached() {
  docker create --name st-run -i busybox sh -c 'cat; echo end' | wc -c
  echo hello | docker start -ai st-run
  docker start st-missing
}
scene_signals_reach_the_process() {
  docker run -d --name st-run busybox sh -c 'trap "echo caught; exit 5" TERM; echo ready; while :; do sleep 0.1; done' | wc -c
  until_true sh -c "'$CLI' -H unix://$RIG/engine.sock logs st-run | grep ready"
  docker kill -s TERM st-run
  docker wait st-run
  docker logs st-run
}

# ---- a running container ----
scene_exec_output_and_exit_code() {
  sleeper st-web
  docker exec st-web sh -c 'echo out; echo err >&2; exit 9'
  echo typed | docker exec -i st-web cat
  docker exec -e A=b -w /etc -u 65534 st-web sh -c 'echo $A; pwd; id -u'
  docker exec -d st-web touch /tmp/touched
  until_true raw exec st-web ls /tmp/touched && echo touched
  docker exec st-missing true
  terminal exec -it st-web sh -c "'$resized; stty size'" </dev/null
}
scene_exec_moves_a_lot_both_ways() {
  sleeper st-web
  docker exec st-web sh -c 'yes 0123456789abcdef | head -c 20000000' | sha256sum
  head -c 20000000 /dev/zero | docker exec -i st-web sha256sum
}
scene_logs() {
  raw run --name st-log busybox sh -c 'for i in 1 2 3 4 5; do echo line $i; done; sleep 0.3; echo err >&2' >/dev/null 2>&1
  docker logs st-log
  docker logs --tail 2 st-log
  docker logs -t st-log
  docker logs --since 1h st-log
  docker logs --until 1h st-log
  docker logs st-missing
}
scene_logs_follow_to_the_end() {
  raw run -d --name st-log busybox sh -c 'for i in 1 2 3; do echo line $i; sleep 0.3; done' >/dev/null
  docker logs -f st-log
}
scene_attach() {
  raw run -d -i --name st-run busybox sh -c 'read line; echo got $line; exit 4' >/dev/null
  (echo word; sleep 1) | docker attach st-run
  docker attach st-missing
}
scene_attach_without_stdin() {
  raw run -d --name st-run busybox sh -c 'sleep 1; echo late; exit 2' >/dev/null
  docker attach --no-stdin st-run </dev/null
}
scene_copy_in_and_out() {
  sleeper st-web
  mkdir -p "$work/in/dir" && echo text >"$work/in/dir/file" && head -c 5000000 /dev/zero >"$work/in/big"
  docker cp "$work/in" st-web:/tmp/in
  raw exec st-web sh -c 'cat /tmp/in/dir/file; wc -c /tmp/in/big'
  rm -rf "$work/out"
  docker cp st-web:/tmp/in "$work/out"
  cat "$work/out/dir/file" && wc -c <"$work/out/big"
  docker cp st-web:/etc/group - | tar -tf -
  tar -C "$work/in/dir" -cf - file | docker cp - st-web:/var
  raw exec st-web cat /var/file
  docker cp st-web:/no/such/file "$work/out"
  docker cp "$work/in/dir/file" st-web:/no/such/dir/file
  docker cp -L st-web:/bin/ls - | tar -tf - | wc -l
}
scene_top_diff_port_stats() {
  sleeper st-web
  raw exec st-web sh -c 'echo x >/tmp/new; rm /etc/group'
  docker top st-web | awk '{print $NF}'
  docker top st-web -o pid,comm | awk '{print $NF}'
  docker diff st-web | sort
  docker port st-web
  docker stats --no-stream --format '{{.Name}}' st-web
}
scene_lifecycle() {
  sleeper st-web
  docker pause st-web
  docker ps --filter name=st-web --format '{{.Status}}'
  docker unpause st-web
  docker restart -t 0 st-web
  docker stop -t 0 st-web
  docker start st-web
  docker rename st-web st-renamed
  docker kill st-renamed
  docker wait st-renamed
  docker rm st-renamed
  docker rm st-renamed
}
scene_wait_before_the_end() {
  raw run -d --name st-run busybox sh -c 'sleep 1; exit 6' >/dev/null
  docker wait st-run
}
scene_update() {
  sleeper st-web --memory 64m
  docker update --memory 32m --memory-swap 64m --restart no --cpu-shares 512 st-web
  raw inspect -f '{{.HostConfig.Memory}} {{.HostConfig.CpuShares}} {{.HostConfig.RestartPolicy.Name}}' st-web
}
scene_remove() {
  sleeper st-web -v /anonymous
  docker rm st-web
  docker rm -fv st-web
}
scene_ps_and_inspect() {
  sleeper st-web --label a=b -p 127.0.0.1:18081:80
  docker ps --filter name=st- --format '{{.Names}} {{.Image}} {{.Command}} {{.Ports}} {{.Labels}}'
  docker ps -a --filter label=a=b --filter status=running --filter name=st- -q | wc -l
  docker ps -s --filter name=st- --format '{{.Names}} {{.Size}}'
  docker inspect st-web
  docker inspect --type container -s -f '{{.Name}} {{.SizeRw}}' st-web
  docker container ls -n 1 -q | wc -l
}
scene_inspect_tries_everything() {
  docker inspect st-nothing
  docker inspect busybox -f '{{.RepoTags}}'
  docker inspect bridge -f '{{.Driver}}'
}

# ---- images ----
scene_images() {
  docker tag busybox st-image:1
  docker tag busybox localhost/st-image/with/path:1
  docker images st-image
  docker images -a --filter reference='st-*' -q | wc -l
  docker image inspect st-image:1 -f '{{.Os}} {{json .Config}}'
  docker history busybox
  docker rmi st-image:1 localhost/st-image/with/path:1
  docker rmi st-image:1
  docker tag st-missing st-image:1
}
scene_commit() {
  sleeper st-web
  raw exec st-web sh -c 'echo committed >/file'
  docker commit -m message -a author -c 'CMD cat /file' st-web st-commit:1 | wc -c
  raw run --rm st-commit:1
  raw image inspect -f '{{.Comment}} {{.Author}} {{.Config.Cmd}}' st-commit:1
}
scene_save_and_load() {
  raw tag busybox st-image:1
  docker save st-image:1 | tar -tf - | sort
  docker save -o "$work/image.tar" st-image:1
  raw rmi st-image:1 >/dev/null
  docker load -i "$work/image.tar"
  docker load <"$work/image.tar"
  echo garbage | docker load
  docker save st-missing
}
scene_export_and_import() {
  raw create --name st-web busybox true >/dev/null
  docker export st-web | tar -tf - bin/busybox etc/group
  docker export st-web -o "$work/export.tar"
  docker import -c 'CMD cat /etc/group' -m message "$work/export.tar" st-import:1 | wc -c
  docker import - st-import:2 <"$work/export.tar" | wc -c
  raw run --rm st-import:1
}
scene_build() {
  mkdir -p "$work/context" && echo copied >"$work/context/file"
  printf 'FROM busybox\nARG WORD=none\nCOPY file /file\nRUN cat /file && echo $WORD\nLABEL a=b\nCMD cat /file\n' \
    >"$work/context/Dockerfile"
  docker build --no-cache -t st-build:1 "$work/context"
  docker build --no-cache -t st-build:3 --build-arg WORD=given --label c=d --rm=false "$work/context" | grep -c given
  raw run --rm st-build:1
}
scene_build_from_stdin_and_failing() {
  printf 'FROM busybox\nRUN echo in stdin build\nRUN exit 8\n' | docker build --no-cache -t st-build:1 -
  printf 'FROM busybox\nNONSENSE\n' | docker build -t st-build:1 -
}
scene_build_with_a_large_context() {
  mkdir -p "$work/large" && head -c 30000000 /dev/urandom >"$work/large/blob"
  printf 'FROM busybox\nCOPY blob /blob\nRUN wc -c /blob\n' >"$work/large/Dockerfile"
  docker build --no-cache -t st-build:1 "$work/large" | grep -v '^Sending'
}
scene_registries_that_are_not_there() {
  docker pull 127.0.0.1:1/st-image:1
  raw tag busybox 127.0.0.1:1/st-image:1
  docker push 127.0.0.1:1/st-image:1
  echo secret | docker login -u user --password-stdin 127.0.0.1:1
  raw rmi 127.0.0.1:1/st-image:1 >/dev/null
}

# ---- networks and volumes ----
scene_networks() {
  docker network create --label a=b --subnet 10.201.0.0/24 st-net | wc -c
  docker network ls --filter name=st- --format '{{.Name}} {{.Driver}} {{.Scope}}'
  sleeper st-web
  docker network connect --alias other st-net st-web
  docker network inspect st-net
  docker run --rm --network st-net busybox ping -c 1 -W 2 other | grep -c 'bytes from'
  docker network disconnect st-net st-web
  docker network rm st-net
  docker network rm st-net
}
scene_containers_share_a_network() {
  sleeper st-web
  docker run --rm --network container:st-web busybox hostname | wc -c
  docker run --rm --network none busybox ip -o link | wc -l
}
scene_volumes() {
  docker volume create --label a=b st-vol
  docker volume ls --filter name=st- --format '{{.Name}} {{.Driver}}'
  docker volume inspect st-vol
  docker volume rm st-vol
  docker volume rm st-vol
}

# ---- the engine ----
scene_version_and_info() {
  docker version
  docker info
}
scene_system_df() {
  raw volume create st-vol >/dev/null
  docker system df
  docker system df -v
}
scene_events() {
  local since
  since=$(date +%s.%N)
  raw run --rm --name st-run busybox true
  docker events --since "$since" --until "$(date +%s.%N)" --filter container=st-run --format '{{.Type}} {{.Action}} {{.Actor.Attributes.image}}'
}
scene_prune() {
  raw system prune -f --volumes >/dev/null
  raw create --name st-web busybox true >/dev/null
  raw volume create st-vol >/dev/null
  raw network create st-net >/dev/null
  docker container prune -f --filter label=none
  docker container prune -f
  docker network prune -f
  docker volume prune -f
  docker image prune -f
  docker system prune -f --filter label=none
  docker builder prune -f
}
scene_swarm_that_is_none() {
  docker service ls
  docker node ls
  docker swarm leave
  docker stack ls
}
scene_plugins() {
  docker plugin ls
  docker plugin inspect st-missing
  docker plugin install --grant-all-permissions 127.0.0.1:1/st-plugin
  docker plugin disable st-missing
}
