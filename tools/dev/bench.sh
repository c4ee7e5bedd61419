#!/bin/sh
# bench.sh engine [SECONDS [WORK]]: the GraphQL engine alone beside npm's graphql and graphql-jit, all on one
# core; SECONDS (default 0.3) is each measurement's CPU.
# bench.sh memory [REQUESTS [STREAMS]]: does the server's memory come back (default a million requests, a hundred
# thousand streams, about six minutes)? Exit code 1 when 5 % more is resident than after the first tenth.
# bench.sh session [ROUNDS]: what it costs to know who asks: the session check, row-level security, a line in the log
# (default 5 rounds, about five minutes).
# bench.sh api [SCALE [ROUNDS [SECONDS]]] [write]: beside other servers, on the same rows (bench_api.sh).
# bench.sh [SECONDS]: what this machine does, asked by h2load, beside what PostgreSQL alone does with
# the same statements, asked by pgbench. A measurement, not a test. The server has core 0 for itself;
# PostgreSQL, Redis and the load share core 1. SECONDS (default 4) is each load's length.
. "$(dirname -- "$0")/common.sh"

if [ "${1:-}" = engine ]; then
    one_at_a_time bench
    if [ -z "${MOTCUA_BENCH_ENGINE:-}" ]; then
        "$root/tools/dev/setup.sh" release
        cmake --build "$root/build/release" --target engine-bench >&2
    fi
    pin=
    if [ "$(nproc)" -gt 1 ]; then pin='taskset -c 0'; fi
    step "measuring: 5 rounds of each, about two minutes"
    exec $pin "$root/tools/dev/node.sh" "$root/tests/bench/engine.mjs" \
        "${MOTCUA_BENCH_ENGINE:-$root/build/release/bin/engine-bench}" "${2:-0.3}" ${3:+"$3"}
fi

case ${1:-} in
api)
    shift
    exec "$root/tools/dev/bench_api.sh" "$@"
    ;;
memory | session)
    subject=$1
    shift
    one_at_a_time bench
    "$root/tools/dev/packages.sh" run build migrate local test
    "$root/tools/dev/setup.sh" release
    step "asking"
    MOTCUA_BIN=$root/build/release/bin MOTCUA_BUILD_DIR=$root/build/release \
        exec "$root/tools/dev/with_services.sh" "$root/tools/dev/node.sh" "$root/tests/bench/$subject.mjs" "$@"
    ;;
esac

seconds=${1:-4}
case $seconds in '' | *[!0-9]* | 0) die "bench: how many seconds a load? a whole number from 1" ;; esac
one_at_a_time bench
"$root/tools/dev/packages.sh" run build migrate local test
if [ -z "${MOTCUA_BENCH_SERVER:-}" ]; then "$root/tools/dev/setup.sh" release; fi
server=${MOTCUA_BENCH_SERVER:-$root/build/release/bin/motcua-server}
services=$root/tools/dev/services.sh
place=$base/bench

finish() {
    trap '' INT TERM HUP
    if pid=$(alive "$place/server.pid" "$server"); then end_process "$pid" 5; fi
    rm -f "$place/server.pid"
    "$services" stop bench
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

pin=
if [ "$(nproc)" -gt 1 ]; then pin='taskset -c 1'; fi
# Services left by a run that was killed are not where we want them.
"$services" stop bench
$pin "$services" start bench
eval "$("$services" env bench)"
"$root/tools/dev/database.sh" bench
step "measuring: 3 rounds, $((seconds * 30)) s of load"
$pin "$root/tools/dev/node.sh" "$root/tests/bench/bench.mjs" "$server" "$place" "$seconds"
