#!/bin/sh
# Runs the tests of libh2o's patches and of the guard against a probe server.
#
# usage: tests/h2o/run.sh PROBE             every test, against this patched and guarded probe
#        tests/h2o/run.sh --unpatched       builds the probe with Debian's source as it is and
#                                           requires every test of patches.test.mjs to fail
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(dirname "$(dirname "$here")")
node=$root/tools/dev/node.sh

fail()
{
    echo "tests/h2o/run.sh: $1" >&2
    exit 1
}

[ $# -eq 1 ] || fail "usage: tests/h2o/run.sh PROBE | --unpatched"

if [ "$1" != --unpatched ]; then
    PROBE_SERVER=$1
    export PROBE_SERVER
    exec "$node" --test "$here"/*.test.mjs
fi

place=${MOTCUA_CACHE:-$root/.cache}/h2o/unpatched
"$root/tools/h2o/build.sh" --unpatched "$place"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${CC:-cc} -std=gnu17 -O1 -g -D_GNU_SOURCE -DH2O_USE_LIBUV=1 -DPROBE_PATCHED=0 -isystem "$place/include" \
    "$here"/probe_server.c "$here"/probe_handlers.c "$here"/probe_tls.c "$place/lib/libh2o.a" \
    -luv -lssl -lcrypto -lwslay -lz -pthread -o "$work/probe" ||
    fail "the probe does not compile against the unpatched library"

export PROBE_SERVER="$work/probe"
"$node" --test "$here/honest.test.mjs" >"$work/honest" 2>&1 || {
    cat "$work/honest" >&2
    fail "the unpatched probe does not even serve an honest client"
}
"$node" --test --test-reporter=tap "$here/patches.test.mjs" >"$work/tap" 2>&1 || true
grep '^ok' "$work/tap" >"$work/passed" || true
for patch in "$root"/tools/h2o/patches/*.patch; do
    number=$(basename "$patch" | cut -c 1-2)
    grep -q "^not ok [0-9]* - patch $number:" "$work/tap" || {
        cat "$work/tap" >&2
        fail "no test of patch $number failed on the unpatched library"
    }
done
[ ! -s "$work/passed" ] || {
    cat "$work/passed" >&2
    fail "these tests pass without the patch they are for"
}
echo "$(grep -c '^not ok' "$work/tap") tests fail on the unpatched library, as they should"
