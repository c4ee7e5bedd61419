#!/bin/sh
# walk.sh [COUNT] - random sequences through the dossier's machine, half of them in each of two copies of the sample, since
# two walkers in one would wait for each other. Fails with the first broken promise.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
count=${1:-100000}
url=${MOTCUA_ADMIN_URL:?walk.sh: MOTCUA_ADMIN_URL is not set}
at() { printf %s "$url" | sed -E "s#^([a-z]+://[^/?]*)/?[^?]*#\\1/$1#"; }
admin() { psql -X -q -v ON_ERROR_STOP=1 -d "$(at postgres)" -c "$1"; }
export PGOPTIONS='-c client_min_messages=warning'

end() {
    for no in 1 2; do admin "DROP DATABASE IF EXISTS motcua_walk_$no WITH (FORCE)"; done
}
trap end EXIT
trap 'exit 1' HUP INT TERM
end
walk() { # no, first, last
    psql -X -q -v ON_ERROR_STOP=1 -v first="$2" -v last="$3" -d "$(at "motcua_walk_$1")" -f "$here/machine_walk.sql"
}
for no in 1 2; do admin "CREATE DATABASE motcua_walk_$no TEMPLATE motcua_template"; done
walk 1 1 $((count / 2)) &
walk 2 $((count / 2 + 1)) "$count"
wait $!
