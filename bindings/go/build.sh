#!/bin/sh
# Puts what the package is linked with into lib/: the static library and the header.
#
#     bindings/go/build.sh [--dev]
#
# Needs cargo. With --dev the library is built for tests: sooner, and slower.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
profile=release folder=release
case ${1:-} in
'') ;;
--dev) profile=dev folder=debug ;;
*) echo "usage: $0 [--dev]" >&2; exit 2 ;;
esac

(cd "$root" && cargo build --quiet --locked --profile "$profile" -p escrowdb-c)
mkdir -p "$here/lib"
cp "$root/include/escrowdb.h" "$here/lib/"
new=${CARGO_TARGET_DIR:-$root/target}/$folder/libescrowdb.a
# A new time stamp makes Go link everything again.
cmp -s "$new" "$here/lib/libescrowdb.a" || cp "$new" "$here/lib/libescrowdb.a"
