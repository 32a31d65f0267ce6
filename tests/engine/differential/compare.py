"""Holds what sealock judged of a create against what the engine's inspect says that it made of it.

Each function returns differences as texts; none is what must be. The engine's side is read from inspect
alone, by functions of our own: nothing of sealock's code is used twice.
"""
import ipaddress
import os

ZERO = (None, False, 0, "", [], {})
# What the engine fills in where nothing is said, and what it makes of a value: field -> function of both.
CAPABILITY_FIELDS = ("CapAdd", "CapDrop")
VICTIM_PATHS = {"/srv", "/etc"}  # what st-victim mounts, for VolumesFrom
# Read by no Linux engine, or by newer ones only.
IGNORED = {"KernelMemoryTCP", "ConsoleSize", "Annotations", "Isolation", "CpuCount", "CpuPercent", "IOMaximumIOps", "IOMaximumBandwidth", "StorageOpt"}


def is_zero(value):
    return any(value is zero or (type(value) is type(zero) and value == zero) for zero in ZERO)


def pruned(value):
    """Without what says nothing, at any depth, and without what only newer engines read."""
    if isinstance(value, dict):
        return {key: pruned(inner) for key, inner in value.items() if key != "StartInterval" and not is_zero(pruned(inner))}
    if isinstance(value, list):
        return [pruned(item) for item in value]
    return value


def texts(value):
    """A map of texts; null in it is the empty one."""
    return {key: text or "" for key, text in (value or {}).items()}


def difference(what, judged, engine):
    return [] if judged == engine else [f"{what}: judged {judged!r}, the engine has {engine!r}"]


def capability(name):
    name = name.upper()
    return name[4:] if name.startswith("CAP_") else name


# ---- the views, from inspect ----

def names_of(elements):
    return {element["name"] if isinstance(element, dict) else element for element in elements}


def sharing(inspect):
    host, words = inspect["HostConfig"], set()
    if "host" in inspect["NetworkSettings"]["Networks"]:
        words.add("network-host")
    for field, word in (("PidMode", "pid"), ("IpcMode", "ipc"), ("UTSMode", "uts"), ("UsernsMode", "user"),
                        ("CgroupnsMode", "cgroup"), ("Cgroup", "cgroup"), ("NetworkMode", "network")):
        mode = host.get(field) or ""
        if mode == "host" or mode == "shareable":
            words.add(f"{word}-{mode}")
        elif mode.startswith("container:"):
            words.add(f"{word}-container")
    return words


def said_nothing_of_ipc(judged):
    host = (judged["body"] or {}).get("HostConfig")
    old = judged["version"] and tuple(map(int, judged["version"].split("."))) < (1, 40)
    return {"ipc-shareable"} if old and host is not None and not host.get("IpcMode") else set()


def is_bind(options):
    return bool({"bind", "rbind"} & set((options or {}).get("o", "").split(",")))


def host_path(path):
    """A relative one is taken for the worst that it could be."""
    return "/" + os.path.normpath(path).lstrip("/") if path.startswith("/") else "/"


def cautious_paths(host, mounted):
    """Paths that may be judged although the engine does not mount them, or not for writing: options for a
    volume that exists already are not read, and of two mounts for one place the last counts."""
    paths = set()
    for mount in host.get("Mounts") or []:
        options = (((mount.get("VolumeOptions") or {}).get("DriverConfig") or {}).get("Options")) or {}
        if mount.get("Source") and options.get("device"):
            paths.add(host_path(options["device"]))
    return paths | (VICTIM_PATHS | mounted if host.get("VolumesFrom") else set())


class Mounts:
    """The mount points that the engine lists, with what is behind named volumes."""

    def __init__(self, inspect, volume_of):
        self.paths, self.writable, self.names, self.tmpfs = set(), set(), set(), set()
        for mount in inspect["Mounts"] or []:
            if mount["Type"] == "bind":
                self.add(mount["Source"], mount["RW"])
            elif mount["Type"] == "volume":
                options = (volume_of(mount["Name"]) or {}).get("Options")
                if is_bind(options):
                    self.add(options.get("device", ""), mount["RW"])
                if len(mount["Name"]) != 64:
                    self.names.add(mount["Name"])
            elif mount["Type"] == "tmpfs":
                self.tmpfs.add(mount["Destination"])
        self.tmpfs |= {os.path.normpath(path) for path in inspect["HostConfig"].get("Tmpfs") or {}}

    def add(self, path, writable):
        self.paths.add(host_path(path))
        if writable:
            self.writable.add(host_path(path))


