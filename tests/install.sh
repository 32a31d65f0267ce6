#!/usr/bin/env bash
# Installs what is missing of the Debian 12 packages that building and testing need.
#   bash tests/install.sh build|test
# `build` is what the quickstart needs (compiler, libraries, an engine); `test` adds the test clients.
set -euo pipefail

build=(ca-certificates ccache cmake curl g++ ninja-build pkg-config git
  libboost1.81-dev libssl-dev nlohmann-json3-dev libre2-dev libspdlog-dev libyaml-cpp-dev
  libcli11-dev libexpected-dev libarchive-dev libsqlite3-dev doctest-dev
  zlib1g-dev libbz2-dev liblzma-dev libzstd-dev
  docker.io busybox-static iproute2 iptables procps)
test=(ansible clang libclang-rt-14-dev docker-compose python3 python3-docker python3-yaml haproxy socat valgrind zstd
  ansible-lint pycodestyle pyflakes3 python3-voluptuous yamllint
  python3-dateutil python3-defusedxml python3-packaging python3-pkg-resources python3-psutil python3-ujson jq)
# Installed they would run as services of this machine; the tests want the programs only.
unpacked=(docker-registry prometheus zabbix-agent2 glances netdata-plugins-bash)
tools=/usr/local/lib/sealock-test-tools
# A machine may have another Node.js than Debian's, which Debian's npm would conflict with.
command -v npm >/dev/null || test+=(nodejs npm)

case "${1:-}" in
build) wanted=("${build[@]}") ;;
test) wanted=("${build[@]}" "${test[@]}") ;;
*) echo "usage: bash tests/install.sh build|test" >&2; exit 2 ;;
esac

# Unpacks the programs into $tools. Tests that want one and do not find it say so.
unpack() {
  local package folder
  for package in "${unpacked[@]}"; do
    [ ! -e "$tools/$package" ] || continue
    folder=$(mktemp -d)
    chmod 755 "$folder"
    if (cd "$folder" && apt-get download -qq "$package" >/dev/null 2>&1 && dpkg -x ./*.deb "$tools"); then
      touch "$tools/$package"
    else
      echo "left out: $package cannot be downloaded"
    fi
    rm -rf "$folder"
  done
}

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  if [ "$1" = test ] && [ "$(id -u)" -eq 0 ]; then unpack; fi
  exit 0
fi
echo "installing: ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  echo "not root: run this first:  sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# libboost-dev is 1.74 and conflicts with the 1.81 that the project needs; apt resolves it.
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/tmp/sealock-apt.log 2>&1 || {
  tail -n 20 /tmp/sealock-apt.log >&2
  echo "apt-get failed; the whole log is in /tmp/sealock-apt.log" >&2
  exit 1
}
if [ "$1" = test ]; then unpack; fi
