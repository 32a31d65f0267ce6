#!/usr/bin/env bash
# What ansible-test, ansible-doc and ansible-lint say of the collection in examples/ansible and of the playbooks in
# the examples. No engine, no network. ansible-test installs what some of its tests need from PyPI; those run
# here with Debian's packages, by the programs that ansible-test would start.
#   bash tests/ansible_sanity.sh [COLLECTION]     the last line counts
set -uo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
collection=${1:-$top/examples/ansible/ansible_collections/sealock/release}
# Debian's Python and no other, as a node has it.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 NO_COLOR=1
command -v ansible-test >/dev/null || { echo "skipped: no ansible here"; exit 77; }
tools=/usr/lib/python3/dist-packages/ansible_test/_util/controller/sanity
work=$(mktemp -d /tmp/sealock-sanity.XXXXXX)
trap 'rm -rf "$work"' EXIT
export ANSIBLE_COLLECTIONS_PATH=$work ANSIBLE_HOME=$work/home ANSIBLE_LOCALHOST_WARNING=false
# A copy: ansible-test writes into the collection.
copy=$work/ansible_collections/sealock/release
mkdir -p "${copy%/*}" && cp -r "$collection" "$copy" && cd "$copy" || exit 2
passed=0 failed=0

# check TEXT COMMAND...: the command says nothing bad.
check() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL: %s\n' "$text"
    tail -n 30 <<<"$output" | sed 's/^/    | /'
  fi
}
# silent COMMAND...: succeeds, and prints nothing.
silent() {
  local output
  output=$("$@" 2>&1) && [ -z "$output" ] || { echo "$output"; return 1; }
}

offline() {
  local name names=()
  for name in compile empty-init future-import-boilerplate line-endings metaclass-boilerplate no-assert no-basestring \
    no-dict-iteritems no-dict-iterkeys no-dict-itervalues no-get-exception no-illegal-filenames no-main-display \
    no-smart-quotes no-unicode-literals replace-urlopen shebang symlinks use-argspec-type-path use-compat-six; do
    names+=(--test "$name")
  done
  ansible-test sanity "${names[@]}"
}

# The documentation of every module is valid, and says what its argument_spec says: names, types, defaults, choices.
# One complaint is kept: the licence is the project's and not the GPL. `conventions` looks at it.
validate_modules() {
  python3 "$tools/validate-modules/validate.py" --format json --arg-spec \
    --collection ansible_collections/sealock/release --collection-version 0.1.0 "$@" >"$work/validated.json" 2>"$work/validate.txt"
  python3 - "$work/validated.json" <<'PY' || { cat "$work/validate.txt"; return 1; }
import json, sys
bad = [f"{path}: {error['code']}: {error['msg']}" for path, found in json.load(open(sys.argv[1])).items()
       for error in found["errors"] if error["code"] != "missing-gplv3-license"]
print("\n".join(bad))
sys.exit(bool(bad))
PY
}

runtime_metadata() { silent python3 "$tools/code-smell/runtime-metadata.py" meta/runtime.yml; }

# YAML files, and the YAML inside of modules.
yaml() {
  { find plugins/modules plugins/doc_fragments -name '*.py' && find meta roles -name '*.yml'; } |
    python3 "$tools/yamllint/yamllinter.py" | python3 -c '
import json, sys
bad = json.load(sys.stdin)["messages"]
print(*bad, sep="\n")
sys.exit(bool(bad))'
}

pep8() { pycodestyle --max-line-length 120 --ignore "$(paste -sd, "$tools/pep8/current-ignore.txt")" plugins; }

# What no tool says: all modules are in the action group and in check mode, none prints, the licence is one.
conventions() {
  python3 - "$top/LICENSE" <<'PY'
import glob, pathlib, re, sys
import yaml
bad = []
modules = sorted(pathlib.Path(name).stem for name in glob.glob("plugins/modules/*.py"))
group = yaml.safe_load(open("meta/runtime.yml"))["action_groups"]["release"]
if sorted(group) != modules:
    bad.append(f"meta/runtime.yml: the group has {sorted(group)}, the modules are {modules}")
readme = open("README.md").read()
bad += [f"README.md: does not name {name}" for name in modules if f"`sealock.release.{name}`" not in readme]
for path in sorted(glob.glob("plugins/*/*.py")):
    text = open(path).read()
    if "SPDX-License-Identifier: Apache-2.0\n" not in text:
        bad.append(f"{path}: no line 'SPDX-License-Identifier: Apache-2.0'")
    if re.search(r"^\s*print\(|sys\.stdout", text, re.M):
        bad.append(f"{path}: prints, where a module answers by exit_json")
    if "/modules/" in path and "supports_check_mode=True" not in text:
        bad.append(f"{path}: does not support check mode")
if "Apache License" not in open(sys.argv[1]).read() or yaml.safe_load(open("galaxy.yml"))["license"] != ["Apache-2.0"]:
    bad.append("galaxy.yml and LICENSE of the project differ")
for role in sorted(glob.glob("roles/*")):
    if yaml.safe_load(open(f"{role}/meta/main.yml"))["galaxy_info"]["license"] != "Apache-2.0":
        bad.append(f"{role}/meta/main.yml: another licence")
    options = yaml.safe_load(open(f"{role}/meta/argument_specs.yml"))["argument_specs"]["main"]["options"]
    documented = {name: spec["default"] for name, spec in options.items() if "default" in spec}
    defaults = yaml.safe_load(open(f"{role}/defaults/main.yml"))
    if documented != defaults:
        bad.append(f"{role}: argument_specs.yml says {documented}, defaults/main.yml {defaults}")
    used = set(re.findall(r"\brelease_node_\w+", open(f"{role}/tasks/main.yml").read()))
    used |= set(re.findall(r"\brelease_node_\w+", open(f"{role}/vars/main.yml").read()))
    bad += [f"{role}: {name} is documented, and not used" for name in options if name not in used]
print("\n".join(bad))
sys.exit(bool(bad))
PY
}

# renders TYPE NAME: ansible-doc shows it, with examples and return values where it is a module.
renders() {
  ansible-doc -t "$1" -j "$2" | python3 -c '
import json, sys
(doc,) = json.load(sys.stdin).values()
if sys.argv[1] == "module":
    sys.exit(not (doc["examples"].strip() and doc["return"] and doc["doc"]["options"]))
sys.exit(not doc["entry_points"]["main"]["options"])' "$1" && ansible-doc -t "$1" "$2" | grep -q OPTIONS
}

check "ansible-test's tests that need no network" offline
check "validate-modules" validate_modules plugins/modules
check "runtime-metadata" runtime_metadata
check "yamllint" yaml
check "pep8" pep8
check "pyflakes" pyflakes3 plugins
check "conventions" conventions
for module in plugins/modules/*.py; do
  check "ansible-doc of $(basename "$module" .py)" renders module "sealock.release.$(basename "$module" .py)"
done
for role in roles/*; do check "ansible-doc of $role" renders role "sealock.release.$(basename "$role")"; done
check "ansible-lint of the roles" silent ansible-lint -qq --nocolor --offline --strict roles
cd "$top/examples/deploy" || exit 2
check "ansible-lint of release.yml" silent ansible-lint -qq --nocolor --offline --strict release.yml
check "syntax of release.yml" ansible-playbook -i inventory.yml --syntax-check release.yml
check "ansible-lint of containers.yml" silent ansible-lint -qq --nocolor --offline --strict ../ansible/containers.yml
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
