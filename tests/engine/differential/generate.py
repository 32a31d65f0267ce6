"""Draws a request: an operation of the catalogue, its target, parameters and body, as plain values. What is
done to their spelling is in mutate.py."""
import json

from values import (CHOICES, DEFAULT_INTEGERS, DEFAULT_TEXTS, FILTERS, INTEGERS, MAP_KEYS, MAP_VALUES, MOUNTS,
                    PARAMETERS, TARGETS)

# How often an operation is drawn: those whose effect can be looked at, more than others.
WEIGHTS = {"ContainerCreate": 3200, "ContainerExec": 500, "VolumeCreate": 450, "ContainerUpdate": 450, "NetworkCreate": 60,
           "ImageTag": 250, "ContainerRename": 200, "NetworkConnect": 120, "ImageCommit": 40, "ServiceCreate": 300, "SecretCreate": 60, "ConfigCreate": 60, "ContainerInspect": 900,
           "ContainerList": 500, "ImageInspect": 400, "ImageList": 300, "ImageHistory": 150, "NetworkInspect": 400, "NetworkList": 300,
           "VolumeInspect": 400, "VolumeList": 200, "ContainerTop": 60, "ContainerChanges": 60, "ContainerArchiveInfo": 250,
           "ExecInspect": 200, "SystemPing": 150, "SystemPingHead": 100, "SystemVersion": 150, "SystemInfo": 60}
OTHER_WEIGHT = 18
# What views are made of; the other fields of a HostConfig come as often as all of these together.
MATTERS = """Binds Binds Binds Mounts Mounts Mounts VolumesFrom Tmpfs CapAdd CapAdd SecurityOpt MaskedPaths
ReadonlyPaths Devices DeviceCgroupRules DeviceRequests NetworkMode PidMode IpcMode UTSMode
UsernsMode CgroupnsMode Privileged PortBindings PublishAllPorts GroupAdd LogConfig Runtime Sysctls
CgroupParent Memory PidsLimit NanoCpus CpuQuota""".split()


class Draw:
    """A request before it is spelt. `version` is "" or "1.41"; `query` pairs of texts; `body` a value."""

    def __init__(self, operation, method, version, path, query, body):
        self.operation, self.method, self.version, self.path = operation, method, version, path
        self.query, self.body = query, body


