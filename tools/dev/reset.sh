#!/bin/sh
# reset.sh: stops what ./dev started in this clone and drops its data.
. "$(dirname -- "$0")/common.sh"

if pid=$(alive "$base/dev/run.pid" "$root/tools/dev/run.sh"); then
    die "./dev run is running (process $pid): end it with Ctrl-C first"
fi
for place in "$base"/*/; do
    [ -d "$place/pgdata" ] || continue
    "$root/tools/dev/services.sh" drop "$(basename "$place")"
    say "dropped $place"
done