def ports_of(host):
    ports = set()
    for port, bindings in (host.get("PortBindings") or {}).items():
        number, _, protocol = port.partition("/")
        for binding in bindings or [{"HostIp": "", "HostPort": ""}]:
            address = ipaddress.ip_address(binding["HostIp"] or "0.0.0.0")
            address = getattr(address, "ipv4_mapped", None) or address
            shown = f"[{address}]" if address.version == 6 else str(address)
            ports.add(f"{shown}:{binding['HostPort'] or '0'}/{protocol or 'tcp'}")
    if host.get("PublishAllPorts"):
        ports.add("0.0.0.0:all")
    return ports


def root_or(text):
    try:
        number = int(text or "0") if (text or "0").isascii() and "_" not in text and text.strip() == text else text
    except ValueError:
        number = text
    return "root" if number in (0, "root") else str(number)


def devices_of(inspect):
    host = inspect["HostConfig"]
    found = {os.path.normpath(device["PathOnHost"]) for device in host.get("Devices") or []}
    return found | {"cgroup:" + rule for rule in host.get("DeviceCgroupRules") or []}


def create_views(judged, inspect, volume_of, network_name):
    """The views of a ContainerCreate against the container."""
    views, host, config = judged["views"], inspect["HostConfig"], inspect["Config"]
    found, mounts = [], Mounts(inspect, volume_of)
    shared = sharing(inspect) | said_nothing_of_ipc(judged)
    if config.get("NetworkDisabled"):  # whatever it says of networks
        shared |= {"network-host"} & set(views["shared_namespaces"])

    def hold(view, engine, judge=names_of):
        value = views[view]
        if isinstance(value, dict):
            found.append(f"{view}: could not be computed ({value['error']}), the engine has {engine!r}") if engine else None
        else:
            found.extend(difference(view, judge(value), engine))

    cautious = cautious_paths(judged["body"].get("HostConfig") or {}, mounts.paths)
    hold("host_paths", mounts.paths, lambda value: names_of(value) - (cautious - mounts.paths))
    hold("writable_host_paths", mounts.writable, lambda value: names_of(value) - (cautious - mounts.writable))
    hold("named_volumes", mounts.names)
    hold("tmpfs", mounts.tmpfs, lambda value: {os.path.normpath(path) for path in value})
    hold("added_capabilities", {capability(name) for name in host["CapAdd"] or []})
    # What a container shares with the one it joins is told besides.
    # Below API 1.40 nothing said is ipc-shareable, which is what is judged; sealock writes private.
    hold("shared_namespaces", shared, lambda value: {word for word in value if not word.endswith("-unknown")})
    hold("devices", devices_of(inspect), lambda value: {word for word in value if not word.startswith(("request:", "env:", "cdi:"))})
    hold("published_ports", ports_of(host))
    hold("user", root_or(config["User"].split(":")[0]), lambda value: value)
    hold("runtime", host["Runtime"], lambda value: value or "runc")
    hold("log_driver", host["LogConfig"]["Type"], lambda value: value or "json-file")
    hold("cgroup_parent", host["CgroupParent"] or None, lambda value: value)
    hold("sysctls", {name.replace("/", ".") for name in host.get("Sysctls") or {}})
    hold("added_groups", {root_or(group) for group in host["GroupAdd"] or []})
    hold("memory", host["Memory"] or None, lambda value: value)
    hold("pids", host["PidsLimit"] if (host["PidsLimit"] or 0) > 0 else None, lambda value: value)
    hold("image.id", inspect["Image"], lambda value: value)
    networks = {network_name(name) for name in inspect["NetworkSettings"]["Networks"]}
    hold("networks", networks, networks_judged(judged, networks, network_name))
    masked = {word for word, field in (("masked-paths", "MaskedPaths"), ("readonly-paths", "ReadonlyPaths"))
              if not host["Privileged"] and host[field] != DEFAULT_PATHS.get(field)}
    hold("unconfined", masked, lambda value: {word for word in value if word.endswith("-paths") and not host["Privileged"]})
    return found


