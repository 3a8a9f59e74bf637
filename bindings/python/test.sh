#!/bin/sh
# Builds the wheel, installs it into a virtual environment, and tests it there.
#
#     sh bindings/python/test.sh [--release | --built DIRECTORY] [arguments of pytest]
#
# With --built there is no wheel: the package is tested as it lies here, with the shared library in
# that directory.
#
# Needs python3 (3.11 or newer for the pinned tools; the package itself needs 3.9) and cargo. The
# virtual environment is .venv at the root of the repository, which git ignores. Where there is a
# Python 3.9 too, the tests are run by it again, with the oldest cffi and numpy that the package
# takes.
set -eu

built=
case ${1:-} in
--built) built=$(CDPATH='' cd -- "${2:?--built needs a directory}" && pwd); shift 2 ;;
--release) shift ;;
esac
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
venv=$root/.venv
wheels=$root/.cache/wheels

if ! command -v python3 >/dev/null 2>&1; then
    echo "the Python package is not tested: there is no python3"
    exit 0
fi

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
# Those of the demo shop too, which is checked with the other examples; `.ci/test` walks through it.
for wanted in requirements-dev.txt examples/shop/requirements.txt \
    examples/shop/requirements-dev.txt; do
    stamp=$venv/$(echo "$wanted" | tr / -)
    if ! cmp -s "$here/$wanted" "$stamp"; then
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/$wanted"
        cp "$here/$wanted" "$stamp"
    fi
done
PATH=$venv/bin:$PATH
export PATH
unset ESCROWDB_LIBRARY PYTHONPATH

# Tests and checks of one Python.
cd "$here"
run_all() {
    ruff check . ../compare.py ../together
    ruff format --check . ../compare.py ../together
    mypy
    mypy --strict examples bench.py bench_workers.py ../compare.py ../together
    pytest "$@"
    pytest --pyargs --doctest-modules escrowdb
}
if [ -n "$built" ]; then
    export ESCROWDB_LIBRARY="$built/libescrowdb.so" PYTHONPATH="$here/src"
    run_all "$@"
    exit 0
fi

# The way that pip goes: the build backend, with the tools that are installed already. An empty
# PATH for compilers shows that installing the wheel needs none.
rm -rf "$wheels"
python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps \
    --config-settings "build-args=--compatibility pypi --profile release" \
    --wheel-dir "$wheels" "$here"
PATH=/nonexistent "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-index --no-deps --force-reinstall "$wheels"/escrowdb-*.whl

case $(uname -s) in
Linux) ls "$wheels"/escrowdb-*-py3-none-manylinux*.whl ;;
esac

run_all "$@"

# What is optional is not there in the first run; the second has it, as old as it may be.
oldest=
for python in python3.9 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.9.*/bin/python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 9))' 2>/dev/null; then
        oldest=$python
        break
    fi
done
if [ -z "$oldest" ]; then
    echo "the Python package is not tested with Python 3.9: there is none"
    exit 0
fi
old=$root/.cache/oldest-python
if [ ! -f "$old/is-complete" ]; then
    rm -rf "$old"
    "$oldest" -m venv "$old/venv"
    "$old/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --only-binary :all: cffi==1.15.0 pytest==8.4.2
    "$old/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --only-binary :all: --target "$old/optional" numpy==1.21.6 pandas==1.4.4
    touch "$old/is-complete"
fi
"$old/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
    --force-reinstall "$wheels"/escrowdb-*.whl
"$old/venv/bin/pytest" -p no:cacheprovider "$@"
PYTHONPATH=$old/optional "$old/venv/bin/pytest" -p no:cacheprovider "$@" \
    tests/test_arrays.py tests/test_examples.py tests/test_vectors.py
