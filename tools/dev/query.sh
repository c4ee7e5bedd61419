#!/bin/sh
# query.sh DOCUMENT [--as ACTOR] [--variables JSON]: posts it over HTTP/2 to the running server.
. "$(dirname -- "$0")/common.sh"

document=
actor=
variables={}
while [ $# -gt 0 ]; do
    case $1 in
    --as) actor=${2:?--as needs an actor}; shift 2 ;;
    --variables) variables=${2:?--variables needs JSON}; shift 2 ;;
    *) document=$1; shift ;;
    esac
done
[ -n "$document" ] || die "query: which document? ./dev query '{ viewer { name } }' --as citizen"

json_text() {
    printf '%s' "$1" | awk '{ gsub(/\\/, "\\\\\\\\"); gsub(/"/, "\\\""); gsub(/\t/, "\\t"); gsub(/\r/, "")
        if (NR > 1) printf "\\n"
        printf "%s", $0 }'
}

eval "$("$root/tools/dev/run_env.sh")"
url=https://127.0.0.1:$MOTCUA_PORT/graphql
set -- -H 'content-type: application/json'
case $document in
*subscription*) set -- "$@" -N -H 'accept: text/event-stream' ;;
*) set -- "$@" -m 30 -H 'accept: application/graphql-response+json, application/json' ;;
esac
if [ -n "$actor" ]; then
    token=$("$root/tools/dev/token.sh" "$actor") || exit 1
    set -- "$@" -H "authorization: Bearer $token"
fi
printf '{"query":"%s","variables":%s}' "$(json_text "$document")" "$variables" |
    curl -sSk --http2 "$@" --data-binary @- "$url" || {
    code=$?
    [ "$code" = 7 ] && die "nothing listens on $url: start it with ./dev run in another terminal"
    exit "$code"
}
echo
