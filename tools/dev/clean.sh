#!/bin/sh
# clean.sh: removes what can be built again. The data of ./dev run stays (./dev reset drops it).
. "$(dirname -- "$0")/common.sh"

rm -rf "$root/build" "$root/.cache"
