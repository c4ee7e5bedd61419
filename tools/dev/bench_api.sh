#!/bin/sh
# bench_api.sh [SCALE [ROUNDS [SECONDS]]] [write]: motcua beside other servers (../shared/bench/api) on the same rows in one
# run: SCALE 1 (the default) is a million dossiers, ROUNDS 3, SECONDS 4 a load; about half an hour, six minutes more
# when the rows are new. The benchmark is copied to bench-api/peers/ under .run/, where its npm packages go. A measurement,
# not a test: nothing else should run. write: its tables go into tests/bench/RESULTS.md.
. "$(dirname -- "$0")/common.sh"

write=
for word in "$@"; do [ "$word" != write ] || write="write"; done
[ "${1:-}" != write ] || shift
scale=${1:-1} rounds=${2:-3} seconds=${3:-4}
[ "$rounds" != write ] || rounds=3
[ "$seconds" != write ] || seconds=4
case $rounds$seconds in *[!0-9]* | 0*) die "bench api: [SCALE [ROUNDS [SECONDS]]] [write]: whole rounds and seconds" ;; esac
from=$root/../shared/bench/api
[ -f "$from/bench.py" ] || die "the benchmark is not beside this checkout (../shared/bench/api)"

one_at_a_time bench
"$root/tools/dev/packages.sh" run build migrate local test bench
"$root/tools/dev/setup.sh" release
cmake --build "$root/build/release" --target api-load >&2
services=$root/tools/dev/services.sh
place=$base/bench-api
peers=$place/peers
mkdir -p "$place"

# Debian's nginx without what its installation starts.
fetch_nginx() {
    command -v nginx >/dev/null && return
    [ -x "$peers/nginx-files/usr/sbin/nginx" ] || (
        mkdir -p "$peers/nginx-files" && cd "$peers/nginx-files" && apt-get -q download nginx && dpkg -x nginx_*.deb .
    ) >"$place/nginx.log" 2>&1 || die "apt-get could not fetch nginx (whole log: $place/nginx.log)"
    PATH=$PATH:$peers/nginx-files/usr/sbin
}

copy_peers() {
    stamp=$place/peers.stamp
    wanted=$(cd "$from" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    step "the peers and their npm packages (log: $place/npm.log)"
    rm -rf "$peers"
    cp -r "$from" "$peers"
    (cd "$peers" && npm ci --engine-strict=false --no-fund --no-audit && cd postgraphile && npm ci --no-fund --no-audit) >"$place/npm.log" 2>&1 </dev/null || {
        tail -n 15 "$place/npm.log" >&2
        die "npm ci of the peers failed (whole log: $place/npm.log)"
    }
    printf '%s\n' "$wanted" >"$stamp"
}

# What the peers' start scripts read: our PostgreSQL, with both schemas in one database.
write_env() {
    printf 'export BENCH_DIR="%s" PGHOST="%s" PGPORT=5432 PGUSER=postgres PGDATABASE=motcua\n' "$peers" "$place/pg" >"$peers/env.sh"
}

load_rows() {
    stamp=$place/rows.stamp
    wanted="$scale $(tree_hash schema/db tests/bench/api/db tests/bench/api/load.sh)"
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    rm -rf "$stamp" "$peers/work"
    step "the rows, at scale $scale (log: $place/load.log)"
    nice "$root/tests/bench/api/load.sh" "$scale" >"$place/load.log" 2>&1 </dev/null || {
        tail -n 15 "$place/load.log" >&2
        die "the rows were not loaded (whole log: $place/load.log)"
    }
    printf '%s\n' "$wanted" >"$stamp"
}

finish() {
    trap '' INT TERM HUP
    if pid=$(alive "$place/server.pid" motcua-server); then end_process "$pid" 5; fi
    rm -f "$place/server.pid"
    "$services" stop bench-api
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

copy_peers
write_env
fetch_nginx
"$services" start bench-api
eval "$("$services" env bench-api)"
load_rows
step "comparing, then measuring: about $((rounds * 29 * (seconds + 6) / 60)) minutes"
"$root/tools/dev/node.sh" "$root/tests/bench/api/api.mjs" "$root/build/release/bin" "$place" "$peers" "$scale" "$rounds" "$seconds" ${write:+"$write"}
