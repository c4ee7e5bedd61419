#!/bin/sh
# run.sh - runs the database's tests with pg_prove; ends with its summary.
#
#   tests/db/run.sh [file.sql...]
#
# MOTCUA_ADMIN_URL is a superuser's URL; MOTCUA_DATABASE_URL, if set, says which database on it. Each file runs in a
# transaction that is rolled back; concurrency.sql also commits from sessions of its own, and cleans up.
# The extensions live in a schema `tap` that is gone afterwards.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
url=${MOTCUA_ADMIN_URL:?run.sh: MOTCUA_ADMIN_URL is not set}
if [ -n "${MOTCUA_DATABASE_URL:-}" ]; then
    name=$(printf %s "$MOTCUA_DATABASE_URL" | sed -E 's#^[a-z]+://[^/?]*/?##; s#\?.*##')
    url=$(printf %s "$url" | sed -E "s#^([a-z]+://[^/?]*)/?[^?]*#\\1/$name#")
fi
export PGOPTIONS='-c client_min_messages=warning'
admin() { psql -X -q -v ON_ERROR_STOP=1 -d "$url" -c "$1"; }

trap 'admin "DROP SCHEMA IF EXISTS tap CASCADE"' EXIT
trap 'exit 1' HUP INT TERM
admin 'DROP SCHEMA IF EXISTS tap CASCADE; CREATE SCHEMA tap; GRANT USAGE ON SCHEMA tap TO PUBLIC;
       CREATE EXTENSION pgtap SCHEMA tap; CREATE EXTENSION dblink SCHEMA tap'
cd "$here"
[ $# -gt 0 ] || set -- *.sql
MOTCUA_TEST_URL=$url pg_prove --psql-bin "$here/psql.sh" "$@"
