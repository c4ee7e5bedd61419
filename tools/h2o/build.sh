#!/bin/sh
# Builds libh2o (libuv flavour, static) from Debian's source package and our patches.
#
# usage: tools/h2o/build.sh [--unpatched] OUT_DIR
#
# Leaves OUT_DIR/include and OUT_DIR/lib/libh2o.a, and does nothing when they are already those of
# this version, these patches, this script and this compiler.
# Link with: libh2o.a -luv -lssl -lcrypto -lwslay -lz, and -DH2O_USE_LIBUV=1 in every file.
#
#   CC             compiler (cc)
#   H2O_SANITIZE   1: AddressSanitizer and UndefinedBehaviorSanitizer
#   MOTCUA_CACHE   where fetched sources are kept (.cache at the root of the repository)
#
# The source comes through the machine's own apt mirrors, read as deb-src from a private list with a
# private state: /etc and /var are not written, and no root is needed. Apt checks the signature of
# the archive; the checksum below pins the package, in the cache as well.
set -eu

package=h2o
version=2.2.5+dfsg2-7
dsc_sha256=5d0acd56b83c9338fbc28e32c4863a19e82f505d86d1807a9f72aa9b961d13d3

script=$(readlink -f "$0")
here=$(dirname "$script")
root=$(dirname "$(dirname "$here")")
cache=${MOTCUA_CACHE:-$root/.cache}/h2o
dsc=$cache/${package}_$version.dsc
compiler=${CC:-cc}
work=

# asserts stay on: a broken invariant of the library must stop one process, not corrupt it
flags="-std=gnu11 -O2 -g -fPIC -pthread -w -Werror=format-security
    -fstack-protector-strong -fstack-clash-protection -fno-strict-aliasing
    -D_GNU_SOURCE -DH2O_USE_LIBUV=1"
if [ "${H2O_SANITIZE:-0}" = 1 ]; then
    flags="$flags -fsanitize=address,undefined -fno-omit-frame-pointer"
else
    flags="$flags -D_FORTIFY_SOURCE=2"
fi

fail()
{
    echo "tools/h2o/build.sh: $1" >&2
    exit 1
}

need()
{
    command -v "$1" >/dev/null 2>&1 || fail "$1 is missing (apt-get install $2)"
}

need_header()
{
    printf '#include <%s>\n' "$1" | $compiler -E -x c - >/dev/null 2>&1 ||
        fail "the header $1 is missing (apt-get install $2)"
}

# The machine's deb entries, one-line and deb822, as deb-src entries in the directory $1.
write_source_lists()
{
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -r "$list" ] || continue
        sed -n 's/^[[:space:]]*deb[[:space:]]/deb-src /p' "$list" >"$1/one-line-$(basename "$list" .list).list"
    done
    for list in /etc/apt/sources.list.d/*.sources; do
        [ -r "$list" ] || continue
        sed 's/^[Tt]ypes:.*/Types: deb-src/' "$list" >"$1/$(basename "$list")"
    done
}

