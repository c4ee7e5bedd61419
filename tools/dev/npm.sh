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
# Debian's npm drops this link together with the node of the other architecture, which has the same name.
for node in node_modules/node-linux-*/bin/node; do
    [ ! -x "$node" ] || ln -sfn "../${node#node_modules/}" node_modules/.bin/node
done
node_modules/.bin/node --version >>"$base/npm.log" 2>&1 ||
    die "npm has no node for this machine ($(uname -m)); the tests need version 24 (whole log: $base/npm.log)"
printf '%s\n' "$lock" >"$stamp"
