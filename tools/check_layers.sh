#!/bin/sh
# check_layers.sh [TREE]: who may include whom (the table below), and how long a file may be.
# check_layers.sh --self-test: breaks each rule once in a scratch tree and sees it caught.
set -eu

lines_soft=500
lines_hard=600

# directory | our headers it may name, beside those of its own directory | libraries it may name.
# The first matching row counts. A trailing / means everything below.
rules='
lib/base        base/                                       -
lib/graphql     base/ graphql/                              jansson.h
lib/io          base/ io/                                   libpq-fe.h uv.h hiredis/ jwt.h jansson.h nghttp2/ openssl/ curl/
lib/json_schema  base/ json_schema/                        nlohmann/ re2/ valijson/
resolvers       base/ graphql/gql.h io/db.h resolvers/      -
workers         base/ io/ workers/                          uv.h jwt.h jansson.h nghttp2/ openssl/ curl/
server/http     base/ server/ http/                         uv.h openssl/ h2o.h h2o/ wslay/
server          base/ graphql/gql.h io/ json_schema/json_schema.h resolvers/ server/  uv.h jwt.h jansson.h openssl/ curl/
'
guarded='libpq-fe.h uv.h hiredis/ jwt.h jansson.h nghttp2/ openssl/ curl/ h2o.h h2o/ wslay/ nlohmann/ re2/ valijson/'

check() {
    cd "$1"
    # shellcheck disable=SC2016
    find lib resolvers server workers '(' -name '*.[ch]' -o -name '*.[ch]pp' ')' 2>/dev/null | LC_ALL=C sort | xargs -r awk \
        -v rules="$rules" -v guarded="$guarded" -v soft="$lines_soft" -v hard="$lines_hard" '
        function begins(text, start) { return substr(text, 1, length(start)) == start }
        function allowed(name, list,    words, n, i) {
            n = split(list, words, " ")
            for (i = 1; i <= n; i++)
                if (words[i] == name || (words[i] ~ /\/$/ && begins(name, words[i]))) return 1
            return 0
        }
        function complain(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad++ }
        function measure() {
            if (lines > hard) { printf "%s: %d lines, at most %d\n", file, lines, hard; bad++ }
            else if (lines > soft) printf "%s: %d lines, better at most %d\n", file, lines, soft
        }
        BEGIN {
            count = split(rules, rows, "\n")
            for (i = 1; i <= count; i++) {
                if (rows[i] !~ /[^ ]/) continue
                split(rows[i], columns, /  +/)
                place[++places] = columns[1]; ours[places] = columns[2]; theirs[places] = columns[3]
            }
        }
        FNR == 1 {
            measure(); file = FILENAME; row = 0
            for (i = 1; i <= places && !row; i++) if (begins(FILENAME, place[i] "/")) row = i
        }
        { lines = FNR }
        !/^[ \t]*#[ \t]*include/ { next }
        {
            name = $0
            sub(/^[^"<]*["<]/, "", name); sub(/[">].*$/, "", name)
        }
        /</ {
            if (allowed(name, guarded) && !allowed(name, theirs[row]))
                complain(place[row] " may not use <" name ">")
            next
        }
        name ~ /^\.\.?\// { complain("name \"" name "\" from the layer'"'"'s root, not by dots"); next }
        name ~ /\// && !allowed(name, ours[row]) && (getline line < (place[row] "/" name)) < 0 {
            complain(place[row] " may not include \"" name "\"")
        }
        { close(place[row] "/" name) }
        END { measure(); exit bad > 0 }
        '
}

# broken WHAT FILE LINE: a tree in which FILE holds LINE must be refused.
broken() {
    mkdir -p "$scratch/$(dirname "$2")"
    printf '%s\n' "$3" >"$scratch/$2"
    if (check "$scratch") >/dev/null; then
        printf 'check_layers: does not see %s\n' "$1"
        failed=1
    fi
    rm "$scratch/$2"
}

self_test() {
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    failed=0
    mkdir -p "$scratch/lib/base" "$scratch/server/http" "$scratch/lib/io" "$scratch/resolvers"
    printf '#include "base/str.h"\n#include <stdio.h>\n' >"$scratch/lib/base/str.c"
    printf '#include "io/db.h"\n#include <libpq-fe.h>\n' >"$scratch/lib/io/db.c"
    printf '#include "http.h"\n#include <h2o.h>\n' >"$scratch/server/http/http.c"
    printf '#include "graphql/gql.h"\n#include "io/db.h"\n#include "sql.h"\n' >"$scratch/resolvers/a.c"
    if ! (check "$scratch"); then
        echo 'check_layers: refuses a tree that keeps every rule'
        failed=1
    fi
    broken 'base using graphql' lib/base/x.c '#include "graphql/gql.h"'
    broken 'base using libuv' lib/base/x.h '#  include <uv.h>'
    broken 'graphql using io' lib/graphql/plan/x.c '#include "io/db.h"'
    broken 'graphql using a socket library' lib/graphql/x.c '#include <hiredis/async.h>'
    broken 'io using graphql' lib/io/x.c '#include "graphql/gql.h"'
    broken 'resolvers using the inside of the engine' resolvers/x.c '#include "graphql/execution/run.h"'
    broken 'resolvers using Redis' resolvers/x.c '#include "io/redis.h"'
    broken 'resolvers using the server' resolvers/x.c '#include "server/session.h"'
    broken 'workers using resolvers' workers/x.c '#include "resolvers/ask.h"'
    broken 'workers using graphql' workers/x.c '#include "graphql/gql.h"'
    broken 'server using workers' server/x.c '#include "workers/runner.h"'
    broken 'h2o.h outside server/http' server/x.c '#include <h2o.h>'
    broken 'libpq outside lib/io' workers/x.c '#include <libpq-fe.h>'
    broken 'a JSON Schema library outside its door' server/x.c '#include <valijson/schema.hpp>'
    broken 'the inside of the JSON Schema door' server/x.c '#include "json_schema/validator.h"'
    broken 'the JSON Schema door using io' lib/json_schema/x.cpp '#include "io/db.h"'
    broken 'C++ elsewhere using its libraries' server/x.cpp '#include <nlohmann/json.hpp>'
    broken 'dots' server/http/x.c '#include "../session.h"'
    broken 'a file that is too long' lib/base/x.c "$(seq $((lines_hard + 1)) | sed 's/.*/int a;/')"
    [ "$failed" = 0 ] && echo 'check_layers: each broken rule is seen'
    exit "$failed"
}

case ${1:-} in
--self-test) self_test ;;
*) check "${1:-$(dirname -- "$0")/..}" ;;
esac