private_apt()
{
    apt-get -q \
        -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/lists" \
        -o Dir::State="$work/state" -o Dir::State::status=/dev/null -o Dir::Cache="$work/cache" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

fetch()
{
    if [ -r "$dsc" ] && (cd "$cache" && echo "$dsc_sha256  $dsc" | sha256sum -c --status); then
        return
    fi
    need apt-get apt
    mkdir -p "$work/lists" "$work/state/lists/partial" "$work/cache/archives/partial" "$work/fetched"
    write_source_lists "$work/lists"
    # entries of others may have no source index: only what is fetched below counts
    private_apt update >"$work/apt.log" 2>&1 || true
    (cd "$work/fetched" && private_apt source --download-only "$package=$version") >>"$work/apt.log" 2>&1 || {
        tail -n 5 "$work/apt.log" >&2
        fail "no apt mirror of this machine serves the source package $package $version (deb-src)"
    }
    echo "$dsc_sha256  $work/fetched/$(basename "$dsc")" | sha256sum -c --status ||
        fail "the fetched $(basename "$dsc") is not the pinned one"
    mv "$work/fetched/"* "$cache/"
}

unpack()
{
    need dpkg-source dpkg-dev
    dpkg-source -x "$dsc" "$work/source" >"$work/unpack.log" 2>&1 || {
        tail -n 5 "$work/unpack.log" >&2
        fail "dpkg-source cannot unpack $dsc"
    }
    [ "$patched" = 1 ] || return 0
    need patch patch
    for patch in "$here"/patches/*.patch; do
        patch -d "$work/source" -p1 --fuzz=0 --no-backup-if-mismatch -s -f <"$patch" >"$work/patch.log" 2>&1 || {
            cat "$work/patch.log" >&2
            fail "patches/$(basename "$patch") does not apply to $package $version"
        }
    done
}

compile()
{
    mkdir "$work/objects"
    (
        cd "$work/source"
        # what the package's own CMakeLists.txt lists for libh2o, which leaves out mruby and brotli
        printf '%s\n' deps/cloexec/cloexec.c deps/libgkc/gkc.c deps/picohttpparser/picohttpparser.c \
            deps/libyrmcds/close.c deps/libyrmcds/connect.c deps/libyrmcds/recv.c deps/libyrmcds/send.c \
            deps/libyrmcds/send_text.c deps/libyrmcds/socket.c deps/libyrmcds/strerror.c \
            deps/libyrmcds/text_mode.c lib/*.c lib/common/*.c lib/core/*.c lib/http2/*.c lib/handler/*.c \
            lib/handler/compress/gzip.c lib/handler/status/*.c lib/handler/configurator/*.c |
            grep -v -e mruby >"$work/sources"
        # shellcheck disable=SC2016
        xargs -P "$(nproc)" -n 1 sh -c '
            object=$(echo "$5" | tr / _)
            # compiler and flags are lists of words
            $1 $2 -ffile-prefix-map="$3"=h2o -Iinclude -Ideps/cloexec -Ideps/golombset -Ideps/libgkc \
                -Ideps/libyrmcds -Ideps/klib -Ideps/picohttpparser -Ideps/yoml \
                -DH2O_ROOT="\"/usr\"" -DH2O_CONFIG_PATH="\"/etc/h2o/h2o.conf\"" \
                -c "$5" -o "$4/${object%.c}.o"' \
            compile "$compiler" "$flags" "$work/source" "$work/objects" <"$work/sources" \
            >"$work/compile.log" 2>&1
    ) || {
        head -n 20 "$work/compile.log" >&2
        fail "$package $version does not compile with $compiler"
    }
    ar rcsD "$work/libh2o.a" "$work"/objects/*.o
}

install_to()
{
    rm -rf "${1:?}/include" "${1:?}/lib" "${1:?}/stamp"
    mkdir -p "$1/lib" "$1/include"
    cp -R "$work/source/include/." "$1/include/"
    # included by installed headers, and packaged by nobody
    cp "$work/source/deps/klib/khash.h" "$work/source/deps/yoml/yoml.h" "$1/include/"
    mv "$work/libh2o.a" "$1/lib/"
    echo "$stamp" >"$1/stamp"
}

patched=1
if [ "${1:-}" = --unpatched ]; then
    patched=0
    shift
fi
[ $# -eq 1 ] || fail "usage: tools/h2o/build.sh [--unpatched] OUT_DIR"
out=$1

need "${compiler%% *}" gcc
need ar binutils
need_header uv.h libuv1-dev
need_header openssl/ssl.h libssl-dev
need_header wslay/wslay.h libwslay-dev
need_header zlib.h zlib1g-dev

stamp=$({
    echo "$package $version $patched $flags"
    $compiler --version
    sha256sum <"$script"
    [ "$patched" = 0 ] || cat "$here"/patches/*.patch
} | sha256sum | cut -d ' ' -f 1)
if [ -r "$out/stamp" ] && [ "$(cat "$out/stamp")" = "$stamp" ] && [ -r "$out/lib/libh2o.a" ]; then
    exit 0
fi

mkdir -p "$cache" "$out" || fail "cannot write to $cache or $out"
exec 9>"$cache/lock"
flock -w 300 9 || fail "another build holds $cache/lock"
if [ -r "$out/stamp" ] && [ "$(cat "$out/stamp")" = "$stamp" ]; then
    exit 0
fi
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fetch
unpack
compile
install_to "$out"
