"""Is an answer what the engine answered, but for masks? Compared with two answers of the engine itself, one from
before and one from after, so that what changes by itself is known: only where both are the same, ours must be."""
import re

MASK = "**masked**"
HIDDEN_VALUE = re.compile(r"\*\*(masked|sealed)(\*\*|:)")  # a mask, a digest, a seal
HIDDEN = "details hidden by the proxy"
MASK_IN_BASE64 = "KiptYXNrZWQqKg=="
ZERO_TIME = "0001-01-01T00:00:00Z"
# Change from one request to the next, so that two that are the same mean nothing.
FIGURES = {"NFd", "NGoroutines", "NEventsListener", "ExecIDs", "memory_stats", "cpu_stats", "precpu_stats", "networks", "blkio_stats",
           "Processes"}

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def order(element):
    """Lists of objects come in another order with every request: sorted by what names them."""
    if not isinstance(element, dict):
        return ""
    actor = element.get("Actor") or {}
    return str([element.get(key) for key in ("Id", "ID", "Name", "Destination", "timeNano")] + [actor.get("ID")])


def sorted_list(value):
    return sorted(value, key=order) if value and all(isinstance(element, dict) for element in value) else value


def orders(value):
    """In which order the lists of a document are."""
    if isinstance(value, dict):
        return [orders(element) for element in value.values()]
    if isinstance(value, list):
        return [order(element) for element in value] + [orders(element) for element in value]
    return None


def is_masked(theirs, ours):
    if ours in (MASK, MASK_IN_BASE64, "", ZERO_TIME) or HIDDEN in ours:
        return True
    mask = HIDDEN_VALUE.search(ours)
    return mask is not None and theirs.startswith(ours[:mask.start()])


def differences(before, after, ours, path=""):
    """before and after: the engine's. Yields what is different in ours though it should not be."""
    if type(before) is not type(after):
        return
    if type(ours) is not type(before):
        yield f"{path}: {before!r:.60} became {ours!r:.60}"
    elif isinstance(before, dict):
        if list(before) != list(after):
            return
        if list(ours) != list(before):
            yield f"{path}: the keys {list(before)} became {list(ours)}"[:300]
            return
        for key in before:
            if key in FIGURES:
                if type(ours[key]) is not type(before[key]):
                    yield f"{path}.{key}: {before[key]!r:.60} became {ours[key]!r:.60}"
                continue
            yield from differences(before[key], after[key], ours[key], f"{path}.{key}")
    elif isinstance(before, list):
        if len(before) != len(after):
            return
        if len(ours) != len(before):
            yield f"{path}: {len(before)} elements became {len(ours)}"
            return
        before, after, ours = sorted_list(before), sorted_list(after), sorted_list(ours)
        if [order(element) for element in before] != [order(element) for element in ours]:
            yield f"{path}: {[order(element) for element in before]} became {[order(element) for element in ours]}"[:600]
            return
        for triple in zip(before, after, ours):
            yield from differences(*triple, path + "[]")
    elif before == after and ours != before:
        if not (isinstance(before, str) and is_masked(before, ours)):
            yield f"{path}: {before!r:.60} became {ours!r:.60}"


def bytes_differ(theirs, ours):
    """Two answers byte by byte: all that is no string must be the same, and strings but for masks. "" when they are."""
    if STRING.split(theirs) != STRING.split(ours):
        return "bytes outside of strings"
    for before, after in zip(STRING.findall(theirs), STRING.findall(ours)):
        if before != after and not is_masked(before.decode("latin-1")[1:-1], after.decode("latin-1")[1:-1]):
            return f"{before[:60]!r} became {after[:60]!r}"
    return ""
