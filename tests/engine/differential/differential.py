"""Random requests of the catalogue, spelt in random ways, against a real engine: if sealock forwards one,
the engine's reading of what was forwarded is what sealock judged.

    differential.py ENGINE_SOCKET FOLDER [--seed N] [--requests N] [--workers N]

The seed is printed; the same seed and number of workers draw the same requests. Exit status 1: differences,
or so few requests forwarded or compared that the run proves nothing.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter

from rig import Engine, HERE

# Of all requests at least so many; and of these operations, whose effect is compared, at least a tenth.
LEAST_FORWARDED, LEAST_COMPARED = 0.25, 0.2
MUST_COMPARE = ("ContainerCreate", "ContainerExec", "VolumeCreate", "ContainerUpdate", "ImageTag", "ContainerRename",
                "ContainerInspect", "ContainerList", "ImageInspect", "NetworkInspect", "VolumeInspect")
# Views that must have said something in compared requests.
MUST_FILL = ("host_paths", "writable_host_paths", "named_volumes", "tmpfs", "networks", "shared_namespaces", "added_capabilities",
             "devices", "unconfined", "user", "added_groups", "image.id", "published_ports", "log_driver", "runtime", "sysctls",
             "cgroup_parent", "memory", "pids", "nano_cpus")
SHOWN = 40


def prepare(engine, folder):
    """The objects that requests name; called st-*, so that the story removes them."""
    directory = os.path.join(folder, "bound")
    os.makedirs(directory, exist_ok=True)
    engine.ask("POST", "/volumes/create", {"Name": "st-vol"})
    engine.ask("POST", "/volumes/create", {"Name": "st-bind", "DriverOpts": {"type": "none", "o": "bind", "device": directory}})
    engine.ask("POST", "/networks/create", {"Name": "st-net", "IPAM": {"Config": [{"Subnet": "10.0.0.0/24"}]}})
    victim = {"Image": "busybox", "HostConfig": {"Binds": ["/srv:/srv", "/etc:/e:ro", "st-vol:/v"]}}
    engine.ask("POST", "/containers/create?name=st-victim", victim)
    engine.ask("POST", "/containers/create?name=st-run", {"Image": "busybox", "Cmd": ["sleep", "3600"]})
    answer = engine.ask("POST", "/swarm/init", {"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"})
    if answer.status != 200:
        raise SystemExit(f"no swarm: {answer.body!r}")
    idle = {"Name": "st-service", "Mode": {"Replicated": {"Replicas": 0}}, "TaskTemplate": {"ContainerSpec": {"Image": "busybox"}}}
    engine.ask("POST", "/services/create", idle)
    for kind in ("secrets", "configs"):
        engine.ask("POST", f"/{kind}/create", {"Name": "st-" + kind, "Data": "YQ=="})
    answer = engine.ask("POST", "/containers/st-run/start")
    if answer.status not in (204, 304):
        raise SystemExit(f"st-run does not start: {answer.body!r}")


def run_workers(arguments, seed):
    workers = []
    for number in range(arguments.workers):
        folder = os.path.join(arguments.folder, str(number))
        share = arguments.requests // arguments.workers
        workers.append((folder, subprocess.Popen(
            [sys.executable, os.path.join(HERE, "worker.py"), str(number), str(seed), str(share), folder, arguments.engine])))
    results = []
    for folder, process in workers:
        if process.wait() != 0:
            raise SystemExit(f"worker {folder} failed")
        with open(folder + "/result.json", encoding="utf-8") as file:
            results.append(json.load(file))
    return results


def print_table(counts):
    columns = ["sent", "answer 400", "answer 403", "judged, not sent", "forwarded", "engine 2xx", "engine 4xx", "engine 5xx", "compared"]
    print(f"{'operation':26}" + "".join(f"{column:>12}"[:18] if len(column) < 12 else f"{column:>17}" for column in columns))
    total = Counter()
    for count in counts.values():
        total.update(count)
    for name, count in sorted(counts.items(), key=lambda item: -item[1]["sent"]) + [("all", total)]:
        print(f"{name:26}" + "".join(f"{count[column]:12d}" if len(column) < 12 else f"{count[column]:17d}" for column in columns))
    return total


def too_few(counts, total, views):
    for view in MUST_FILL:
        if views[view] < 5:
            yield f"{view} said something in {views[view]} of the compared requests only"
    if total["forwarded"] < LEAST_FORWARDED * total["sent"] or total["compared"] < LEAST_COMPARED * total["sent"]:
        yield f"only {total['forwarded']} of {total['sent']} were forwarded, {total['compared']} compared"
    for name in MUST_COMPARE:
        if counts[name]["compared"] * 10 < counts[name]["sent"]:
            yield f"only {counts[name]['compared']} of {counts[name]['sent']} {name} were compared"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("engine")
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}: again with --seed {arguments.seed} --requests {arguments.requests} --workers {arguments.workers}", flush=True)
    prepare(Engine(arguments.engine), arguments.folder)
    start = time.monotonic()
    results = run_workers(arguments, arguments.seed)
    counts = {}
    for result in results:
        for name, count in result["counts"].items():
            counts.setdefault(name, Counter()).update(count)
    total = print_table(counts)
    views = sum((Counter(result["views"]) for result in results), Counter())
    print("views that said something: " + ", ".join(f"{view} {count}" for view, count in views.most_common()))
    differences = [difference for result in results for difference in result["differences"]]
    for difference in differences[:SHOWN]:
        print(f"\nDIFFERENCE in {difference['operation']}, spelt with {difference['kinds']}:")
        for text in difference["found"]:
            print("  " + text)
        print("  " + difference["target"] + "\n  " + difference["body"])
    problems = list(too_few(counts, total, views))
    for problem in problems:
        print("too few: " + problem)
    print(f"{total['sent']} requests, {total['forwarded']} forwarded, {total['compared']} compared, "
          f"{len(differences)} differences, {time.monotonic() - start:.0f} s")
    return 1 if differences or problems else 0


if __name__ == "__main__":
    sys.exit(main())
