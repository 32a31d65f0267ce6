"""Values for the fields and parameters of the catalogue: those by which one thing is said in several
ways, those that engines read differently, and plain ones."""

BINDS = ["/srv:/a", "/srv/./x//y:/b:ro", "st-vol:/v", "st-vol:/v:ro,z", "/tmp/:/t:rshared", "st-bind:/w",
         "/srv:/b:rw,rprivate", "/proc/self/root:/r", "/srv/../etc:/e:Z", "//etc:/x", "/:/host", "/srv:/c:nocopy",
         "/srv:/a:ro,rw", "/srv:/A:RO", "st-vol:/n:nocopy", "/srv/%2e%2e:/p", "/\u017frv:/u", "/srv :/s", "/srv:/a:",
         "st-vol:/c:cached", "/srv:/d:consistent,rslave", ":/x", "/x", "a:/b:c:d", "st-vol:relative", "../x:/y",
         "st-vol:/v:slave", "/srv:/:ro", "/etc/..:/q"]
MOUNTS = [
    {"Type": "bind", "Source": "/tmp", "Target": "/a"},
    {"Type": "bind", "Source": "/tmp/../etc", "Target": "/b", "ReadOnly": True},
    {"Type": "bind", "Source": "//etc/.", "Target": "/c", "BindOptions": {"Propagation": "rslave"}},
    {"Type": "bind", "Source": "/", "Target": "/d/../e", "BindOptions": {"NonRecursive": True}},
    {"Type": "volume", "Source": "st-vol", "Target": "/f"},
    {"Type": "volume", "Source": "st-bind", "Target": "/g", "ReadOnly": True},
    {"Type": "volume", "Target": "/h", "VolumeOptions": {"NoCopy": True}},
    {"Type": "volume", "Target": "/i", "VolumeOptions": {
        "NoCopy": True, "DriverConfig": {"Name": "local", "Options": {"type": "none", "o": "bind", "device": "/srv"}}}},
    {"Type": "volume", "Source": "st-vol", "Target": "/i", "VolumeOptions": {
        "NoCopy": True, "DriverConfig": {"Options": {"type": "tmpfs", "o": "ro,bind", "device": "/etc"}}}},
    {"Type": "volume", "Target": "/j", "VolumeOptions": {"NoCopy": True, "Labels": {"a": "b"}}},
    {"Type": "tmpfs", "Target": "/k", "TmpfsOptions": {"SizeBytes": 65536, "Mode": 448}},
    {"Type": "tmpfs", "Target": "/l"},
    {"Type": "BIND", "Source": "/tmp", "Target": "/m"},
    {"Type": "bind", "Source": "tmp", "Target": "/n"},
    {"Type": "image", "Source": "busybox", "Target": "/o"},
    {"Type": "tmpfs", "Source": "/tmp", "Target": "/p"},
    {"Type": "bind", "Source": "/tmp", "Target": "/q", "Consistency": "cached"},
    {"Type": "bind", "Source": "/tmp", "Target": "/r", "VolumeOptions": {"NoCopy": True}},
    {"Source": "/tmp", "Target": "/s"},
]
CAPABILITIES = ["SYS_ADMIN", "sys_admin", "CAP_NET_RAW", "cap_chown", "Cap_Kill", "ALL", "all", "CAP_ALL", "NET_ADMIN",
                "sys_adm\u0131n", "\u017fys_admin", "CHOWN ", "", "MKNOD", "CAP_CAP_CHOWN", "NOPE", "setfcap"]
SECURITY = ["seccomp=unconfined", "seccomp:unconfined", "no-new-privileges", "no-new-privileges=false",
            "no-new-privileges:true", "apparmor=unconfined", "apparmor=docker-default", "label=disable", "disable",
            "label:disable", "label=user:x", "seccomp={}", "systempaths=unconfined", "writable-cgroups", "Seccomp=unconfined",
            "no-new-privileges=maybe", "no-new-privileges=T", "seccomp=builtin", "seccomp"]
