#!/bin/sh
# fuzz.sh NAME [SECONDS]: runs one driver (default 60 s). A crash is kept in
# tests/fuzz/regression/NAME/, where every later `./dev test` replays it.
# fuzz.sh graphql-js [CASES] [--seed N] [--only KINDS] [--show N]: asks our engine and npm's graphql
# the same (default 100,000 cases) and shows every difference, made small.
# fuzz.sh authorisation [COUNT] [SEED]: random requests by random principals (default 100,000), held
# against the written rules of tests/fuzz/authorisation/rules.mjs; the same seed asks the same.
. "$(dirname -- "$0")/common.sh"

if [ "${1:-}" = graphql-js ]; then
    shift
    "$root/tools/dev/packages.sh" run build migrate local test
    "$root/tools/dev/npm.sh"
    quick=$root/build/quick
    [ -f "$quick/build.ninja" ] ||
        cmake -S "$root" -B "$quick" -G Ninja -DCMAKE_BUILD_TYPE=Release >"$base/configure.log" 2>&1 ||
        die "CMake could not configure build/quick (whole log: $base/configure.log)"
    cmake --build "$quick" --target graphql-harness >&2
    MOTCUA_BUILD_DIR=$quick exec "$root/tools/dev/node.sh" "$root/tests/fuzz/graphql_js/main.mjs" "$@"
fi

if [ "${1:-}" = authorisation ]; then
    shift
    "$root/tools/dev/packages.sh" run build migrate local test
    "$root/tools/dev/setup.sh" release
    MOTCUA_BUILD_DIR=$root/build/release exec "$root/tools/dev/with_services.sh" \
        "$root/tools/dev/node.sh" "$root/tests/fuzz/authorisation/main.mjs" "$@"
fi

"$root/tools/dev/setup.sh" fuzz
bin=$root/build/fuzz/bin
if [ ! -x "$bin/${1:-}" ] || [ -z "${1:-}" ]; then
    say "drivers: $(find "$bin" -name '*.inputs' -exec basename {} .inputs \; | sort | tr '\n' ' ')"
    exit 2
fi
"$root/tools/dev/node.sh" "$root/tests/fuzz/seeds.mjs" "$1" "$root/build/fuzz/found/$1"
crashes=$root/tests/fuzz/regression/$1
mkdir -p "$crashes"
# shellcheck disable=SC2046
exec "$bin/$1" -max_total_time="${2:-60}" -timeout=10 -artifact_prefix="$crashes/" \
    $(cat "$bin/$1.inputs")
