#!/bin/sh
# with_services.sh COMMAND...: runs it with MOTCUA_* naming the tests' PostgreSQL and Redis. Under
# CTest they are up already; called by hand it starts them and stops them afterwards.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
env=$("$here/test_services.sh" env) || exit 1
if [ -f "$env" ]; then
    # shellcheck disable=SC1090
    . "$env"
    exec "$@"
fi
trap '"$here/test_services.sh" stop' EXIT
trap 'exit 130' INT TERM
"$here/test_services.sh" start || exit 1
# shellcheck disable=SC1090
. "$env"
"$@"
