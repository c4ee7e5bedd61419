#!/bin/sh
# bench.sh [SECONDS]: what this machine does, asked by h2load, beside what PostgreSQL alone does with
# the same statements, asked by pgbench. A measurement, not a test; everything is on this machine.
. "$(dirname -- "$0")/common.sh"

"$root/tools/dev/packages.sh" run build migrate local test
"$root/tools/dev/setup.sh" release
services=$root/tools/dev/services.sh
trap '"$services" stop bench' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
"$services" start bench
eval "$("$services" env bench)"
"$root/tools/dev/database.sh" bench
step "measuring (about a minute)"
"$root/tools/dev/node.sh" "$root/tools/dev/bench.mjs" "$root/build/release/bin/motcua-server" \
    "$base/bench" "${1:-5}"
