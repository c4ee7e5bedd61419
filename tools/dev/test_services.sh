#!/bin/sh
# test_services.sh start|stop|env: the tests' own PostgreSQL and Redis, one pair per build directory
# so that two builds can be tested at once. CTest starts them before the first test that needs them.
. "$(dirname -- "$0")/common.sh"

name='test'
case ${MOTCUA_BUILD_DIR:-$root/build/dev} in
"$root"/build/dev) ;;
*) name=test-$(hash_of "$MOTCUA_BUILD_DIR") ;;
esac
services=$root/tools/dev/services.sh

case $1 in
start)
    make_base
    "$services" stop "$name"
    "$services" start "$name"
    if [ -x "$root/schema/db/load.sh" ]; then "$root/tools/dev/database.sh" "$name"; fi
    "$services" env "$name" >"$base/$name/env"
    ;;
stop)
    rm -f "$base/$name/env"
    "$services" stop "$name"
    ;;
env) printf '%s\n' "$base/$name/env" ;;
*) die "test_services.sh: do not know $1" ;;
esac
