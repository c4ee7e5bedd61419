#!/bin/sh
# run_env.sh: the environment of ./dev run as export lines: the private services, unless the caller
# names servers of their own.
. "$(dirname -- "$0")/common.sh"

"$root/tools/dev/services.sh" env dev | while read -r line; do
    name=${line#export }
    name=${name%%=*}
    eval "given=\${$name:-}"
    # An own database comes with its own superuser or with none.
    case $name in
    MOTCUA_ADMIN_URL) given=${given:-${MOTCUA_DATABASE_URL:-}} ;;
    esac
    if [ -z "$given" ]; then printf '%s\n' "$line"; fi
done
printf 'export MOTCUA_PORT="%s"\n' "${MOTCUA_PORT:-8443}"
printf 'export MOTCUA_DEVELOPMENT="%s"\n' "${MOTCUA_DEVELOPMENT:-yes}"
printf 'export MOTCUA_ISSUERS_FILE="%s"\n' "${MOTCUA_ISSUERS_FILE:-$base/dev/issuer/issuers.json}"
printf 'export MOTCUA_AUDIT_KEY_FILE="%s"\n' "${MOTCUA_AUDIT_KEY_FILE:-$base/dev/audit.pem}"
printf 'export MOTCUA_GRAPHIQL_DIR="%s"\n' "${MOTCUA_GRAPHIQL_DIR:-$root/node_modules}"
