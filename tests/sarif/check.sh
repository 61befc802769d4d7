#!/usr/bin/env bash
# Holds our SARIF against Microsoft's validator and viewer, and our HTML against axe-core and a browser: installs them from
# npm (what package-lock.json names, and nothing else) and a Chromium where there is none and Debian's can be installed,
# then runs sarif_checks.py and page_checks.py in tests/sarif.
#
#   PYTHON=.venv/bin/python SARIF_PICTURES=folder tests/sarif/check.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${PYTHON:-python3}
node_needed=20

fail() {
    echo "sarif-check: $1" >&2
    exit 1
}

for tool in node npm; do
    command -v "$tool" >/dev/null || fail "'$tool' is missing: install Node.js $node_needed or newer"
done
found=$(node --print 'process.versions.node.split(".")[0]')
[ "$found" -ge "$node_needed" ] || fail "Node.js $node_needed or newer is needed, and this is $found"

browser() {
    type -P "${CHROMIUM:-chromium}" || type -P chromium-browser || type -P google-chrome
}

if ! browser >/dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        fail "no Chromium: install one, or name its program in CHROMIUM"
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi
CHROMIUM=$(browser)
export CHROMIUM

# No scripts of packages are run. The validator is a program inside of its package that nothing marks as one.
npm ci --prefix tests/sarif --ignore-scripts --no-audit --no-fund --loglevel=error
chmod +x tests/sarif/node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool

"$python" -m pytest tests/sarif/sarif_checks.py tests/sarif/page_checks.py