class Generator:
    def __init__(self, rng, operations, names, prefix):
        self.rng, self.operations, self.names, self.prefix = rng, operations, names, prefix
        self.weights = [WEIGHTS.get(operation["name"], OTHER_WEIGHT) for operation in operations]
        self.number = 0

    def known(self, text):
        """IMAGE_ID and the like: the ids of the objects that every run makes."""
        for name, value in self.names.items():
            if name in text:
                return text.replace(name, value)
        return text

    def new_name(self):
        self.number += 1
        return f"{self.prefix}{self.number}"

    def draw(self):
        operation = self.rng.choices(self.operations, self.weights)[0]
        segments = operation["path"].split("/")
        kind = segments[1] if len(segments) > 1 else ""
        # Nobody else's: another worker would miss it.
        kind = "renamed" if operation["name"] == "ContainerRename" else kind
        path = "/".join(self.target(kind) if part.startswith("{") else part for part in segments)
        version = self.rng.choice(["", "", "1.41", "1.41", "1.40", "1.39", "1.30", "1.24", "1.38"])
        body = None
        if operation["body"] is not None:
            body = self.body_of(operation)
        return Draw(operation, operation["method"], version, path, self.query(operation), body)

    def target(self, kind):
        # The objects that are there, more often than what is not.
        choices = TARGETS.get(kind, ["st-x", "nosuch"])
        return self.known(choices[0] if self.rng.random() < 0.5 else self.rng.choice(choices))

    def query(self, operation):
        pairs = []
        for parameter in operation["parameters"]:
            wanted = parameter["name"] in ("name", "repo", "container", "path") or self.rng.random() < 0.4
            if not wanted or parameter["name"] == "follow":
                continue
            for _ in range(self.rng.choice([1, 2]) if parameter["repeated"] else 1):
                pairs.append((parameter["name"], self.parameter(operation, parameter)))
        return pairs

    def parameter(self, operation, parameter):
        kind, name = parameter["type"], parameter["name"]
        if operation["name"] in ("ContainerCreate", "ContainerRename") and name == "name":
            return self.new_name()
        if kind == "boolean":
            return self.rng.choice(["1", "0", "true", "false", "1", "True", "", "yes", "off", "2", "FALSE", " 1"])
        if kind == "integer":
            return self.rng.choice(PARAMETERS.get(name, ["1", "0", "-1", "10", "01", "1.0", "+1", ""]))
        if kind == "filters":
            return self.filters()
        if kind.startswith("json"):
            return self.rng.choice(["{}", "[]", "null", '{"a":"b"}', '["a"]', '{"a":null}', '{"a":"b","A":"c"}'])
        return self.known(self.rng.choice(PARAMETERS.get(name, DEFAULT_TEXTS)))

    def filters(self):
        chosen = self.rng.sample(FILTERS, self.rng.randint(0, 2))
        filters = {}
        for name, values in chosen:
            value = self.known(self.rng.choice(values))
            filters[name] = self.rng.choice([[value], {value: True}, {value: True}, [value, value], {value: False}])
        return json.dumps(filters)

    def body_of(self, operation):
        name, shape = operation["name"], operation["body"]
        body = self.value(shape, "", 0)
        if name == "ContainerCreate":
            body["Image"] = "busybox" if self.rng.random() < 0.8 else self.known(self.rng.choice(CHOICES["Image"]))
            if self.rng.random() < 0.8:
                body["HostConfig"] = self.value(shape["fields"]["HostConfig"], "HostConfig", 1)
        elif name in ("VolumeCreate", "NetworkCreate"):
            body["Name"] = self.new_name()
            body["Driver"] = self.rng.choice(["", "local" if name == "VolumeCreate" else "bridge"])
            body.pop("ClusterVolumeSpec", None)
        elif name == "ServiceCreate":
            # No replicas: tasks would run for real. A service of another kind than containers is no subject here.
            task = body.setdefault("TaskTemplate", {})
            for other in ("PluginSpec", "NetworkAttachmentSpec", "Runtime"):
                task.pop(other, None)
            fields = shape["fields"]["TaskTemplate"]["fields"]["ContainerSpec"]
            task["ContainerSpec"] = {**self.value(fields, "ContainerSpec", 1), "Image": "busybox"}
            body.update({"Name": self.new_name(), "Mode": {"Replicated": {"Replicas": 0}}})
        elif name in ("SecretCreate", "ConfigCreate"):
            body = {"Name": self.new_name(), "Data": self.rng.choice(["", "YQ==", "YQ", "_w==", "/w=="]), "Labels": body.get("Labels")}
        elif name == "NetworkConnect":
            body["Container"] = self.known(self.rng.choice(CHOICES["Container"]))
        elif name == "ContainerExec":
            body.setdefault("Cmd", ["true"])
        return body

    def value(self, shape, name, depth):
        kind = shape["kind"]
        if kind == "object":
            return self.object(shape, name, depth)
        if kind == "map":
            return self.map(shape, name, depth)
        if kind == "list":
            if name == "Mounts":
                return [dict(mount) for mount in self.rng.sample(MOUNTS, self.rng.randint(0, 2))]
            count = 2 if name == "ConsoleSize" else self.rng.choice([0, 1, 1, 1, 2])
            return [self.value(shape["element"], name, depth + 1) for _ in range(count)]
        if kind == "boolean":
            return self.rng.random() < 0.6
        if kind in ("integer", "number"):
            # Mostly what an engine takes, or most creates would fail there.
            if name in INTEGERS:
                return self.rng.choice(INTEGERS[name][:3] if self.rng.random() < 0.8 else INTEGERS[name])
            return 0 if self.rng.random() < 0.5 else self.rng.choice(DEFAULT_INTEGERS)
        if kind == "base64":
            return self.rng.choice(["", "YQ==", "YQ", "a"])
        if kind == "empty":
            return {}
        choices = CHOICES.get(name, DEFAULT_TEXTS)
        if self.rng.random() < 0.4:
            choices = choices[:4]
        return self.known(self.rng.choice(choices))

    def object(self, shape, name, depth):
        fields = shape.get("fields", {})
        count = min(len(fields), self.rng.choice([0, 1, 2, 3, 4] if depth < 2 else [1, 2, 3]))
        made = {field: self.value(fields[field], field, depth + 1) for field in self.rng.sample(sorted(fields), count)}
        if name == "HostConfig":
            chosen = self.rng.sample(MATTERS, self.rng.choice([0, 1, 1, 2]))
            made.update({field: self.value(fields[field], field, depth + 1) for field in chosen})
        if name == "LogConfig" and self.rng.random() < 0.5:
            made["Type"] = "json-file"
        return made

    def map(self, shape, name, depth):
        made = {}
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            key = self.known(self.rng.choice(MAP_KEYS.get(name, DEFAULT_TEXTS)))
            if name in MAP_VALUES and shape["element"]["kind"] == "string":
                made[key] = self.rng.choice(MAP_VALUES[name])
            else:
                made[key] = self.value(shape["element"], "" if name != "PortBindings" else "PortBinding", depth + 1)
        return made