DEFAULT_PATHS = {}  # filled from a container that says nothing


def networks_judged(judged, engine, network_name):
    """The view, by the names that inspect shows; a container's network has none."""
    mode = ((judged["body"] or {}).get("HostConfig") or {}).get("NetworkMode") or "default"

    disabled = judged["body"].get("NetworkDisabled")
    # Which of the two the engine joins, the mode or the endpoint, depends on its version: both are judged.
    either = {mode, network_name(mode)} if (judged["body"].get("NetworkingConfig") or {}).get("EndpointsConfig") else set()

    def judge(value):
        return set() if mode.startswith("container:") or disabled else names_of(value) - (either - engine)
    return judge


# ---- every field ----

def normal_host(field, value, host):
    """Both sides of a HostConfig field in one form."""
    if field in CAPABILITY_FIELDS:
        return sorted({capability(name) for name in value or []})
    if field == "PortBindings":
        return {port if "/" in port else port + "/tcp": [pruned(binding) for binding in bindings or [{}]]
                for port, bindings in (value or {}).items()}
    if field == "LogConfig":
        return {"Type": (value or {}).get("Type") or "json-file", "Config": texts((value or {}).get("Config"))}
    if field == "RestartPolicy":
        policy = pruned(value or {})
        return {} if policy.get("Name") == "no" and len(policy) == 1 else policy
    if field == "PidsLimit":
        return value if (value or 0) > 0 else None
    if field == "MemorySwappiness":
        return None if value == -1 else value
    defaults = {"NetworkMode": "default", "Runtime": "runc", "CgroupnsMode": "private", "IpcMode": "private", "ShmSize": 67108864}
    if field in defaults:
        return value or defaults[field]
    if field in ("Init", "OomKillDisable"):
        return bool(value)
    if field in ("Sysctls", "Tmpfs"):
        return texts(value)
    return pruned(value) if not is_zero(value) else None


def host_fields(body, inspect, default, version):
    """Every field that differs from a container that says nothing must have been judged, and every judged
    one must be there."""
    judged, engine, found = body.get("HostConfig") or {}, inspect["HostConfig"], []
    for field in sorted(set(judged) | set(engine)):
        if field in IGNORED or field in ("MaskedPaths", "ReadonlyPaths", "Binds", "VolumesFrom", "SecurityOpt"):
            continue
        said, made = judged.get(field), engine.get(field)
        if field == "Links" and made is None:
            continue  # moved to the endpoints
        if field == "AutoRemove" and version == "1.24":
            continue  # the clients of that time did it
        if field == "Mounts" and version and version < "1.40":  # NonRecursive is of 1.40
            said = [{**mount, "BindOptions": {**(mount.get("BindOptions") or {}), "NonRecursive": None}} for mount in said or []]
        if field == "MemorySwap" and is_zero(said):
            said = 2 * (judged.get("Memory") or 0)
        if is_zero(said) and (made == default["HostConfig"].get(field) or is_zero(made)):
            continue
        found += difference("HostConfig." + field, normal_host(field, said, judged), normal_host(field, made, engine))
    added = {"label=disable"} if engine["Privileged"] or "host" in (engine["PidMode"], engine["IpcMode"]) else set()
    for field in ("Binds", "SecurityOpt"):
        said, made = set(judged.get(field) or []), set(engine.get(field) or [])
        found += difference("HostConfig." + field, said, made - added | (made & said))
    if not engine["Privileged"]:
        for field in ("MaskedPaths", "ReadonlyPaths"):
            said = judged.get(field)
            found += difference("HostConfig." + field, default["HostConfig"][field] if said is None else said, engine[field])
    return found


