#!/bin/sh
# Puts what the package is linked with into lib/: the static library and the header.
#
#     bindings/go/build.sh [--dev | --built DIRECTORY]
#
# Needs cargo. With --dev the library is built for tests: sooner, and slower. With --built the one
# that lies in that directory is taken.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
case ${1:-} in
'') profile=release built=$target/release ;;
--dev) profile=dev built=$target/debug ;;
--built) profile='' built=${2:?--built needs a directory} ;;
*) echo "usage: $0 [--dev | --built DIRECTORY]" >&2; exit 2 ;;
esac

if [ -n "$profile" ]; then
    (cd "$root" && cargo build --quiet --locked --profile "$profile" -p escrowdb-c)
fi
mkdir -p "$here/lib"
cp "$root/include/escrowdb.h" "$here/lib/"
new=$built/libescrowdb.a
# A new time stamp makes Go link everything again.
cmp -s "$new" "$here/lib/libescrowdb.a" || cp "$new" "$here/lib/libescrowdb.a"
