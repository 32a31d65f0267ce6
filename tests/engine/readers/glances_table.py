"""glances_table.py FILE: of the output of `glances --stdout docker`, the last table, without what changes by itself."""
import ast
import sys

STEADY = ("Id", "Status", "Image", "name", "key")


def main():
    tables = []
    for line in open(sys.argv[1], encoding="utf-8"):
        if line.startswith("docker: "):
            tables.append(ast.literal_eval(line[len("docker: "):]))
    if not tables or not tables[-1]:
        return 1
    for container in sorted(tables[-1], key=lambda each: each["name"]):
        print({key: container.get(key) for key in STEADY}, len(container["Command"]), sorted(container))
    return 0


sys.exit(main())
