#!/bin/sh
# downs.sh - takes migrations back, newest first, in a database of its own: from FIRST on, and brings the database up again; then all
# of them, which leaves nothing, and again. Its functions and reference are loaded, as they are where a migration is taken back.
# downs.sh each - takes back one after the other: each leaves what was there before it.
#   MOTCUA_ADMIN_URL  a superuser's URL
set -eu
first=20261127002600
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
name=motcua_downs${1:+_$1}
at() { printf %s "${MOTCUA_ADMIN_URL:?downs.sh: MOTCUA_ADMIN_URL is not set}" | sed -E "s#^([a-z]+://)([^/?@]*@)?([^/?]*)/?[^?]*#\\1$1\\3/$2#"; }
admin() { psql -X -q -v ON_ERROR_STOP=1 -d "$(at '\2' postgres)" -c "$1"; }
MOTCUA_DATABASE_URL=$(at '' "$name")
export MOTCUA_DATABASE_URL PGOPTIONS='-c client_min_messages=warning'

load() { for step in "$@"; do "$root/schema/db/load.sh" "$step"; done; }
# Without dbmate's own table. A column that is added again is the last of its table, so the order of lines is nothing.
schema() {
    pg_dump -s -T motcua.schema_migrations -d "$(at '\2' "$name")" |
        sed -E 's/,$//; /^\\(un)?restrict /d; /^SET /d; /^--/d; /^$/d' | LC_ALL=C sort >"$work/$1"
}
same() { # what, one, other
    diff "$work/$2" "$work/$3" >&2 || {
        echo "$1" >&2
        exit 1
    }
}
# Newest first, as files.
newest() { (cd "$1" && ls -r ./*.sql); }
migrate_by() { # directory, word
    PGUSER=motcua_owner "$root/node_modules/.bin/dbmate" --url "$MOTCUA_DATABASE_URL" --no-dump-schema \
        --migrations-dir "$1" --migrations-table motcua.schema_migrations "$2" 2>&1
}
take_back() { # directory, file
    out=$(migrate_by "$1" rollback) || {
        printf '%s\n' "$2 cannot be taken back:" "$out" >&2
        exit 1
    }
    case $out in
    *"$(basename "$2" | cut -d _ -f 1)"*) ;;
    *)
        printf '%s\n' "$2 was to be taken back, not:" "$out" >&2
        exit 1
        ;;
    esac
}

nothing_left() {
    schema back
    same "All are taken back, and something is left." nothing back
}
down_and_up() { # from which on
    for file in $(newest "$all"); do
        [ "$(basename "$file" | cut -d _ -f 1)" -ge "$1" ] || break
        take_back "$all" "$file"
    done
    [ "$1" != 0 ] || nothing_left
    load migrate functions reference
    schema after
    same "Taken back from $1 on, and brought up again, it is another database." before after
}

# The directory holds what is up, so that the state before each migration is one that was.
each_alone() {
    mkdir "$work/up"
    schema up-none
    was=none
    for file in $(newest "$all" | LC_ALL=C sort); do
        cp "$all/$file" "$work/up"
        migrate_by "$work/up" migrate >"$work/out" || {
            cat "$work/out" >&2
            exit 1
        }
        printf '%s %s\n' "$file" "$was" >>"$work/order"
        was=$(basename "$file" .sql)
        schema "up-$was"
    done
    LC_ALL=C sort -r "$work/order" >"$work/back"
    while read -r file before; do
        take_back "$work/up" "$file"
        rm "$work/up/$file"
        schema down
        same "$file, taken back, leaves another database than was before it." "up-$before" down
    done <"$work/back"
}

all=$root/schema/db/migrations
work=$(mktemp -d)
trap 'rm -r "$work"; admin "DROP DATABASE IF EXISTS $name WITH (FORCE)"' EXIT
trap 'exit 1' HUP INT TERM
admin "DROP DATABASE IF EXISTS $name WITH (FORCE)"
load roles
if [ "${1:-}" = each ]; then
    each_alone
    exit
fi
schema nothing
load migrate functions reference
schema before
down_and_up $first
down_and_up 0