def config_fields(body, inspect, default):
    judged, engine, found = body, inspect["Config"], []
    for field in sorted((set(judged) | set(engine)) - {"HostConfig", "NetworkingConfig", "Hostname", "Image"}):
        said, made = judged.get(field), engine.get(field)
        if field == "MacAddress" or (is_zero(said) and (made == default["Config"].get(field) or is_zero(made))):
            continue
        if field == "Volumes":
            said, made = ({os.path.normpath(path) for path in side or {}} for side in (said, made))
        if field == "ExposedPorts":
            said, made = ({port if "/" in port else port + "/tcp" for port in side or {}} for side in (said, made))
        if field == "WorkingDir":
            said, made = os.path.normpath(said or ""), os.path.normpath(made or "")
        if field == "Entrypoint" and said == [""]:
            said = None  # the way to say none
        found += difference(field, pruned(said), pruned(made))
    if judged.get("Hostname") or judged.get("Image"):
        found += difference("Image", judged.get("Image"), engine["Image"])
    return found


def container(judged, inspect, ask, default):
    """`ask.volume(name)` is a volume's inspect, `ask.network(id)` a network's name."""
    if not DEFAULT_PATHS:
        DEFAULT_PATHS.update({field: default["HostConfig"][field] for field in ("MaskedPaths", "ReadonlyPaths")})
    body = judged["body"]
    return create_views(judged, inspect, ask.volume, ask.network) + host_fields(body, inspect, default, judged["version"]) + config_fields(body, inspect, default)


def volume(judged, inspect):
    body, views = judged["body"], judged["views"]
    options = inspect["Options"] or {}
    device, paths = options.get("device", ""), names_of(views["host_paths"])
    engine = {host_path(device)} if is_bind(options) else set()
    # Whatever has a device is judged as a path, also where the kernel will know no such file system.
    engine |= paths & {host_path(device)} if options else set()
    return (difference("Driver", body.get("Driver") or "local", inspect["Driver"]) +
            difference("DriverOpts", texts(body.get("DriverOpts")), options) +
            difference("Labels", texts(body.get("Labels")), inspect["Labels"] or {}) +
            difference("host_paths", paths, engine))


def network(judged, inspect):
    body, found = judged["body"], []
    for field in ("Internal", "Attachable", "Ingress", "ConfigOnly", "EnableIPv6"):
        found += difference(field, bool(body.get(field)), inspect[field])
    # A network of a swarm gets its options when it reaches the node.
    for field in ("Options", "Labels") if body.get("Scope") != "swarm" else ():
        found += difference(field, texts(body.get(field)), inspect[field] or {})
    if not body.get("ConfigOnly"):
        found += difference("network_drivers", judged["views"]["network_drivers"][0], inspect["Driver"])
    return found


def execution(judged, inspect):
    body, process = judged["body"], inspect["ProcessConfig"]
    command = body.get("Cmd") or []
    found = difference("Cmd", command, [process["entrypoint"]] + (process["arguments"] or []))
    found += difference("Privileged", bool(body.get("Privileged")), bool(process.get("privileged")))
    found += difference("Tty", bool(body.get("Tty")), process["tty"])
    if body.get("User"):
        found += difference("User", body["User"], process.get("user"))
    for field, shown in (("AttachStdin", "OpenStdin"), ("AttachStdout", "OpenStdout"), ("AttachStderr", "OpenStderr")):
        found += difference(field, bool(body.get(field)), inspect[shown])
    return found


def update(judged, before, after):
    """What was judged is what changed, or was left as it was: engines update fewer fields than they read."""
    body, found = judged["body"] or {}, []
    old, new = before["HostConfig"], after["HostConfig"]
    for field in sorted(new):
        if field in IGNORED:
            continue
        if old.get(field) == new[field] or (is_zero(old.get(field)) and is_zero(new[field])):
            continue
        if field in body and not is_zero(body[field]):
            found += difference(field, normal_host(field, body[field], body), normal_host(field, new[field], new))
        elif field not in ("MemorySwap", "PidsLimit"):
            found.append(f"{field}: was not judged, changed from {old.get(field)!r} to {new[field]!r}")
    return found
