#!/bin/sh
# token.sh ACTOR: prints a bearer token of a sample actor; its session is a real one in Redis.
. "$(dirname -- "$0")/common.sh"

[ $# = 1 ] || die "token: which actor? citizen citizen2 officer field partner sandbox"
[ -x "$root/build/release/bin/motcua-server" ] || die "there is no release build yet: ./dev run makes it"
eval "$("$root/tools/dev/run_env.sh")"
exec "$root/build/release/bin/motcua-server" token "$1"
