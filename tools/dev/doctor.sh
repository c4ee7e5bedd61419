#!/bin/sh
# doctor.sh: what is missing or in the way here, each with what to do; exits 1 if anything is.
. "$(dirname -- "$0")/common.sh"

ill=0
trouble() { ill=1; say "- $*"; }

for section in run build migrate local test; do
    missing=$("$root/tools/dev/packages.sh" --missing "$section" | tr '\n' ' ')
    [ -z "$missing" ] || trouble "packages of [$section]: apt-get install --no-install-recommends $missing"
done
[ -x "$root/node_modules/.bin/dbmate" ] || trouble "node_modules is not there: ./dev setup"
[ -x "$root/build/release/bin/motcua-server" ] || trouble "no release build: ./dev setup"
if pid=$(alive "$base/dev/run.pid" "$root/tools/dev/run.sh"); then
    say "  ./dev run is running (process $pid)"
elif port=$("$root/tools/dev/port.sh"); then
    trouble "$port"
fi
free_kb=$(df -Pk "$root" | awk 'NR == 2 { print $4 }')
[ "$free_kb" -gt 3000000 ] || trouble "less than 3 GB are free on this disk"
[ "$ill" = 1 ] || say "all is well"
exit "$ill"
