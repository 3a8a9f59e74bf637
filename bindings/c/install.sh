#!/bin/sh
# Builds libescrowdb and installs it: header, shared library, static library, pkg-config file and
# CMake package.
#
#     bindings/c/install.sh --prefix /usr/local [--built DIRECTORY]
#
# With --built the shared and the static library that lie in that directory are installed, and
# nothing is built.
#
# Needs cargo, a C compiler, and ld, objcopy, nm and ar of binutils.
set -eu

prefix=/usr/local built=
while [ $# -gt 0 ]; do
    case $1 in
    --prefix) prefix=${2:?--prefix needs a directory}; shift 2 ;;
    --prefix=*) prefix=${1#--prefix=}; shift ;;
    --built) built=${2:?--built needs a directory}; shift 2 ;;
    *) echo "usage: $0 [--prefix DIRECTORY] [--built DIRECTORY]" >&2; exit 2 ;;
    esac
done

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$prefix/include" "$prefix/lib/pkgconfig" "$prefix/lib/cmake/escrowdb"
prefix=$(cd "$prefix" && pwd)

if [ -z "$built" ]; then
    (cd "$root" && cargo build --locked --release -p escrowdb-c)
    built=${CARGO_TARGET_DIR:-$root/target}/release
fi

version=$(sed -n 's/^#define ESCROW_VERSION_TEXT "\(.*\)"$/\1/p' "$root/include/escrowdb.h")
abi=$(sed -n 's/^#define ESCROW_ABI_VERSION \(.*\)$/\1/p' "$root/include/escrowdb.h")

cp "$root/include/escrowdb.h" "$root/include/escrowdb.hpp" "$prefix/include/"

# Shared: the name that programs ask for follows the ABI.
case $(uname -s) in
Darwin)
    shared=libescrowdb.$abi.dylib link=libescrowdb.dylib system="-lc++ -framework Security"
    cp "$built/libescrowdb.dylib" "$prefix/lib/$shared"
    ;;
*)
    shared=libescrowdb.so.$abi link=libescrowdb.so system="-lgcc_s -lpthread -lm -ldl"
    rm -f "$prefix/lib/$shared"
    objcopy --strip-debug "$built/libescrowdb.so" "$prefix/lib/$shared"
    ;;
esac
ln -sf "$shared" "$prefix/lib/$link"

# Static: what is reachable from the API, as one object in which nothing else is global.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$(uname -s)" = Darwin ]; then
    cp "$built/libescrowdb.a" "$prefix/lib/libescrowdb.a"
else
    nm -D --defined-only "$prefix/lib/$shared" | sed -n 's/.* T \(escrow_.*\)/\1/p' >"$work/symbols"
    roots=$(sed 's/^/-u /' "$work/symbols")
    # The standard library's COMDAT groups become plain sections: as their symbols are made local, a
    # linker that kept the group of another Rust library in their place would leave this one without.
    # Word splitting is wanted here.
    # shellcheck disable=SC2086
    ld -r --force-group-allocation --gc-sections $roots -o "$work/all.o" --whole-archive "$built/libescrowdb.a"
    # Intermediate code of the compiler's is of no use to linkers, and confuses some.
    objcopy --strip-debug --strip-unneeded -R .llvmbc -R .llvmcmd \
        --keep-global-symbols="$work/symbols" "$work/all.o" "$work/escrowdb.o"
    rm -f "$prefix/lib/libescrowdb.a"
    ar rcs "$prefix/lib/libescrowdb.a" "$work/escrowdb.o"
fi

fill() {
    sed -e "s|@prefix@|$prefix|g" -e "s|@version@|$version|g" -e "s|@shared@|$shared|g" \
        -e "s|@system@|$system|g" "$here/package/$1"
}
fill escrowdb.pc.in >"$prefix/lib/pkgconfig/escrowdb.pc"
fill escrowdb-config.cmake.in >"$prefix/lib/cmake/escrowdb/escrowdb-config.cmake"
fill escrowdb-config-version.cmake.in >"$prefix/lib/cmake/escrowdb/escrowdb-config-version.cmake"

echo "escrowdb $version is installed in $prefix"
