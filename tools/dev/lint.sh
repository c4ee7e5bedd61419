#!/bin/sh
# lint.sh: what CI asks of the text; names the checks that found something.
. "$(dirname -- "$0")/common.sh"

"$root/tools/dev/packages.sh" run build migrate local test
one_at_a_time lint
cd "$root"
failed=

look() {
    name=$1
    shift
    step "lint: $name"
    "$@" || failed="$failed $name"
}

# Configured and its generated headers made, so that clang-tidy sees what the compiler sees.
database() {
    cmake --preset lint >"$base/configure-lint.log" 2>&1 || {
        tail -n 20 "$base/configure-lint.log"
        return 1
    }
    cmake --build --preset lint >"$base/configure-lint.log" 2>&1
}

cppcheck_all() {
    mkdir -p build/lint/cppcheck
    for directory in lib resolvers server workers; do
        [ -d "$directory" ] && set -- "$@" "$directory"
    done
    cppcheck --quiet --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --std=c11 -j 2 -I lib -I . -D_GNU_SOURCE --cppcheck-build-dir=build/lint/cppcheck \
        --suppressions-list=tools/dev/cppcheck.txt "$@"
}

look layers sh -c 'tools/check_layers.sh --self-test && tools/check_layers.sh'
look banned-words tools/dev/banned_words.sh
look format tools/dev/fmt.sh --check
look shell shellcheck -x -P SCRIPTDIR dev .ci/run tools/*.sh tools/*/*.sh
look database database
look cppcheck cppcheck_all
look clang-tidy tools/dev/tidy.sh
[ -z "$failed" ] || die "lint: see above; these found something:$failed"
step "lint: clean"
