#!/bin/sh
# sign-in.sh PERSON [DEVICE]: signs in for real - the issuer, its code, Mutation.signIn - and prints the answer.
. "$(dirname -- "$0")/common.sh"

[ $# -ge 1 ] || die "sign-in: who? citizen citizen2 newcomer officer field"
eval "$("$root/tools/dev/run_env.sh")"
[ -f "$MOTCUA_ISSUERS_FILE" ] || die "there is no issuer: start it with ./dev run in another terminal"
exec "$root/tools/dev/node.sh" "$root/tools/dev/sign_in.mjs" "$@"
