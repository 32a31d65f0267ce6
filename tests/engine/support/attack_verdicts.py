"""attack_verdicts.py PROFILE RESULTS EXPLAINED CORPUS: every verdict but PASS must be explained, and
every explanation must be needed."""
import json
import sys


def main(profile, results_file, explained_file, corpus_file):
    results = json.load(open(results_file, encoding="utf-8"))
    corpus = {case["id"]: case for case in map(json.loads, open(corpus_file, encoding="utf-8"))}
    explained = {}
    for line in open(explained_file, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            where, case, verdict, _reason = line.rstrip("\n").split("\t")
            if where == profile:
                explained[case] = verdict
    bad = 0
    for result in results:
        case, verdict = result["id"], result["verdict"]
        if verdict == "PASS" and case in explained:
            bad += 1
            print(f"FAIL: {case} passes now; take it off the list")
        elif verdict != "PASS" and not (explained.get(case) == verdict and verdict != "FAIL" and (
                verdict != "BYPASS" or "allow" in corpus[case].get("alt", []) or
                corpus[case]["rule"] == "R-OWN")):
            bad += 1
            print(f"FAIL: {case} is {verdict}: {corpus[case]['why'][:100]}: {result['statuses']} {result['head'][:60]!r}")
    print(f"{len(results)} cases, {bad} not as they should be")
    return 1 if bad or not results else 0


sys.exit(main(*sys.argv[1:]))
