#!/bin/sh
# case.sh FILE: runs one golden case, a .graphql under tests/cases/, or all whose path holds FILE.
. "$(dirname -- "$0")/common.sh"

[ $# = 1 ] || die "case: which file? ./dev case tests/cases/viewer/...graphql"
"$root/tools/dev/setup.sh" dev
one_at_a_time test
cd "$root"
pattern=$(printf '%s' "${1#tests/cases/}" | sed 's/[][\.*^$+?(){}|/]/\\&/g')
exec "$root/tools/dev/with_services.sh" "$root/tools/dev/node.sh" --test \
    --test-name-pattern="$pattern" tests/cases/cases.test.mjs
