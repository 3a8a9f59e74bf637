#!/bin/sh
# Builds the library for tests and runs what the Go package has: go vet, staticcheck where it can be
# had, the tests with the race detector and cgo's strictest checks of pointers; with --release also
# the tests without them and with the oldest Go where it can be had, some with the shared library,
# and each benchmark once.
#
#     bindings/go/test.sh [--dev | --release | --built DIRECTORY]
#
# The library is built for tests, or as users have it with --release, which takes longer unless it
# is there already; or it lies in a directory. In continuous integration (CI is set) it is a failure
# if something that is needed is missing: staticcheck, and with --release the oldest Go and
# pkg-config.
set -eu
cd "$(dirname "$0")"

is_release=
target=${CARGO_TARGET_DIR:-../../target}
case ${1:-} in
'' | --dev) set -- --dev; built=$target/debug ;;
--release) set --; built=$target/release is_release=1 ;;
--built) built=${2:?--built needs a directory} ;;
*) echo "usage: $0 [--dev | --release | --built DIRECTORY]" >&2; exit 2 ;;
esac
for tool in cargo cc go; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "missing: $tool (needed: Rust's cargo, a C compiler, Go 1.21 or later)" >&2
        exit 1
    fi
done
step() { echo "go: $*"; }
without() {
    [ -z "${CI:-}" ] || { echo "$1 cannot be had" >&2; exit 1; }
    step "$1 cannot be had: $2 is left out"
}

step "build the library"
./build.sh "$@"

step "format and vet"
unformatted=$(gofmt -l .)
if [ -n "$unformatted" ]; then
    echo "not formatted: $unformatted" >&2
    exit 1
fi
go vet ./...

# The version is pinned: a later one must not fail what was sound.
staticcheck=honnef.co/go/tools/cmd/staticcheck@v0.7.0
if (cd "${TMPDIR:-/tmp}" && go run "$staticcheck" -version) >/dev/null 2>&1; then
    step "staticcheck"
    go run "$staticcheck" ./...
else
    without staticcheck "what it checks"
fi

step "test with the race detector and cgocheck2"
GOEXPERIMENT=cgocheck2 go test -count=1 -race ./...

if [ -z "$is_release" ]; then
    step "done"
    exit 0
fi

# The last release of the version that go.mod names: it has no later syntax and no later packages, and
# its net/http is older too.
oldest=$(sed -n 's/^go \(1\.[0-9]*\)$/go\1.13/p' go.mod)
if GOTOOLCHAIN=$oldest go version >/dev/null 2>&1; then
    step "vet and test with $oldest"
    GOTOOLCHAIN=$oldest go vet ./...
    GOTOOLCHAIN=$oldest go test -count=1 ./...
else
    without "$oldest" "its test"
    step "test"
    go test -count=1 ./...
fi

shared=$built/libescrowdb.so
if command -v pkg-config >/dev/null 2>&1; then
    step "test with the shared library"
    system=$(mktemp -d)
    trap 'rm -rf "$system"' EXIT
    cp "$shared" "$system/libescrowdb.so"
    cp "$shared" "$system/libescrowdb.so.$(sed -n 's/^#define ESCROW_ABI_VERSION //p' lib/escrowdb.h)"
    cp lib/escrowdb.h "$system/"
    printf 'Name: escrowdb\nDescription: for tests\nVersion: 0\nLibs: -L%s -lescrowdb\nCflags: -I%s\n' \
        "$system" "$system" >"$system/escrowdb.pc"
    # Go's build cache does not see what pkg-config says: a second run would link what the first one
    # had in a folder that is gone. It does see this variable.
    PKG_CONFIG_PATH=$system LD_LIBRARY_PATH=$system CGO_LDFLAGS="-O2 -g -L$system" \
        go test -count=1 -tags escrowdb_system -run 'Deal|Names|Killed|Wallet|Safe' .
else
    without pkg-config "the test with the shared library"
fi

step "benchmarks, once each"
go test -count=1 -run '^$' -bench . -benchtime 1x . >/dev/null
step "done"
