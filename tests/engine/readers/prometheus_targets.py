"""prometheus_targets.py configuration RIG: two jobs that find containers, one on the engine's own socket.
prometheus_targets.py compare URL: waits for the targets of both, and prints what differs in their labels."""
import json
import sys
import time
import urllib.request

MASK = "**masked**"


def configuration(rig):
    jobs = [{"job_name": job, "scrape_interval": "1h", "docker_sd_configs": [{"host": f"unix://{rig}/{socket}.sock", "refresh_interval": "1s"}],
             "relabel_configs": [{"source_labels": ["__meta_docker_container_name"], "regex": "/st-.*", "action": "keep"}]}
            for job, socket in (("raw", "engine"), ("ours", "prometheus"))]
    print(json.dumps({"global": {}, "scrape_configs": jobs}))  # JSON is YAML


def targets(url):
    """The discovered labels by job, kept and dropped targets."""
    with urllib.request.urlopen(url + "/api/v1/targets", timeout=5) as answer:
        data = json.load(answer)["data"]
    found = {"raw": [], "ours": []}
    for target in data["activeTargets"] + data["droppedTargets"]:
        labels = target["discoveredLabels"]
        job = labels.pop("job")
        found[job].append(labels)
    for labels in found.values():
        labels.sort(key=lambda each: (each["__meta_docker_container_id"], each["__meta_docker_network_name"], each["__address__"]))
    return found


def compare(url):
    found = {"raw": [], "ours": []}
    for _ in range(150):
        try:
            found = targets(url)
        except OSError:
            pass
        if found["raw"] and len(found["raw"]) == len(found["ours"]):
            break
        time.sleep(0.2)
    bad = [] if found["raw"] and len(found["raw"]) == len(found["ours"]) else [f"{len(found['raw'])} targets became {len(found['ours'])}"]
    masked = 0
    for theirs, ours in zip(found["raw"], found["ours"]):
        if theirs.keys() != ours.keys():
            bad.append(f"labels {sorted(theirs.keys() ^ ours.keys())}")
        for name in theirs.keys() & ours.keys():
            if ours[name] == MASK:
                masked += 1
            elif theirs[name] != ours[name]:
                bad.append(f"{name}: {theirs[name]} became {ours[name]}")
    if not masked:
        bad.append("nothing is masked; the test is wrong")
    for line in bad:
        print(line)
    print(f"Prometheus: {len(found['ours'])} targets with the same labels, {masked} of them masked")
    return 1 if bad else 0


sys.exit(configuration(sys.argv[2]) if sys.argv[1] == "configuration" else compare(sys.argv[2]))
