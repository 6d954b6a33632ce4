#!/usr/bin/env bash
# Gradescope runs this once, as root, while it builds the image.
set -euo pipefail
root="${AUTOGRADER:-/autograder}"
cd "$root/source"

python=""
find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if command -v "$name" > /dev/null && "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
        then python="$name"; return 0; fi
    done
    return 1
}
if ! find_python; then
    apt-get update
    apt-get install -y --no-install-recommends python3.12 python3.12-venv \
        || apt-get install -y --no-install-recommends python3.11 python3.11-venv
    find_python || { echo "grader needs Python 3.11 or newer: choose a base image that has it" >&2; exit 1; }
fi

"$python" -m venv "$root/environment"
"$root/environment/bin/python" -m pip install --no-cache-dir --requirement requirements.txt
"$root/environment/bin/python" -P -m grader.extra.gradescope prepare "$root"
