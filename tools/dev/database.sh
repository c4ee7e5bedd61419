#!/bin/sh
# database.sh NAME: brings the database `motcua` of the services NAME to today's schema and sample
# province. Data stays in a development database; a test one begins anew when schema/db/ changed,
# and otherwise is copied from its template.
. "$(dirname -- "$0")/common.sh"

name=$1
eval "$("$root/tools/dev/services.sh" env "$name")"
stamp=$base/$name/loaded
log=$base/$name/load.log
wanted=$(tree_hash schema/db tools/dev/database.sh)

admin() { psql -X -q -v ON_ERROR_STOP=1 -d "postgresql://postgres@/${2:-postgres}?host=$base/$name/pg" -c "$1"; }

load() {
    step "database: schema and sample province (log: $log)"
    "$root/schema/db/load.sh" all >"$log" 2>&1 </dev/null || {
        tail -n 15 "$log" >&2
        die "schema/db/load.sh failed (whole log: $log)"
    }
}

# A copy has neither the grants on the database nor its settings; they are rows, so copy them.
copy() {
    admin "DROP DATABASE IF EXISTS $2 WITH (FORCE)"
    admin "CREATE DATABASE $2 TEMPLATE $1 STRATEGY file_copy"
    admin "UPDATE pg_database SET datacl = t.datacl, datdba = t.datdba
             FROM pg_database t WHERE t.datname = '$1' AND pg_database.datname = '$2'"
    admin "INSERT INTO pg_db_role_setting
           SELECT c.oid, s.setrole, s.setconfig FROM pg_db_role_setting s
             JOIN pg_database t ON t.oid = s.setdatabase AND t.datname = '$1'
             JOIN pg_database c ON c.datname = '$2'"
}

case $name in
test*)
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        rm -f "$stamp"
        admin "DROP DATABASE IF EXISTS motcua WITH (FORCE)"
        load
        copy motcua motcua_template
        printf '%s\n' "$wanted" >"$stamp"
    else
        copy motcua_template motcua
    fi
    ;;
*)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0
    load
    printf '%s\n' "$wanted" >"$stamp"
    ;;
esac
