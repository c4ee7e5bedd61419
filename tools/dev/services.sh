#!/bin/sh
# services.sh start|stop|running|env|drop [NAME]; start|restart|kill followed by -pg or -redis for one
# A private PostgreSQL and Redis called NAME (default dev) under $base/NAME, on unix sockets only:
#   pg/     PostgreSQL's socket and log     pgdata/  its data
#   redis/  Redis' socket, log and data
# Names that begin with "test" trade durability for speed and forget Redis at each start; bench-api has room for a
# million dossiers, which can be loaded again.
. "$(dirname -- "$0")/common.sh"

pg_bin=/usr/lib/postgresql/15/bin
name=${2:-dev}
place=$base/$name
pidfile=$place/pgdata/postmaster.pid
redis_pidfile=$place/redis/redis.pid

pg_settings() {
    cat <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$place/pg'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '256MB'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u '
# Bound values are people's data: never into the log.
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
SETTINGS
    case $name in
    test*) printf '%s\n' 'fsync = off' 'synchronous_commit = off' 'full_page_writes = off' ;;
    bench-api) printf '%s\n' 'fsync = off' "shared_buffers = '1GB'" "max_wal_size = '8GB'" ;;
    *) printf '%s\n' 'fsync = on' ;;
    esac
}

make_places() {
    make_base
    [ -d "$place" ] || mkdir -m 0755 "$place"
    [ -d "$place/state" ] || mkdir -m 0700 "$place/state"
    for part in pg pgdata redis; do
        [ -d "$place/$part" ] && continue
        mkdir -m 0700 "$place/$part"
        [ -z "$service_user" ] || chown "$service_user:" "$place/$part"
    done
}

pg_start() {
    if [ ! -f "$place/pgdata/PG_VERSION" ]; then
        step "PostgreSQL: a new cluster in $place/pgdata"
        as_service "$pg_bin/initdb" -k -E UTF8 --locale=C.UTF-8 -A trust -U postgres \
            -D "$place/pgdata" >"$place/initdb.log" 2>&1 || {
            tail -n 10 "$place/initdb.log" >&2
            die "initdb failed (whole log: $place/initdb.log)"
        }
    fi
    alive "$pidfile" "$place/pgdata" >/dev/null && return 0
    if [ -f "$pidfile" ]; then
        say "       PostgreSQL did not stop cleanly last time: its stale pid file is removed"
        rm -f "$pidfile"
    fi
    rm -f "$place/pg/.s.PGSQL.5432" "$place/pg/.s.PGSQL.5432.lock"
    pg_settings | as_service tee "$place/pgdata/postgresql.auto.conf" >/dev/null
    as_service "$pg_bin/pg_ctl" -D "$place/pgdata" -l "$place/pg/postgres.log" -w -t 60 start \
        >"$place/pg_ctl.log" 2>&1 </dev/null 9>&- || {
        tail -n 10 "$place/pg/postgres.log" >&2
        die "PostgreSQL did not start (whole log: $place/pg/postgres.log); ./dev reset begins anew"
    }
}

pg_stop() {
    alive "$pidfile" "$place/pgdata" >/dev/null || return 0
    as_service "$pg_bin/pg_ctl" -D "$place/pgdata" -m fast -w -t 60 stop >/dev/null 2>&1 ||
        as_service "$pg_bin/pg_ctl" -D "$place/pgdata" -m immediate -w stop >/dev/null 2>&1 || :
}

redis_start() {
    alive "$redis_pidfile" "$place/redis/redis.sock" >/dev/null && return 0
    case $name in
    test*) durability='--appendonly no' ;;
    *) durability='--appendonly yes' ;;
    esac
    rm -f "$redis_pidfile" "$place/redis/redis.sock"
    # shellcheck disable=SC2086
    as_service redis-server --port 0 --unixsocket "$place/redis/redis.sock" --unixsocketperm 700 \
        --dir "$place/redis" --pidfile "$redis_pidfile" --logfile "$place/redis/redis.log" \
        --save '' $durability --daemonize yes >/dev/null 9>&-
    tries=100
    until [ "$(redis-cli -s "$place/redis/redis.sock" ping 2>/dev/null)" = PONG ]; do
        tries=$((tries - 1))
        if [ "$tries" = 0 ]; then
            tail -n 5 "$place/redis/redis.log" >&2
            die "Redis did not start (whole log: $place/redis/redis.log); ./dev reset begins anew"
        fi
        sleep 0.1
    done
}

redis_stop() {
    pid=$(alive "$redis_pidfile" "$place/redis/redis.sock") || return 0
    end_process "$pid" 15
}

kill_hard() { kill -KILL "$(alive "$1" "$2")" 2>/dev/null || :; }

print_env() {
    printf 'export %s="%s"\n' \
        MOTCUA_SERVICES "$name" \
        MOTCUA_DATABASE_URL "postgresql:///motcua?host=$place/pg" \
        MOTCUA_ADMIN_URL "postgresql://postgres@/motcua?host=$place/pg" \
        MOTCUA_REDIS_URL "unix://$place/redis/redis.sock" \
        MOTCUA_STATE_DIR "$place/state" MOTCUA_STORAGE_DIR "$place/storage"
}

case $1 in
start) make_places; pg_start; redis_start ;;
start-pg) make_places; pg_start ;;
start-redis) make_places; redis_start ;;
stop) redis_stop; pg_stop ;;
env) print_env ;;
drop) redis_stop; pg_stop; rm -rf "$place" ;;
restart-pg) pg_stop; pg_start ;;
restart-redis) redis_stop; redis_start ;;
kill-pg) kill_hard "$pidfile" "$place/pgdata" ;;
kill-redis) kill_hard "$redis_pidfile" "$place/redis/redis.sock" ;;
running) alive "$pidfile" "$place/pgdata" >/dev/null && alive "$redis_pidfile" "$place/redis/redis.sock" >/dev/null ;;
*) die "services.sh: do not know $1" ;;
esac
