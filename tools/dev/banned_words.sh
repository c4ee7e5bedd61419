#!/bin/sh
# banned_words.sh [TREE]: calls that have a safer sister here, and words that say "not finished".
. "$(dirname -- "$0")/common.sh"

cd "${1:-$root}"
bad=0

# ban REASON PATTERN DIRECTORY...: an extended pattern no C file there may contain.
ban() {
    reason=$1
    pattern=$2
    shift 2
    found=$(find "$@" '(' -name '*.[ch]' -o -name '*.[ch]pp' ')' 2>/dev/null | LC_ALL=C sort | xargs -r grep -nE -- "$pattern" || :)
    [ -n "$found" ] || return 0
    printf '%s\n' "$found" | sed "s|\$|    <- $reason|"
    bad=1
}

ban 'no bound: use buf_*, str_* or snprintf' \
    '\b(strcpy|strcat|stpcpy|sprintf|vsprintf|gets)[ ]*\(' lib resolvers server workers tools tests
ban 'no error told: use str_to_* or strtol' '\b(atoi|atol|atoll|atof)[ ]*\(' \
    lib resolvers server workers tools tests
ban 'one static answer for all: use the _r sister or clock_*' \
    '\b(gmtime|localtime|ctime|asctime|strtok|strerror_l)[ ]*\(' lib resolvers server workers
ban 'no limit: the stack is not for sizes from outside' '\balloca[ ]*\(' lib resolvers server workers
ban 'raw memory outside lib/base: use an arena or mem_*' '\b(malloc|calloc|realloc|strdup|strndup)[ ]*\(' \
    lib/graphql lib/io resolvers server workers
ban 'say it in an issue, or do it' '\b(TODO|FIXME|XXX|HACK)\b' lib resolvers server workers tools tests
exit "$bad"
