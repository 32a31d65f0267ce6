"""same_but_owned.py THEIRS OURS OWNER: two outputs of the Docker CLI. Ours may show the owner's label on
what was made through its socket, and masks where theirs shows values of what others made; anything else
is a difference."""
import re
import sys

LABEL = "io.sealock.owner"
MASK = re.escape("**masked**")


def without_label(text, owner):
    text = re.sub(rf'"{LABEL}": ?"{owner}",?', "", text)
    text = re.sub(rf",?{LABEL}=" + owner, "", text)
    # What is left of the map that it stood in.
    text = re.sub(r",(\s*)\}", r"\1}", text)
    return re.sub(r"\{\s*\}", "{}", text)


def lines(path, owner):
    text = without_label(open(path, encoding="utf-8", errors="replace").read(), owner)
    return [line for line in text.split("\n") if line.strip()]


def main(theirs, ours, owner):
    theirs, ours = lines(theirs, owner), lines(ours, owner)
    if len(theirs) != len(ours):
        return 1
    for their, our in zip(theirs, ours):
        if their != our and not re.fullmatch(re.escape(our).replace(MASK, ".*"), their):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
