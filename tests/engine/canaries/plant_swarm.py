"""Plants canaries in everything that a swarm shows (secrets.md 3.5): the cluster's settings, nodes, services and
what they were before, tasks, configurations, labels of secrets, join tokens and the unlock key."""
import base64
import time

from canary import canary, literal


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def service_spec(word, networks):
    return {
        "Name": "cn-service", "Labels": {"deploy.password": word("label"), "tier": "front"},
        "TaskTemplate": {
            "ContainerSpec": {
                "Image": "busybox", "Command": ["sleep", word("command")], "Args": ["9999", word("argument")],
                "Env": [f"TOKEN={word('environment')}"], "Labels": {"api.token": word("container label")},
                "Healthcheck": {"Test": ["CMD", "echo", word("health check")]},
                "Mounts": [{"Type": "volume", "Source": "cn-swarm", "Target": "/s", "VolumeOptions": {
                    "Labels": {"mount.secret": word("mount label")},
                    "DriverConfig": {"Name": "local", "Options": {"type": "nfs", "device": f":/{word('mount device')}",
                                                                  "o": f"addr=127.0.0.1,pass={word('mount option')}"}}}}]},
            "LogDriver": {"Name": "json-file", "Options": {"tag": word("log option")}},
            "Networks": [{"Target": network, "DriverOpts": {"k": word("network option")}} for network in networks],
            "RestartPolicy": {"Condition": "none"}},
        "Mode": {"Replicated": {"Replicas": 1}}}


def create(engine, path, body):
    made = engine.post(path, body)
    return made.get("ID") or made.get("Id")


def update(engine, path, change):
    """Reads, changes and writes the specification; again when the swarm has changed it in between."""
    for _ in range(50):
        there = engine.get(path)
        change(there["Spec"])
        if engine.call("POST", f"{path}/update?version={there['Version']['Index']}", there["Spec"], may_fail=True).status < 400:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{path} cannot be updated")


def plant_swarm(engine):
    """Returns the names and ids of what there is, by kind."""
    engine.post("/swarm/init", {
        "ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1",
        "Spec": {"Labels": {"cluster.token": canary("swarm label")},
                 "EncryptionConfig": {"AutoLockManagers": True}}})
    authority = {"Protocol": "cfssl", "URL": f"https://ann:{canary('external CA URL')}@ca.example.com",
                 "Options": {"auth-key": canary("external CA option")}}
    update(engine, "/swarm", lambda spec: spec["CAConfig"].update(ExternalCAs=[authority]))
    swarm = engine.get("/swarm")
    for role, token in swarm["JoinTokens"].items():
        literal(f"join token of a {role.lower()}", token)
    literal("unlock key", engine.get("/swarm/unlockkey")["UnlockKey"])

    node = engine.get("/nodes")[0]
    labels = {"rack.password": canary("node label")}
    update(engine, f"/nodes/{node['ID']}", lambda spec: spec.update(Labels=labels))
    network = create(engine, "/networks/create", {
        "Name": "cn-overlay", "Driver": "overlay", "Attachable": True,
        "Labels": {"overlay.token": canary("overlay label")}, "Options": {"ov.psk": canary("overlay option")},
        "IPAM": {"Driver": "default", "Options": {"ov.ipam": canary("overlay ipam option")}}})
    config = create(engine, "/configs/create", {
        "Name": "cn-config", "Labels": {"config.token": canary("config label")}, "Data": encoded(canary("config data"))})
    secret = create(engine, "/secrets/create", {
        "Name": "cn-secret", "Labels": {"secret.token": canary("secret label")}, "Data": encoded(canary("secret data"))})

    service = create(engine, "/services/create", service_spec(lambda place: canary("service " + place), [network]))
    updated = service_spec(lambda place: canary("updated service " + place), [network])
    update(engine, f"/services/{service}", lambda spec: spec.update(updated))
    failing = {"Name": "cn-failing", "TaskTemplate": {
        "ContainerSpec": {"Image": "busybox", "Command": ["/missing-" + canary("program of a failing service")]},
        "RestartPolicy": {"Condition": "none"}}}
    failing = create(engine, "/services/create", failing)
    plugin = create(engine, "/services/create", {
        "Name": "cn-plugin-service",
        "TaskTemplate": {"Runtime": "plugin", "PluginSpec": {
            "name": "cn-none", "remote": "127.0.0.1:1/cn-none", "env": [f"TOKEN={canary('service plugin environment')}"]}}})
    wait_for_tasks(engine, failing)
    tasks = [task["ID"] for task in engine.get("/tasks")]
    return {"nodes": [node["ID"], "self"], "services": [service, "cn-service", failing, plugin], "tasks": tasks,
            "configs": [config, "cn-config"], "secrets": [secret, "cn-secret"], "networks": [network]}


def wait_for_tasks(engine, failing):
    """Until a task has failed, which shows what the engine says of it."""
    for _ in range(150):
        if any(task["ServiceID"] == failing and task["Status"].get("Err") for task in engine.get("/tasks")):
            return
        time.sleep(0.1)
    raise RuntimeError("no task of the failing service has failed")
