"""prometheus_targets.py configuration RIG [swarm]: for each way of discovery two jobs, one on the engine's own socket.
prometheus_targets.py compare URL: waits for the targets of all jobs, and prints what differs in their labels."""
import json
import sys
import time
import urllib.request

MASK = "**masked**"
# What tells one target from another.
NAMES = ["__meta_docker_container_id", "__meta_docker_network_name", "__meta_dockerswarm_service_id", "__meta_dockerswarm_task_id",
         "__meta_dockerswarm_node_id", "__meta_dockerswarm_network_id", "__address__"]


def configuration(rig, swarm):
    jobs = []
    for name, socket in (("raw", "engine"), ("ours", "prometheus")):
        where = {"host": f"unix://{rig}/{socket}.sock", "refresh_interval": "1s"}
        ways = {role: ("dockerswarm_sd_configs", {**where, "role": role}) for role in ("services", "tasks", "nodes")} if swarm else {
            "containers": ("docker_sd_configs", where)}
        for way, (key, discovery) in ways.items():
            jobs.append({"job_name": f"{name} {way}", "scrape_interval": "1h", key: [discovery], "relabel_configs": [] if swarm else [
                {"source_labels": ["__meta_docker_container_name"], "regex": "/st-.*", "action": "keep"}]})
    print(json.dumps({"global": {}, "scrape_configs": jobs}))  # JSON is YAML


def targets(url):
    """The discovered labels by job, of kept and of dropped targets."""
    with urllib.request.urlopen(url + "/api/v1/targets", timeout=5) as answer:
        data = json.load(answer)["data"]
    found = {}
    for target in data["activeTargets"] + data["droppedTargets"]:
        labels = target["discoveredLabels"]
        found.setdefault(labels.pop("job"), []).append(labels)
    for labels in found.values():
        labels.sort(key=lambda each: [each.get(name, "") for name in NAMES])
    return found


def wait_for_targets(url):
    """Until as many were found on one socket as on the other, and twice the same number."""
    found, before = {}, None
    for _ in range(150):
        try:
            found = targets(url)
        except OSError:
            pass
        counts = {job: len(labels) for job, labels in found.items()}
        pairs = [(count, counts.get(job.replace("raw", "ours"))) for job, count in counts.items() if job.startswith("raw")]
        if pairs and all(theirs == ours for theirs, ours in pairs) and counts == before:
            break
        before = counts
        time.sleep(0.5)
    return found


def compare(url):
    found, bad, masked, same = wait_for_targets(url), [], 0, 0
    for job, theirs_all in found.items():
        if not job.startswith("raw"):
            continue
        ours_all = found.get(job.replace("raw", "ours"), [])
        if len(ours_all) != len(theirs_all):
            bad.append(f"{job}: {len(theirs_all)} targets became {len(ours_all)}")
        for theirs, ours in zip(theirs_all, ours_all):
            same += 1
            if theirs.keys() != ours.keys():
                bad.append(f"{job}: labels {sorted(theirs.keys() ^ ours.keys())}")
            for name in theirs.keys() & ours.keys():
                if ours[name] == MASK:
                    masked += 1
                elif theirs[name] != ours[name]:
                    bad.append(f"{job}: {name}: {theirs[name]} became {ours[name]}")
    if not masked:
        bad.append("nothing is masked; the test is wrong")
    for line in bad:
        print(line)
    print(f"Prometheus, {', '.join(sorted(found))}: {same} targets with the same labels, {masked} labels masked")
    return 1 if bad else 0


if sys.argv[1] == "configuration":
    configuration(sys.argv[2], sys.argv[3:] == ["swarm"])
else:
    sys.exit(compare(sys.argv[2]))
