# common.sh - sourced by every script of ./dev; sets $root and the places under .run/.
# shellcheck shell=sh
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)

say() { printf '%s\n' "$*" >&2; }
die() { printf '%s: %s\n' "./dev" "$*" >&2; exit 1; }

# step "what happens": a line on the terminal, with the seconds since the outermost ./dev began.
MOTCUA_DEV_BEGAN=${MOTCUA_DEV_BEGAN:-$(date +%s)}
export MOTCUA_DEV_BEGAN
step() { printf '[%3ds] %s\n' "$(($(date +%s) - MOTCUA_DEV_BEGAN))" "$*" >&2; }

# What runs beside us lives in $base. As root that is a place which an unprivileged user can enter
# even when the clone is under /root; else it is .run/ itself, unless its path is too long for the
# 107 bytes of a unix socket's name.
hash_of() { printf '%s' "$1" | sha256sum | cut -c1-8; }
base=$root/.run
service_user=
if [ "$(id -u)" = 0 ]; then
    service_user=postgres
    base=/var/tmp/motcua-$(hash_of "$root")
elif [ ${#base} -gt 70 ]; then
    base=/var/tmp/motcua-$(id -u)-$(hash_of "$root")
fi

make_base() {
    if [ "$base" = "$root/.run" ]; then
        if [ -L "$base" ]; then rm "$base"; fi
        mkdir -p "$base"
        return
    fi
    if [ ! -d "$base" ]; then mkdir -m 0755 "$base"; fi
    if [ -L "$base" ] || [ "$(stat -c %u "$base")" != "$(id -u)" ]; then
        die "$base belongs to somebody else; remove it and run again"
    fi
    if [ -d "$root/.run" ] && [ ! -L "$root/.run" ]; then
        die ".run/ was made by another user's set-up; remove it (rm -r .run) and run again"
    fi
    ln -sfn "$base" "$root/.run"
}

# as_service CMD...: as the unprivileged user when we are root; the same process either way.
as_service() {
    if [ -n "$service_user" ]; then
        (cd / && exec setpriv --reuid="$service_user" --regid="$service_user" --init-groups \
            env HOME=/nonexistent "$@")
    else
        "$@"
    fi
}

# alive PID-FILE PART-OF-COMMAND: prints the pid if that process runs and is what it should be; a
# pid left in a file by a crash may belong to a stranger by now.
alive() {
    pid=$(head -n 1 "$1" 2>/dev/null) || return 1
    case $pid in '' | *[!0-9]*) return 1 ;; esac
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$2" || return 1
    case $(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null) in Z | '') return 1 ;; esac
    printf '%s\n' "$pid"
}

# end_process PID SECONDS: asks, waits, then insists.
end_process() {
    kill -TERM "$1" 2>/dev/null || return 0
    tenths=$(($2 * 10))
    while [ "$tenths" -gt 0 ] && kill -0 "$1" 2>/dev/null; do
        case $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) in Z) return 0 ;; esac
        sleep 0.1
        tenths=$((tenths - 1))
    done
    kill -KILL "$1" 2>/dev/null || :
}

# one_at_a_time NAME: waits until no other ./dev does the same thing in this clone.
one_at_a_time() {
    make_base
    exec 9>"$base/$1.lock"
    flock -w 600 9 || die "another ./dev holds $base/$1.lock for ten minutes; end it and run again"
}

tree_hash() { (cd "$root" && find "$@" -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-64); }
