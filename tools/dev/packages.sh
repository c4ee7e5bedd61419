#!/bin/sh
# packages.sh SECTION...: installs what is missing of these sections of docker/packages.txt.
# packages.sh --list SECTION...: prints them. --missing SECTION...: prints what is not there.
. "$(dirname -- "$0")/common.sh"

list() {
    for section in "$@"; do
        awk -v want="[$section]" '/^\[/ { on = $0 == want; seen = seen || on; next }
            on && NF && !/^#/ { print $1 }
            END { exit !seen }' "$root/docker/packages.txt" ||
            die "docker/packages.txt has no section [$section]"
    done
}

# A machine may have its node, npm and python from elsewhere, and Debian's would fight with them.
have() {
    case $1 in
    nodejs) command -v node >/dev/null && return 0 ;;
    npm) command -v npm >/dev/null && return 0 ;;
    python3) command -v python3 >/dev/null && return 0 ;;
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing() { list "$@" | while read -r package; do have "$package" || printf '%s\n' "$package"; done; }

case $1 in
--list) shift; list "$@"; exit ;;
--missing) shift; missing "$@"; exit ;;
esac

wanted=$(missing "$@" | tr '\n' ' ')
[ -n "$wanted" ] || exit 0
# shellcheck disable=SC2086
set -- $wanted

if [ "$(id -u)" = 0 ]; then
    sudo=
elif command -v sudo >/dev/null; then
    sudo=sudo
else
    die "these Debian packages are missing and neither root nor sudo is here to install them: $*"
fi

step "packages: installing $# (apt-get; a minute or two)"
log=$(mktemp /tmp/motcua-packages.XXXXXX)
apt() {
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
        -o Acquire::Retries=3 "$@" >>"$log" 2>&1 </dev/null
}
if ! apt update || grep -q '^W: Failed to fetch\|^E:' "$log"; then
    tail -n 5 "$log" >&2
    die "cannot reach Debian's package mirror; see to the network or to /etc/apt/sources.list*, then run again"
fi
if ! apt install -y --no-install-recommends "$@"; then
    tail -n 15 "$log" >&2
    die "apt-get could not install the packages (whole log: $log); mend that, then run again"
fi
rm "$log"