ADDRESSES = ["", "0.0.0.0", "127.0.0.1", "::", "::1", "127.1", "0x7f000001", "10.0.0.01", "::ffff:127.0.0.1", "localhost"]
PORTS = ["80/tcp", "53/udp", "8080", "80-81/tcp", "80/TCP", "080/tcp", "+80/tcp", "0/tcp", "65536/tcp", "80/", "7/sctp"]
HOST_PORTS = ["", "8080", "08080", "0", "9000-9001", "+8080", "65536", "8080 ", "80-", "\u0668"]
PATHS = ["/etc", "/proc/kcore", "/proc/../sys", "relative", "", "/proc/bus"]
IMAGES = ["busybox", "busybox:latest", "docker.io/library/busybox", "library/busybox", "docker.io/busybox:latest",
          "index.docker.io/library/busybox:latest", "Busybox", "busybox@sha256:00", "busy\u017fbox", "nosuch", " busybox",
          "busybox:LATEST", "IMAGE_ID", "IMAGE_ID12", "sha256:IMAGE_ID12", "/busybox", "busybox/"]
USERS = ["", "0", "root", "1000", "00", "+0", "-0", "0:0", "nobody", "1000:0", ":0", "root:root", "0x0", "65534:65534",
         "1e3", "1:2:3", " 0", "\u0660", "1000:+0", "99999999999999999999"]
