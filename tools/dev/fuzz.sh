#!/bin/sh
# fuzz.sh NAME [SECONDS]: runs one driver (default 60 s). A crash is kept in
# tests/fuzz/regression/NAME/, where every later `./dev test` replays it.
. "$(dirname -- "$0")/common.sh"

"$root/tools/dev/setup.sh" fuzz
bin=$root/build/fuzz/bin
if [ ! -x "$bin/${1:-}" ] || [ -z "${1:-}" ]; then
    say "drivers: $(find "$bin" -name '*.inputs' -exec basename {} .inputs \; | sort | tr '\n' ' ')"
    exit 2
fi
crashes=$root/tests/fuzz/regression/$1
mkdir -p "$crashes"
# shellcheck disable=SC2046
exec "$bin/$1" -max_total_time="${2:-60}" -timeout=10 -artifact_prefix="$crashes/" \
    $(cat "$bin/$1.inputs")
