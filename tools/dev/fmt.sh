#!/bin/sh
# fmt.sh [--check]: clang-format on every C file of the tree.
. "$(dirname -- "$0")/common.sh"

cd "$root"
case ${1:-} in
--check) set -- --dry-run --Werror ;;
*) set -- -i ;;
esac
find lib resolvers server workers tools tests '(' -name '*.[ch]' -o -name '*.[ch]pp' ')' -print0 2>/dev/null |
    xargs -0 clang-format-14 "$@"
