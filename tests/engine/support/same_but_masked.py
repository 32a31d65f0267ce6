"""same_but_masked.py THEIRS OURS: two outputs of JSON documents. Ours may have masks where theirs has
text, and may leave fields out; anything else is a difference. Figures that change by themselves are
compared by type."""
import json
import re
import sys

HIDDEN = re.compile(r"\*\*(masked|sealed)(\*\*|:)")  # a mask, a digest, a seal
CHANGING = {"NFd", "NGoroutines", "SystemTime", "NEventsListener", "Log", "Status", "RunningFor", "ExecIDs"}

# What an engine, or the CLI, lists in another order each time, and what tells the elements apart.
ANY_ORDER = {"Volumes": lambda volume: volume.get("Name", ""), "RepoTags": str, "RepoDigests": str,
             "Labels": lambda label: label.partition("=")[0]}


def documents(path):
    text, found, place = open(path, encoding="utf-8").read(), [], 0
    decoder = json.JSONDecoder()
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        document, place = decoder.raw_decode(text, place)
        found.append(document)
    return found


def is_masked(theirs, ours):
    """The mask alone, or names kept with their values masked: DB_PASSWORD=**masked**."""
    mask = HIDDEN.search(ours) if isinstance(ours, str) else None
    return mask is not None and theirs.startswith(ours[:mask.start()])


def differences(theirs, ours, path):
    if path.endswith(".Labels") and isinstance(theirs, str) and isinstance(ours, str):  # as the CLI joins them
        theirs, ours = theirs.split(","), ours.split(",")
    if type(theirs) is not type(ours):
        yield f"{path}: {theirs!r:.80} became {ours!r:.80}"
    elif isinstance(ours, dict):
        for key in ours.keys() - theirs.keys():
            yield f"{path}.{key}: is only in ours"
        for key in ours.keys() & theirs.keys():
            if key not in CHANGING:
                yield from differences(theirs[key], ours[key], f"{path}.{key}")
    elif isinstance(ours, list):
        if len(theirs) != len(ours):
            yield f"{path}: {len(theirs)} elements became {len(ours)}"
        order = ANY_ORDER.get(path.rpartition(".")[2])
        if order:
            theirs, ours = sorted(theirs, key=order), sorted(ours, key=order)
        for index, (their, our) in enumerate(zip(theirs, ours)):
            yield from differences(their, our, f"{path}[{index}]")
    elif theirs != ours and not (isinstance(theirs, str) and is_masked(theirs, ours)):
        yield f"{path}: {theirs!r:.80} became {ours!r:.80}"


def main():
    theirs, ours = documents(sys.argv[1]), documents(sys.argv[2])
    if not theirs:
        print("the engine shows nothing; the test is wrong")
        return 1
    found = list(differences(theirs, ours, ""))
    for line in found[:20]:
        print(f"    | {line}")
    return 1 if found else 0


sys.exit(main())
