"""Plants a canary in every place of a container, an image, a volume, a network and a plugin where an engine
shows something (secrets.md 3.1 to 3.4). What the engine's version does not have is left out by it."""
import json
import subprocess

from canary import canary
from engine import tar_of


def daemon_configuration():
    """daemon.json, and the environment of dockerd: both show in GET /info and in every container."""
    return {
        "experimental": True,  # services of plugins
        "labels": [f"registry.password={canary('daemon label')}"],
        "log-opts": {"tag": canary("daemon log option")},
        "runtimes": {"secret": {"path": "runc", "runtimeArgs": [f"--log={canary('runtime argument')}"]}},
    }, {
        "HTTPS_PROXY": f"ann:{canary('engine proxy without a scheme')}@127.0.0.1:3128",
        "NO_PROXY": f"127.0.0.1,bob:{canary('engine no-proxy')}@intranet.example.com",
    }


def plant_volumes(engine):
    engine.post("/volumes/create", {
        "Name": "cn-share", "Labels": {"share.password": canary("volume label")},
        "DriverOpts": {"type": "cifs", "device": f"//127.0.0.1/{canary('volume device')}",
                       "o": f"username=ann,password={canary('volume option')},vers=3.0,sec={canary('volume option 2')}"}})
    engine.post("/volumes/create", {"Name": "cn-plain", "Labels": {"tier": "front"}})


def plant_networks(engine):
    engine.post("/networks/create", {
        "Name": "cn-net", "Labels": {"vpn-token": canary("network label")},
        "Options": {"com.example.ipsec.psk": canary("network option")},
        "IPAM": {"Driver": "default", "Options": {"ipam.token": canary("network ipam option")}}})
    engine.post("/networks/create", {"Name": "cn-config", "ConfigOnly": True,
                                     "Options": {"parent.key": canary("config-only network option")}})


def plant_images(engine, work):
    """Built in the classic way, by BuildKit, and by committing a container."""
    def word(place):
        return canary("image " + place)

    dockerfile = f"""FROM busybox
MAINTAINER {word('author')}
ARG BUILD_SECRET
ARG WITH_DEFAULT={word('argument default')}
ENV TOKEN={word('environment')}
LABEL deploy.password={word('label')}
RUN echo {word('command of RUN')} >/dev/null
HEALTHCHECK CMD echo {word('health check')}
ONBUILD RUN echo {word('onbuild')}
SHELL ["/bin/sh", "-c", "{word('shell')}"]
ENTRYPOINT ["sleep", "{word('entrypoint')}"]
CMD ["{word('command')}"]
"""
    out = engine.call("POST", "/build", tar_of({"Dockerfile": dockerfile}), {"Content-Type": "application/x-tar"},
                      t="cn-image", buildargs={"BUILD_SECRET": word("build argument")},
                      labels={"api.token": word("label of the build")}).body
    if b"Successfully built" not in out:
        raise RuntimeError(f"the image cannot be built: {out[-400:]!r}")
    buildkit = f"FROM busybox\nARG KIT\nRUN echo {word('command of RUN in BuildKit')} >/file\n"
    with open(f"{work}/Dockerfile", "w", encoding="utf-8") as file:
        file.write(buildkit)
    subprocess.run(["/usr/bin/docker", "-H", f"unix://{engine.socket}", "build", "-q", "-t", "cn-kit", "--build-arg",
                    f"KIT={word('build argument of BuildKit')}", work], check=True, capture_output=True,
                   env={"PATH": "/usr/bin:/bin", "HOME": work, "DOCKER_BUILDKIT": "1"})


def commit(engine):
    engine.call("POST", "/commit", {}, container="cn-web", repo="cn-commit", comment=canary("commit comment"),
                author=canary("commit author"))


def seccomp_profile(word):
    return "seccomp=" + json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "comment": word})


