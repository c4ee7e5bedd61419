#!/bin/sh
# test.sh [FILTER|all]: FILTER is a label (unit cases db e2e h2o) or a part of tests' names.
. "$(dirname -- "$0")/common.sh"

"$root/tools/dev/setup.sh" dev
one_at_a_time test
cd "$root"
case ${1:-} in
'') set -- --preset dev ;;
all) set -- --preset all ;;
unit | cases | db | e2e | h2o | faults | long) set -- --preset all -L "^$1\$" ;;
*) set -- --preset all -R "$1" ;;
esac
step "ctest $*"
exec ctest "$@"
