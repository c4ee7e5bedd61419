#!/bin/sh
# psql.sh - the psql that run.sh gives pg_prove, whose own options cannot carry a URL with parameters.
exec psql -d "$MOTCUA_TEST_URL" --set admin_url="$MOTCUA_TEST_URL" "$@"