def plant_containers(engine):
    def word(place):
        return canary("container " + place)

    hidden = word("environment that becomes an argument")
    engine.container("cn-web", **{
        "Env": [f"DB_PASSWORD={word('environment')}", f"lower={word('environment in lower case')}=x=y",
                f"URL=postgres://ann:{word('environment with a URL')}@db/x", f"lower={word('environment twice')}",
                f"LINES=a\n{word('environment of several lines')}", f"HIDDEN={hidden}", "PATH=/bin", "EMPTY="],
        "Cmd": ["sh", "-c", f"echo started; sh -c 'sleep 9999; true' x \"$HIDDEN\" & sleep 9999 # --password {word('argument')}"],
        "Labels": {
            "api.token": word("label"), "Com.Example.PASSWORD": word("label in capitals"),
            "note": f"https://ann:{word('label with a URL')}@example.com/x", "tier": "front",
            "com.datadoghq.ad.instances": f'[{{"user":"ann","password":"{word("label of Datadog")}"}}]',
            "traefik.http.middlewares.a.basicauth.users": f"ann:$apr1${word('label of Traefik')}$x",
            "com.docker.compose.project": "shop"},
        "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"tag": word("log option"), "env": "DB_PASSWORD", "labels": "api.token"}},
                       "Binds": ["cn-plain:/data"], "NetworkMode": "cn-net"},
        "NetworkingConfig": {"EndpointsConfig": {"cn-net": {"DriverOpts": {"ep.token": word("endpoint option")}}}}})
    engine.container("cn-health", **{"Healthcheck": {"Test": ["CMD-SHELL", f"echo {word('health check')}"], "Interval": 1000000000}})
    engine.container("cn-logs", **{
        "Tty": True, "Cmd": ["sh", "-c", f"echo {canary('log')}; sleep 9999"],
        "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"env": "DB_PASSWORD"}}},
        "Env": [f"DB_PASSWORD={word('environment that details print')}"]})
    engine.container("cn-created", start=False, **{
        "Entrypoint": ["sh", "-c", word("entrypoint")], "Cmd": [word("command behind an entrypoint")],
        "OnBuild": [f"RUN echo {word('onbuild')}"], "Shell": ["sh", word("shell")],
        "HostConfig": {
            "ShmSize": 9007199254740993,  # more than a double holds
            "SecurityOpt": [seccomp_profile(word("seccomp profile"))],
            "Annotations": {"deploy.token": word("annotation")},
            "DeviceRequests": [{"Driver": "none", "Count": 1, "Capabilities": [["gpu"]], "Options": {"k": word("device option")}}],
            "Mounts": [{"Type": "volume", "Source": "cn-other", "Target": "/o", "VolumeOptions": {
                "Labels": {"mount.secret": word("mount label")},
                "DriverConfig": {"Name": "local", "Options": {"type": "nfs", "device": f":/{word('mount device')}",
                                                              "o": f"addr=127.0.0.1,pass={word('mount option')}"}}}}]}})
    for name, config in {
            "cn-failed": {"Entrypoint": ["/" + canary("program of a failing container")], "Cmd": [word("argument of a failed start")]},
            "cn-nomount": {"HostConfig": {"Binds": ["cn-share:/s"]}}}.items():
        engine.container(name, start=False, **config)
        engine.call("POST", f"/containers/{name}/start", may_fail=True)
    engine.container("cn-old", **{"Env": [f"OLD={word('environment behind a link')}"]})
    engine.container("cn-link", **{"HostConfig": {"Links": ["cn-old:db"]}})
    engine.container("cn-image", start=False, **{"Image": "cn-image", "Cmd": ["9999"], "Entrypoint": ["sleep"]})


def run_commands(engine):
    """One that has ended and one that runs; their words are in events, in exec inspect and in top."""
    ids = []
    for command in (["echo", canary("exec argument")],
                    ["sh", "-c", f"sleep 9999; echo {canary('exec argument that runs')}"]):
        made = engine.post("/containers/cn-web/exec", {"Cmd": command, "AttachStdout": False,
                                                       "Env": [f"E={canary('exec environment')}"]})
        engine.post(f"/exec/{made['Id']}/start", {"Detach": True})
        ids.append(made["Id"])
    return ids


def plant_plugin(engine):
    def word(place):
        return canary("plugin " + place)

    configuration = {
        "description": "a test", "documentation": "https://example.com",
        "interface": {"types": ["docker.volumedriver/1.0"], "socket": "plugin.sock"},
        "entrypoint": ["/bin/plugin", word("entrypoint")], "network": {"type": "none"},
        "env": [{"name": "TOKEN", "description": "", "value": word("environment"), "settable": ["value"]}],
        "args": {"name": "args", "description": "", "value": [word("argument")], "settable": ["value"]},
        "linux": {"capabilities": []}, "mounts": [], "workdir": "/"}
    engine.call("POST", "/plugins/create", tar_of({"config.json": json.dumps(configuration), "rootfs/": "",
                                                   "rootfs/bin/": "", "rootfs/bin/plugin": "#!/bin/sh\n"}),
                {"Content-Type": "application/x-tar"}, name="cn-plugin:latest")
