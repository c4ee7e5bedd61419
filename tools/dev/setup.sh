#!/bin/sh
# setup.sh [PRESET]: packages, node_modules and a build of PRESET (default release).
. "$(dirname -- "$0")/common.sh"

preset=${1:-release}
case $preset in
release) sections='run build migrate local' ;;
*) sections='run build migrate local test' ;;
esac

[ -d /etc/apt ] || die "this set-up knows Debian 12 only; elsewhere install what docker/packages.txt names"
# shellcheck disable=SC2086
"$root/tools/dev/packages.sh" $sections
"$root/tools/dev/npm.sh"
"$root/tools/dev/build.sh" "$preset"
