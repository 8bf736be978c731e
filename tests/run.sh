#!/usr/bin/env bash
# Install what the tests need, and run all of them: lint, types, layers, TypeScript, Python, Chromium.
# Usage: tests/run.sh [arguments for pytest]
# VENV names the virtual environment to use (default: .venv-test).
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${VENV:-.venv-test}

say() { printf '\n== %s\n' "$*"; }

debian_packages() {
    local missing=()
    [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || missing+=(chromium)
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    command -v strace >/dev/null || missing+=(strace)
    [ ${#missing[@]} -gt 0 ] || return 0
    local root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update -q
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -qy --no-install-recommends "${missing[@]}"
}

say "Debian packages"
debian_packages

say "Python packages, and the front end with them"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
PATH="$(cd "$venv" && pwd)/bin:$PATH"
export PATH
python -m pip install --quiet --disable-pip-version-check -c tests/constraints.txt '.[jupyter,test,s3,azure,opening]'
jupyter server extension list 2>&1 | grep -E 'jupyter_bigupload .*OK'
jupyter labextension list 2>&1 | grep -E 'jupyter-bigupload .*OK'

say "Node packages"
(cd labextension && jlpm install --immutable)
(cd tests/browser && jlpm install --immutable)
(cd tests/object_stores && jlpm install --immutable)

say "Python: lint, types, layers"
ruff check .
ruff format --check .
mypy
lint-imports

say "TypeScript: types, lint, tests"
(cd labextension && jlpm lint:check && jlpm test)

if [ $# -gt 0 ]; then
    say "Python"
    exec python -m pytest "$@"
fi
failed=0
say "Python: unit, contract, HTTP, faults"
# Most of these wait most of the time: two at once, each file's in one process.
python -m pytest --numprocesses 2 --dist loadfile --ignore=tests/browser || failed=1
say "Python: Chromium"
python -m pytest tests/browser || failed=1
exit $failed
