#!/bin/sh
# downs.sh - takes back every migration from FIRST on, newest first, and brings the database up again: in a database of its
# own, whose functions and reference are loaded, as they are where a migration is taken back.
#   MOTCUA_ADMIN_URL  a superuser's URL
set -eu
first=20261127002600 # older ones cannot all be taken back
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
name=motcua_downs
at() { printf %s "${MOTCUA_ADMIN_URL:?downs.sh: MOTCUA_ADMIN_URL is not set}" | sed -E "s#^([a-z]+://)([^/?@]*@)?([^/?]*)/?[^?]*#\\1$1\\3/$2#"; }
admin() { psql -X -q -v ON_ERROR_STOP=1 -d "$(at '\2' postgres)" -c "$1"; }
MOTCUA_DATABASE_URL=$(at '' $name)
export MOTCUA_DATABASE_URL

load() { for step in "$@"; do "$root/schema/db/load.sh" "$step"; done; }
# A column that is added again is the last of its table, so the order of lines is nothing.
schema() { pg_dump -s -d "$(at '\2' $name)" | sed -E 's/,$//; /^\\(un)?restrict /d' | LC_ALL=C sort >"$work/$1"; }
take_back() {
    PGUSER=motcua_owner "$root/node_modules/.bin/dbmate" --url "$MOTCUA_DATABASE_URL" --no-dump-schema \
        --migrations-dir "$root/schema/db/migrations" --migrations-table motcua.schema_migrations rollback 2>&1
}

work=$(mktemp -d)
trap 'rm -r "$work"; admin "DROP DATABASE IF EXISTS $name WITH (FORCE)"' EXIT
trap 'exit 1' HUP INT TERM
admin "DROP DATABASE IF EXISTS $name WITH (FORCE)"
load roles migrate functions reference
schema before
for file in $(cd "$root/schema/db/migrations" && ls -r ./*.sql); do
    version=$(basename "$file" | cut -d _ -f 1)
    [ "$version" -ge "$first" ] || break
    out=$(take_back) || {
        printf '%s\n' "$file cannot be taken back:" "$out" >&2
        exit 1
    }
    case $out in
    *"$version"*) ;;
    *) printf '%s\n' "$file was to be taken back, not:" "$out" >&2; exit 1 ;;
    esac
done
load migrate functions reference
schema after
diff "$work/before" "$work/after" >&2
