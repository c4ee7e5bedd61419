#!/bin/sh
# db.sh [SQL]: psql as superuser on the development database, started for the while if need be.
. "$(dirname -- "$0")/common.sh"

if [ -z "${MOTCUA_DATABASE_URL:-}" ]; then
    [ -f "$base/dev/loaded" ] || die "there is no development database yet: ./dev run makes it"
    services=$root/tools/dev/services.sh
    if ! "$services" running dev; then
        trap '"$services" stop dev' EXIT
        trap 'exit 130' TERM
        "$services" start dev
    fi
    eval "$("$services" env dev)"
fi
url=${MOTCUA_ADMIN_URL:-$MOTCUA_DATABASE_URL}
if [ $# -gt 0 ]; then psql -X -d "$url" -c "$*"; else psql -d "$url"; fi
