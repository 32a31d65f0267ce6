"""Holds what sealock judged of a service, secret or config against the specification that the swarm keeps."""
import base64

from compare import capability, difference, host_path, is_bind, is_zero, names_of, root_or

# What the engine writes where nothing is said.
FILLED = {"Runtime": "container", "Isolation": "default", "Mode": "vip", "Order": "stop-first", "FailureAction": "pause",
          "Condition": "any", "PublishMode": "ingress", "Protocol": "tcp", "Propagation": "rprivate"}
# Read by newer engines only, or not kept.
NEWER = ("Privileges.Seccomp", "Privileges.AppArmor", "Privileges.NoNewPrivileges", "StartInterval", "OomScoreAdj", "SwapBytes",
         "MemorySwappiness", "BindOptions.CreateMountpoint", "Consistency", "CredentialSpec", "GenericResources")
# Left out by this engine for clients of an API below 1.41 or 1.40.
GATED = ("CapabilityAdd", "CapabilityDrop", "Ulimits", "Sysctls", "Pids", "MaxReplicas", "NonRecursive", "Init")


def same(judged, engine, path, left_out=NEWER, secret=False):
    """Differences of two documents, member by member; lists as wholes."""
    if isinstance(judged, dict) or isinstance(engine, dict):
        judged, engine = judged or {}, engine or {}
        found = []
        for key in sorted(set(judged) | set(engine)):
            if secret and key == "Data":
                continue
            found += same(judged.get(key), engine.get(key), f"{path}.{key}", left_out, secret)
        return found
    if is_zero(judged) and (is_zero(engine) or engine == FILLED.get(path.rpartition(".")[2])):
        return []
    if is_zero(engine) and any(word in path for word in left_out):
        return []
    if path.endswith(".Data"):
        judged, engine = (base64.b64decode(side or "") for side in (judged, engine))
    if isinstance(judged, list) and isinstance(engine, list) and len(judged) == len(engine):
        if path.endswith(("CapabilityAdd", "CapabilityDrop")):
            judged, engine = (sorted(map(capability, side)) for side in (judged, engine))
            return difference(path, judged, engine)
        return [text for index, (one, other) in enumerate(zip(judged, engine)) for text in same(one, other, f"{path}[{index}]", left_out, secret)]
    return difference(path, judged, engine)


def mounted(mount):
    """The host path that a mount of a service comes to, if any."""
    options = ((mount.get("VolumeOptions") or {}).get("DriverConfig") or {}).get("Options") or {}
    if mount.get("Type") == "bind":
        return host_path(mount["Source"])
    return host_path(options.get("device", "")) if is_bind(options) else None


def service(judged, spec, network_name):
    for holder in (spec, spec["TaskTemplate"]):
        for network in holder.get("Networks") or []:  # kept by id
            network["Target"] = network_name(network.get("Target") or "")
    for holder in (judged["body"], judged["body"]["TaskTemplate"]):
        for network in holder.get("Networks") or []:
            network["Target"] = network_name(network.get("Target") or "")
    old = judged["version"] not in ("", "1.41")
    found = same(judged["body"], spec, "", NEWER + GATED if old else NEWER)
    container, views = spec["TaskTemplate"]["ContainerSpec"], judged["views"]
    paths = {mounted(mount) for mount in container.get("Mounts") or []} - {None}
    missing = paths - names_of(views["host_paths"])
    if missing:  # what is behind the name of a volume comes on top
        found.append(f"host_paths: judged {views['host_paths']!r}, without {missing!r}")
    capabilities = {capability(name) for name in container.get("CapabilityAdd") or []}
    if capabilities or not old:
        found += difference("added_capabilities", names_of(views["added_capabilities"]), capabilities)
    found += difference("user", views["user"], root_or((container.get("User") or "").split(":")[0]))
    ports = {f"0.0.0.0:{port.get('PublishedPort', 0)}/{port.get('Protocol') or 'tcp'}"
             for port in (spec.get("EndpointSpec") or {}).get("Ports") or []}
    return found + difference("published_ports", names_of(views["published_ports"]), ports)
