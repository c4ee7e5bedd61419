#!/bin/sh
# run.sh: sets up what is missing, starts everything in order, and ends all of it in the reverse
# order on Ctrl-C, TERM, or when the server or the worker ends by itself.
. "$(dirname -- "$0")/common.sh"

place=$base/dev
bin=$root/build/release/bin
services=$root/tools/dev/services.sh
own_pg=$([ -n "${MOTCUA_DATABASE_URL:-}" ] || echo yes)
own_redis=$([ -n "${MOTCUA_REDIS_URL:-}" ] || echo yes)
own_audit_key=$([ -n "${MOTCUA_AUDIT_KEY_FILE:-}" ] || echo yes)
own_issuer=$([ -n "${MOTCUA_ISSUERS_FILE:-}" ] || echo yes)
begun=
waiting=

# Every process of our release binaries, children included; a killed parent may leave some.
processes_of() {
    for link in /proc/[0-9]*/exe; do
        [ "$(readlink "$link" 2>/dev/null)" = "$bin/$1" ] || continue
        process=${link#/proc/}
        process=${process%/exe}
        case $(tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null) in
        *" $2 "*) printf '%s\n' "$process" ;;
        esac
    done
}

end_all() {
    if pid=$(alive "$place/$1.pid" "$bin/$1"); then end_process "$pid" 15; fi
    for pid in $(processes_of "$1" "$2"); do end_process "$pid" 2; done
    rm -f "$place/$1.pid"
}

finish() {
    trap '' INT TERM HUP
    rm -f "$place/run.pid"
    [ -n "$begun" ] || return 0
    [ -z "$waiting" ] || kill "$waiting" 2>/dev/null || :
    say ""
    say "stopping: server, worker${own_issuer:+, issuer}${own_redis:+, Redis}${own_pg:+, PostgreSQL}"
    end_all motcua-server serve
    end_all motcua-worker run
    end_issuer
    "$services" stop dev
    say "stopped; the data stays (./dev reset drops it)"
}

# The process gets a session of its own: Ctrl-C must reach us alone, who then end it in its turn.
begin() {
    name=$1
    shift
    setsid "$bin/$name" "$@" >>"$place/$name.log" 2>&1 </dev/null 9>&- &
    printf '%s\n' "$!" >"$place/$name.pid"
}

end_issuer() {
    if pid=$(alive "$place/issuer.pid" issuer.mjs); then end_process "$pid" 2; fi
    rm -f "$place/issuer.pid" "$place/issuer/issuers.json"
}

# Heads of the audit are signed as in production: the worker's key, made once. Verify with
# tools/verify_audit.mjs and the public half beside it.
make_audit_key() {
    if [ -f "$MOTCUA_AUDIT_KEY_FILE" ]; then return 0; fi
    (umask 077 && openssl genpkey -algorithm ed25519 -out "$MOTCUA_AUDIT_KEY_FILE.new" 2>/dev/null)
    openssl pkey -in "$MOTCUA_AUDIT_KEY_FILE.new" -pubout -out "$MOTCUA_AUDIT_KEY_FILE.pub"
    chmod 0400 "$MOTCUA_AUDIT_KEY_FILE.new"
    mv "$MOTCUA_AUDIT_KEY_FILE.new" "$MOTCUA_AUDIT_KEY_FILE"
}

# It takes a free port and writes where it is.
begin_issuer() {
    end_issuer
    setsid "$root/tools/dev/node.sh" "$root/tools/dev/issuer.mjs" 0 "$place/issuer" >>"$place/issuer.log" 2>&1 </dev/null 9>&- &
    printf '%s\n' "$!" >"$place/issuer.pid"
    tries=100
    until [ -f "$MOTCUA_ISSUERS_FILE" ]; do
        tries=$((tries - 1))
        if [ "$tries" = 0 ]; then
            tail -n 5 "$place/issuer.log" >&2
            die "the issuer does not start; its last words are above"
        fi
        sleep 0.2
    done
}

running() { alive "$place/$1.pid" "$bin/$1" >/dev/null; }

must_run() {
    running "$1" && return 0
    tail -n 10 "$place/$1.log" >&2
    die "$1 ended by itself; its last words are above, the rest in .run/dev/$1.log"
}

wait_until_ready() {
    url=https://127.0.0.1:$MOTCUA_PORT/readyz
    tries=150
    until curl -skf -m 2 -o "$place/readyz" "$url"; do
        must_run motcua-server
        must_run motcua-worker
        tries=$((tries - 1))
        if [ "$tries" = 0 ]; then
            tail -n 10 "$place/motcua-server.log" >&2
            die "the server does not become ready: $(curl -sk -m 2 "$url" || :)"
        fi
        sleep 0.2
    done
}

make_base
mkdir -p "$place"
if pid=$(alive "$place/run.pid" "$root/tools/dev/run.sh") && [ "$pid" != $$ ]; then
    die "./dev run is running already (process $pid): use it, or end it with Ctrl-C there"
fi
printf '%s\n' $$ >"$place/run.pid"
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

for pair in 'motcua-server serve' 'motcua-worker run'; do
    # shellcheck disable=SC2086
    set -- $pair
    if [ -n "$(processes_of "$1" "$2")" ]; then
        say "       $1 is still there from a run that was killed: ended"
        end_all "$1" "$2"
    fi
done
if sentence=$("$root/tools/dev/port.sh"); then die "$sentence"; fi

"$root/tools/dev/setup.sh" release
eval "$("$root/tools/dev/run_env.sh")"

begun=yes
[ -z "$own_pg$own_redis" ] || step "services:${own_pg:+ PostgreSQL}${own_redis:+ Redis}"
[ -z "$own_pg" ] || "$services" start-pg dev
[ -z "$own_redis" ] || "$services" start-redis dev
if [ -n "${MOTCUA_ADMIN_URL:-}" ]; then
    "$root/tools/dev/database.sh" dev
else
    say "       MOTCUA_ADMIN_URL is not set: the database is taken as it is"
fi

step "${own_issuer:+issuer, }server and worker"
[ -z "$own_issuer" ] || begin_issuer
[ -z "$own_audit_key" ] || make_audit_key
begin motcua-server serve
begin motcua-worker run
wait_until_ready
step "done; logs are in .run/dev/"
dev=./dev
[ "$MOTCUA_PORT" = 8443 ] || dev="MOTCUA_PORT=$MOTCUA_PORT ./dev"
cat <<READY
ready: https://127.0.0.1:$MOTCUA_PORT/graphql
  $dev query '{ procedures(first: 3) { edges { node { code name } } } }'
  $dev query '{ viewer { name dossiers(first: 3) { edges { node { code state } } } } }' --as citizen
  $dev query 'subscription { dossierEvents { at event dossier { code } } }' --as citizen
READY

while running motcua-server && running motcua-worker; do
    sleep 1 &
    waiting=$!
    wait "$waiting" || :
done
must_run motcua-server
must_run motcua-worker
