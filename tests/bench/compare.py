"""Runs the scenarios in turn against each target and prints medians and same-round ratios.

compare.py DIR "STUB_PID HAPROXY_PID SEALOCK_PID UNLOGGED_PID" ROUNDS SECONDS
`unlogged` is sealock without its audit log, as HAProxy is without its log.
Figures swing with whoever else uses the machine; ratios of the same round are what counts.
"""
import json
import random
import statistics
import subprocess
import sys

SCENARIOS = [  # name, mode, path, connections
    ("keep-alive 353 B (1)", "ka", "/version", 1),
    ("keep-alive 353 B (16)", "ka", "/version", 16),
    ("connection each 353 B (16)", "cpr", "/version", 16),
    ("keep-alive 6 KB (16)", "ka", "/v1.41/containers/web/json", 16),
    ("keep-alive 400 KB (16)", "ka", "/v1.41/containers/json", 16),
    ("1 GiB down", "down", "/images/big/get", 1),
    ("1 GiB up", "up", "/images/load", 1),
]


REDACTED = [  # sealock remembers how it redacted the last answer: the others differ from it each time
    ("inspect 5.4 KB (1)", "/v1.41/containers/web/json", 1),
    ("inspect 5.4 KB (16)", "/v1.41/containers/web/json", 16),
    ("inspect, a new number (16)", "/v1.41/containers/restless/json", 16),
    ("inspect, a new label (16)", "/v1.41/containers/relabelled/json", 16),
    ("list 400 KB (16)", "/v1.41/containers/json", 16),
]


def load(directory, target, pid, mode, path, connections, seconds):
    command = [f"{directory}/bench", "load", f"{directory}/{target}.sock", str(pid), mode, path,
               str(connections), str(seconds)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def median_ratio(rounds, key, target, base):
    ratios = [r[target][key] / r[base][key] for r in rounds if r[base].get(key)]
    return statistics.median(ratios) if ratios else float("nan")


def main():
    directory, numbers, count, seconds = sys.argv[1:5]
    pids = dict(zip(("engine", "haproxy", "sealock", "unlogged"), map(int, numbers.split())))
    results = {name: [] for name, *_ in SCENARIOS}
    errors = 0
    for number in range(int(count)):
        for name, mode, path, connections in SCENARIOS:
            order = list(pids)
            random.shuffle(order)
            row = {}
            for target in order:
                row[target] = load(directory, target, pids[target], mode, path, connections, seconds)
                errors += row[target]["errors"]
            results[name].append(row)
        print(f"round {number + 1} of {count}", file=sys.stderr)

    print(f"{'scenario':28} {'CPU us/request':>24} {'CPU':>8} {'no log':>8} {'rate':>8} {'p50':>7} {'p99':>7}  rate of")
    print(f"{'':28} {'haproxy':>12} {'sealock':>11} {'/haproxy':>8} {'/haproxy':>8} {'/haproxy':>8} {'':>7} {'':>7}  direct")
    for name, mode, *_ in SCENARIOS:
        rounds = results[name]
        rate = "mb_s" if mode in ("up", "down") else "rps"
        cpu = {t: statistics.median(r[t]["cpu_us"] for r in rounds) for t in ("haproxy", "sealock")}
        tail = "" if rate == "mb_s" else "%7.2f %7.2f" % (
            median_ratio(rounds, "p50_us", "sealock", "haproxy"),
            median_ratio(rounds, "p99_us", "sealock", "haproxy"))
        print("%-28s %12.1f %11.1f %8.2f %8.2f %8.2f %15s %8.2f" % (
            name, cpu["haproxy"], cpu["sealock"], median_ratio(rounds, "cpu_us", "sealock", "haproxy"),
            median_ratio(rounds, "cpu_us", "unlogged", "haproxy"),
            median_ratio(rounds, rate, "sealock", "haproxy"), tail,
            median_ratio(rounds, rate, "sealock", "engine")))
    print("redacted by sealock, CPU against: sealock without redaction, HAProxy relaying raw")
    for name, path, connections in REDACTED:
        rounds = []
        for _ in range(int(count)):
            sockets = [("haproxy", "haproxy"), ("sealock", "sealock"), ("sealock-masked", "sealock")]
            random.shuffle(sockets)
            row = {}
            for socket, process in sockets:
                row[socket] = load(directory, socket, pids[process], "ka", path, connections, seconds)
                errors += row[socket]["errors"]
            rounds.append(row)
        print("%-28s %12.1f us %8.2f %8.2f" % (
            name, statistics.median(r["sealock-masked"]["cpu_us"] for r in rounds),
            median_ratio(rounds, "cpu_us", "sealock-masked", "sealock"),
            median_ratio(rounds, "cpu_us", "sealock-masked", "haproxy")))
    for target in ("haproxy", "sealock"):
        streams = load(directory, target, pids[target], "streams", "/events", 1000, 1)
        errors += streams["errors"]
        print(f"1,000 event streams, {target}: {streams['rss_kib'] / 1024:.1f} MiB resident, "
              f"{streams['kib_a_stream']:.1f} KiB a stream, {streams['errors']} without an event")
    print(f"errors: {errors}")
    return 1 if errors else 0


sys.exit(main())
