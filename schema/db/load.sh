#!/bin/sh
# load.sh - brings a database from nothing, or from any earlier state, to what this tree needs.
#
#   schema/db/load.sh {roles|migrate|functions|reference|sample|sandbox|all}
#
# Each step may be repeated; a step whose files have not changed since it was last done does nothing.
#   MOTCUA_ADMIN_URL     postgres:// URL of a superuser (roles only); its database name does not matter
#   MOTCUA_DATABASE_URL  postgres:// URL of the database; without a user in it, motcua_owner is used
#   MOTCUA_APP_PASSWORD  password of the logins, where sockets do not vouch for them
#   DBMATE               dbmate to run; default: node_modules/.bin/dbmate, then the PATH
# Fails with one sentence on stderr and exit code 1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning"

die() {
    echo "load.sh: $*" >&2
    exit 1
}

need_url() { # name, value
    case $2 in
    postgres://* | postgresql://*) ;;
    '') die "$1 is not set; it names the database as postgres://user@host/name or postgres:///name?host=/socket/dir." ;;
    *) die "$1 must be a URL that begins with postgres://, not '${2%%[:= ]*}…'." ;;
    esac
}

database_name() {
    name=$(printf %s "$MOTCUA_DATABASE_URL" | sed -E 's#^[a-z]+://[^/?]*/?##; s#\?.*##')
    [ -n "$name" ] || die "MOTCUA_DATABASE_URL names no database; write it after the host, as in postgres://host/motcua."
    printf %s "$name"
}

admin_url() { # database
    printf %s "$MOTCUA_ADMIN_URL" | sed -E "s#^([a-z]+://[^/?]*)/?[^?]*#\\1/$1#"
}

# Runs psql quietly; on failure says what was being done and psql's first complaint.
run_psql() { # what, psql arguments...
    what=$1
    shift
    if ! out=$(cd "$here" && psql -X -q -v ON_ERROR_STOP=1 "$@" 2>&1); then
        die "$what failed: $(printf %s "$out" | grep -m 1 -E 'ERROR|FATAL|error:' || printf %s "$out" | head -n 1)"
    fi
    [ -z "$out" ] || printf '%s\n' "$out"
}

owner() { # what, psql arguments...
    what=$1
    shift
    run_psql "$what" -At -d "$MOTCUA_DATABASE_URL" "$@"
}

hash_of() { # paths below schema/db
    (cd "$here" && find "$@" -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c 1-64)
}

is_loaded() { # part, hash
    was=$(owner "reading what is loaded" -c "SELECT sha256 FROM loaded WHERE part = '$1'") || exit 1
    [ "$was" = "$2" ]
}

# One transaction: the files, then the note that they are loaded.
load_files() { # part, hash, files...
    part=$1 hash=$2
    shift 2
    set -- $(for file in "$@"; do printf ' -f %s' "$file"; done)
    owner "loading the $part" -1 "$@" -c "INSERT INTO loaded (part, sha256) VALUES ('$part', '$hash')
        ON CONFLICT (part) DO UPDATE SET sha256 = excluded.sha256, at = now()"
}

step_roles() {
    need_url MOTCUA_ADMIN_URL "${MOTCUA_ADMIN_URL:-}"
    name=$(database_name) || exit 1
    found=$(run_psql "asking for the database" -At -d "$(admin_url postgres)" \
        -c "SELECT 1 FROM pg_database WHERE datname = '$name'") || exit 1
    [ -n "$found" ] || run_psql "creating the database $name" -d "$(admin_url postgres)" -c "CREATE DATABASE \"$name\""
    run_psql "setting up the roles" -o /dev/null -1 -d "$(admin_url "$name")" -f roles.sql
}

step_migrate() {
    dbmate=${DBMATE:-$here/../../node_modules/.bin/dbmate}
    [ -x "$dbmate" ] || dbmate=$(command -v dbmate) ||
        die "dbmate is not installed; run npm ci at the root of the tree, or set DBMATE."
    # psql says host=, dbmate also takes it; only the scheme and the user have to be made plain.
    if ! out=$("$dbmate" --url "$MOTCUA_DATABASE_URL" --no-dump-schema --migrations-dir "$here/migrations" \
        --migrations-table motcua.schema_migrations migrate 2>&1); then
        die "migrating failed: $(printf %s "$out" | grep -m 1 -E 'Error|error' || printf %s "$out" | head -n 1)"
    fi
}

step_functions() {
    hash=$(hash_of functions views)
    is_loaded functions "$hash" || load_files functions "$hash" "$here"/functions/*.sql "$here"/views/*.sql
    owner "making the log partitions" -c 'SELECT FROM log_partitions()'
}

step_reference() {
    hash=$(hash_of seed/reference)
    is_loaded reference "$hash" || load_files reference "$hash" seed/reference/load.sql
}

# The sample goes into an empty base only: it is data, and data that exists is not ours to replace.
step_sample() {
    hash=$(hash_of seed/sample)
    is_loaded sample "$hash" && return
    found=$(owner "looking for dossiers" -c 'SELECT 1 FROM dossier LIMIT 1') || exit 1
    if [ -n "$found" ]; then
        echo "load.sh: the base already holds dossiers, so the sample of this tree was not loaded; drop the database to get it." >&2
        return
    fi
    echo "loading the sample province (50,000 dossiers) ..."
    load_files sample "$hash" seed/sample/load.sql
    owner "analysing the sample" -c 'VACUUM ANALYZE subject, person, organisation, seat, officer, staff_grant, dossier, dossier_event, dossier_grant, procedure_result'
}

# The province that partners try things in: of every installation. After the sample, which draws from what it finds.
step_sandbox() {
    hash=$(hash_of seed/sandbox)
    is_loaded sandbox "$hash" || load_files sandbox "$hash" seed/sandbox/load.sql
}

need_url MOTCUA_DATABASE_URL "${MOTCUA_DATABASE_URL:-}"
case $MOTCUA_DATABASE_URL in
*://*@* | *[?\&]user=*) ;;
*) export PGUSER=motcua_owner ;;
esac
case ${1:-} in
roles) PGUSER= step_roles ;;
migrate | functions | reference | sample | sandbox) "step_$1" ;;
all)
    (unset PGUSER; step_roles)
    for step in migrate functions reference sample sandbox; do "step_$step"; done
    ;;
*) die "say which step: roles, migrate, functions, reference, sample, sandbox or all." ;;
esac
