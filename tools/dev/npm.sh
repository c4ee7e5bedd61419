#!/bin/sh
# npm.sh: makes node_modules what package-lock.json says.
. "$(dirname -- "$0")/common.sh"

one_at_a_time npm
stamp=$root/node_modules/.motcua-lock
lock=$(sha256sum <"$root/package-lock.json")
[ "$(cat "$stamp" 2>/dev/null)" = "$lock" ] && exit 0

step "npm ci: migrator and test clients"
cd "$root"
npm ci --loglevel=error --no-progress >"$base/npm.log" 2>&1 </dev/null || {
    tail -n 15 "$base/npm.log" >&2
    die "npm ci failed (whole log: $base/npm.log); see to npm's registry setting or the network, then run again"
}
printf '%s\n' "$lock" >"$stamp"