MODES = {
    "NetworkMode": ["default", "bridge", "none", "host", "st-net", "container:st-run", "NET_ID", "NET_ID12", "Host",
                    "container:", "container:RUN_ID12", "ns:/proc/1/ns/net", "", "host ", "ho\u017ft", "nosuch"],
    "PidMode": ["", "host", "container:st-run", "container:RUN_ID", "Host", "private", "container:/st-run"],
    "IpcMode": ["", "host", "private", "shareable", "none", "container:st-run", "HOST", "container:nosuch"],
    "UTSMode": ["", "host", "container:st-run", "Host"],
    "UsernsMode": ["", "host", "private", "hosT"],
    "CgroupnsMode": ["", "host", "private", "HOST"],
    "Cgroup": ["", "container:st-run", "host"],
}
# Texts that are left alone: an unknown driver costs 15 seconds.
SLOW = ("local", "bridge", "default")
CHOICES = {
    **MODES,
    "CapabilityAdd": CAPABILITIES, "CapabilityDrop": CAPABILITIES, "Condition": ["", "none", "any", "Any"], "PublishMode": ["", "host", "ingress"],
    "Protocol": ["", "tcp", "udp", "TCP"], "Target": ["st-net", "host", "bridge", "nosuch", "NET_ID"], "Groups": ["0", "root", "1000"],
    "Dir": ["/", "/srv"], "Hosts": ["127.0.0.1 a"], "FailureAction": ["", "pause"], "Order": ["", "start-first"], "Constraints": ["node.role==manager"],
    "Image": IMAGES, "User": USERS, "CapAdd": CAPABILITIES, "CapDrop": CAPABILITIES, "SecurityOpt": SECURITY,
    "Binds": BINDS, "MaskedPaths": PATHS, "ReadonlyPaths": PATHS, "HostIp": ADDRESSES, "HostPort": HOST_PORTS,
    "VolumesFrom": ["st-victim", "st-victim:ro", "VICTIM_ID12:rw", "/st-victim", "nosuch", "st-victim:z", "st-victim:RO", ""],
    # Any other driver makes the engine look for a plugin, for 15 seconds (see SLOW).
    "VolumeDriver": ["", "local"],
    "Runtime": ["", "runc", "Runc", "io.containerd.runc.v2", "nosuch"],
    "CgroupParent": ["", "/st", "st", "../st", "system.slice"],
    "GroupAdd": ["0", "root", "audio", "00", "+1", "-1"],
    "ExtraHosts": ["a:127.0.0.1", "b:host-gateway", "c:::1", "d"],
    "Dns": ["1.1.1.1", "::1", "x"], "DnsOptions": ["use-vc"], "DnsSearch": ["example.com", "."],
    "DeviceCgroupRules": ["c 10:229 rwm", "a *:* rwm", "b 8:0 r", "c 10:229 RWM", "c 10:229 rwmr", "c 010:1 r", "c  1:1 r"],
    "Env": ["A=b", "A=", "NVIDIA_VISIBLE_DEVICES=all", "nvidia_visible_devices=all", "A", "=A", "\u00e9=1", "A=b=c", "NVIDIA_VISIBLE_DEVICES"],
    "Cmd": ["sh", "-c", "true", "", "a b", "\u017f", "\u00e9", "\U0001f600"], "Entrypoint": ["/bin/sh", "", "x"],
    "Shell": ["/bin/sh", "-c"], "OnBuild": ["RUN true"], "Test": ["CMD", "true", "NONE", "CMD-SHELL"],
    "Hostname": ["web", "", "Web", "w\u00e9b", "a.b"], "Domainname": ["example.com", ""], "WorkingDir": ["/", "/srv/../etc", "relative", "/a//b"],
    "MacAddress": ["", "02:42:ac:11:00:05", "02-42-ac-11-00-05", "x"], "StopSignal": ["SIGTERM", "9", "term", "x", ""],
    "Links": ["st-run:x", "st-run", "st-run:../y"], "ContainerIDFile": ["", "/tmp/st-cid"], "Isolation": ["", "default"],
    "CpusetCpus": ["", "0", "0-1", "99", "x"], "CpusetMems": ["", "0"], "Consistency": ["", "cached"],
    "Aliases": ["web", "We-b", "a b"], "NetworkID": ["", "NET_ID", "st-net"], "Container": ["st-fix", "FIX_ID12", "/st-fix", "nosuch"],
    "DetachKeys": ["", "ctrl-p", "ctrl-P"], "Driver": ["", "default"],
    "Scope": ["", "local", "swarm"], "PathOnHost": ["/dev/null", "/dev/./fuse", "/dev", "/dev/../dev/null", "dev/null", "/dev/mem"],
    "PathInContainer": ["/dev/null", "/dev/x", ""], "CgroupPermissions": ["rwm", "r", "", "RWM", "rr"],
    "Type": ["", "json-file", "none", "local", "journald", "syslog", "JSON-file", "nosuch"],
    "IPv4Address": ["", "10.0.0.9"], "IPv6Address": [""], "LinkLocalIPs": ["169.254.1.1"],
}
MAP_KEYS = {
    "PortBindings": PORTS, "ExposedPorts": PORTS, "Volumes": ["/v", "/v/../w", "v", "/:/x", "/V"],
    "Labels": ["a", "A", "com.docker.compose.project", "\u017f", "", "a b"],
    "Sysctls": ["net.ipv4.ip_forward", "net/ipv4/ip_forward", "kernel.msgmax", "Kernel.msgmax", "kernel.core_pattern",
                "net.core.somaxconn", "kernel..msgmax"],
    "Tmpfs": ["/t", "/T", "t", "/t:x", "/t/../u"], "EndpointsConfig": ["st-net", "bridge", "host", "none", "default", "NET_ID", "NET_ID12", "nosuch"],
    "Config": ["max-size", "Max-Size", "tag", "syslog-address", "labels", "mode"],
    "DriverOpts": ["type", "o", "device", "size", "O", "Device"], "StorageOpt": ["size"],
    "Annotations": ["a", "io.x/y"],
    "Options": ["com.docker.network.bridge.name", "com.docker.network.driver.mtu", "com.docker.network.bridge.enable_icc", "parent"],
}
MAP_VALUES = {
    "Tmpfs": ["", "size=65536", "rw,noexec,nosuid,size=1m", "exec,suid,dev", "size=10%", "mode=1777", "Size=1m", "size=0"],
    "Sysctls": ["1", "0", "1 ", ""], "Config": ["10m", "1", "udp://127.0.0.1:1", "non-blocking", "blocking", ""],
    "DriverOpts": ["none", "bind", "/srv", "ro,bind", "tmpfs", "/etc/../srv", "rbind", "BIND", "size=1m", "", "bind,x", " bind"],
    "Options": ["st-br0", "1400", "true", "eth0"], "StorageOpt": ["1g"],
}
INTEGERS = {
    "Memory": [0, 67108864, 6291456, -1, 1], "MemorySwap": [0, -1, 134217728], "MemoryReservation": [0, 6291456],
    "PidsLimit": [0, -1, 100, 1], "NanoCpus": [0, 500000000, 1000000000], "CpuQuota": [0, 50000, -1], "CpuPeriod": [0, 100000],
    "CpuShares": [0, 2, 1024], "OomScoreAdj": [0, 500, -1000, 1001], "ShmSize": [0, 1048576, -1], "MemorySwappiness": [-1, 0, 60, 101],
    "BlkioWeight": [0, 500, 5], "CpuRealtimePeriod": [0, 1000], "CpuRealtimeRuntime": [0, 100], "KernelMemory": [0, 6291456],
    "KernelMemoryTCP": [0, 6291456], "MaximumRetryCount": [0, 3, -1], "ConsoleSize": [0, 24], "Hard": [10, 1024], "Soft": [10, 1024],
    "StopTimeout": [0, 10, -1], "Interval": [0, 1000000000, 5], "Timeout": [0, 1000000000], "StartPeriod": [0, 1000000000], "Retries": [0, 3],
    "GwPriority": [0, 1], "MemoryBytes": [0, 67108864, -1], "NanoCPUs": [0, 500000000], "Pids": [0, 100], "TargetPort": [80, 0, 70000],
    "PublishedPort": [0, 8080], "Replicas": [0], "Parallelism": [0, 1], "Delay": [0, 1000000], "Monitor": [0, 1000000], "MaxAttempts": [0, 3],
    "Window": [0, 1000000], "StopGracePeriod": [0, 1000000], "ForceUpdate": [0, 1], "MaxReplicas": [0, 1], "SwapBytes": [0], "MaxFailureRatio": [0], "SizeBytes": [0, 65536], "Mode": [0, 448], "Count": [-1, 1], "IPPrefixLen": [0],
}
DEFAULT_INTEGERS = [0, 1, 2, 1000, -1, 2**31, 2**53 + 1, 2**63 - 1, 2**63]
DEFAULT_TEXTS = ["", "a", "b c", "A", "\u017f", "\u212a", "\u0131", "\u00e9", "\U0001f600", "a/b", "<&>", "a\\b", "a\"b", "\t"]
PARAMETERS = {
    "name": ["NEW"], "platform": ["", "linux", "linux/amd64", "Linux"], "signal": ["SIGTERM", "9"], "ps_args": ["-ef", "aux", "-o pid"],
    "repo": ["st-tag", "localhost/st-tag", "St-Tag", "st-tag:x"], "tag": ["1", "T", "", "a b", "1:2"], "container": ["st-fix", "nosuch"],
    "path": ["/etc", "/", "/etc/../bin", "nosuch"], "limit": ["1", "2", "0", "-1"], "h": ["24"], "w": ["80"], "t": ["1"],
    "changes": ["CMD x", "USER root", "LABEL a=b"], "comment": ["c", "\u00e9"], "author": ["a"], "type": ["", "container", "snapshot"],
    "version": ["1", "2"], "dir": ["/tmp"], "tail": ["1", "all"], "scope": ["", "local", "swarm"],
}
FILTERS = [("name", ["st-"]), ("label", ["a", "a=b"]), ("status", ["created", "running", "exited"]), ("id", ["RUN_ID12"]),
           ("driver", ["bridge", "local"]), ("dangling", ["true", "false", "1"]), ("type", ["custom", "builtin"]), ("reference", ["busy*"]),
           ("volume", ["st-vol"]), ("network", ["st-net"]), ("ancestor", ["busybox"]), ("before", ["st-run"]), ("scope", ["local"])]
TARGETS = {"containers": ["st-run", "st-fix", "RUN_ID", "RUN_ID12", "nosuch", "/st-run", "st-Run", "st-run "],
           "images": ["busybox", "busybox:latest", "IMAGE_ID", "docker.io/library/busybox", "nosuch", "a/b/c", "busybox@sha256:00"],
           "services": ["st-service", "st-Service", "nosuch"], "secrets": ["st-secrets", "nosuch"],
           "configs": ["st-configs", "nosuch"], "nodes": ["self", "nosuch"],
           "renamed": ["st-fix", "FIX_ID12", "nosuch"],
           "networks": ["st-net", "bridge", "NET_ID", "NET_ID12", "host", "nosuch", "NET_ID6"],
           "volumes": ["st-vol", "st-bind", "nosuch", "St-vol"], "exec": ["EXEC_ID", "nosuch"]}
