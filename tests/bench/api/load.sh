#!/bin/sh
# load.sh [SCALE [DIRECTORY]]: the rows of the benchmark of servers (../shared/bench/api: 1 M dossiers, 4 M events, 200,000
# persons at scale 1, the default) in the database that MOTCUA_DATABASE_URL names, which begins anew: the benchmark's own tables in the
# schema public, as its db/load.sh makes them, and the same rows in ours, made from them by SQL. Some minutes on two quiet
# cores at scale 1, and 5 GB. DIRECTORY is the benchmark's, if not beside this checkout. Needs MOTCUA_ADMIN_URL, a superuser's.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../../.." && pwd -P)
scale=${1:-1}
from=${2:-$root/../shared/bench/api}

die() { printf 'load.sh: %s\n' "$*" >&2; exit 1; }
[ -f "$from/db/load.sh" ] || die "the benchmark is not in $from; give its directory as the second argument"
case $scale in '' | *[!0-9.]*) die "'$scale' is no scale; 1 is a million dossiers" ;; esac

name=$(printf %s "${MOTCUA_DATABASE_URL:?}" | sed -E 's#^[a-z]+://[^/?]*/?##; s#\?.*##')
admin=$(printf %s "${MOTCUA_ADMIN_URL:?}" | sed -E "s#^([a-z]+://[^/?]*)/?[^?]*#\\1/$name#")
PGHOST=$(printf %s "$admin" | sed -nE 's#.*[?&]host=([^&]*).*#\1#p')
[ -n "$PGHOST" ] || die "MOTCUA_ADMIN_URL names no socket directory (?host=...)"
export PGHOST PGUSER=postgres PGPASSWORD=

psql -X -q -v ON_ERROR_STOP=1 -d postgres -c "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)" >/dev/null 2>&1 ||
    die "the database $name cannot be dropped"
for step in roles migrate functions reference sandbox; do (unset PGUSER; "$root/schema/db/load.sh" "$step"); done

PGDATABASE=$name sh "$from/db/load.sh" "$scale" >/dev/null
export PGOPTIONS='-c search_path=motcua,public,pg_temp -c session_replication_role=replica -c client_min_messages=warning -c synchronous_commit=off'
cd "$here/db"
psql -X -q -v ON_ERROR_STOP=1 -d "$name" -f indexes_off.sql -f reference.sql -f people.sql -f dossiers.sql -f others.sql \
    -f work.sql -f indexes_on.sql -f counts.sql
psql -X -q -v ON_ERROR_STOP=1 -d "$name" -c 'VACUUM (ANALYZE, FREEZE)' -c CHECKPOINT
