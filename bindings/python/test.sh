#!/bin/sh
# Builds the wheel, installs it into a virtual environment, and tests it there.
#
#     sh bindings/python/test.sh [arguments of pytest]
#
# Needs python3 (3.11 or newer for the pinned tools; the package itself needs 3.9) and cargo. The
# virtual environment is .venv at the root of the repository, which git ignores.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
venv=$root/.venv
wheels=$root/.cache/wheels

if ! command -v python3 >/dev/null 2>&1; then
    echo "the Python package is not tested: there is no python3"
    exit 0
fi

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
stamp=$venv/requirements-dev.txt
if ! cmp -s "$here/requirements-dev.txt" "$stamp"; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        -r "$here/requirements-dev.txt"
    cp "$here/requirements-dev.txt" "$stamp"
fi
PATH=$venv/bin:$PATH
export PATH
unset ESCROWDB_LIBRARY PYTHONPATH

# The way that pip goes: the build backend, with the tools that are installed already. An empty
# PATH for compilers shows that installing the wheel needs none.
rm -rf "$wheels"
python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps \
    --wheel-dir "$wheels" "$here"
PATH=/nonexistent "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-index --no-deps --force-reinstall "$wheels"/escrowdb-*.whl

case $(uname -s) in
Linux) ls "$wheels"/escrowdb-*-py3-none-manylinux*.whl ;;
esac

cd "$here"
ruff check . ../compare.py
ruff format --check . ../compare.py
mypy
mypy --strict examples bench.py ../compare.py
pytest "$@"
pytest --pyargs --doctest-modules escrowdb
