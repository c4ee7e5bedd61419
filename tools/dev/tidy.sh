#!/bin/sh
# tidy.sh: clang-tidy on every C file that build/lint compiles, two at a time. A file is looked at
# again only when its preprocessed text, its command or the configuration changed.
# tidy.sh FILE: one file.
. "$(dirname -- "$0")/common.sh"

database=$root/build/lint/compile_commands.json
cache=$root/build/lint/tidy
mkdir -p "$cache"

if [ $# = 0 ]; then
    sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$database" | grep -vF "$root/build/" | LC_ALL=C sort -u |
        xargs -r -P 2 -n 1 "$0"
    exit
fi

file=$1
command=$(grep -B 2 -F "\"file\": \"$file\"" "$database" |
    sed -n 's/^ *"command": "\(.*\)",$/\1/p' | tail -n 1 | sed 's/\\"/"/g')
preprocess=$(printf '%s' "$command" | sed 's/ -o [^ ]* -c / -E -C /')
key=$({ cat "$root/.clang-tidy"; clang-tidy-14 --version; printf '%s\n' "$command"; (cd "$root/build/lint" && eval "$preprocess"); } 2>/dev/null |
    sha256sum | cut -c1-40)
[ -f "$cache/$key" ] && exit 0
# What it thinks of a library's inline functions is not ours to mend.
out=$(clang-tidy-14 --quiet -p "$root/build/lint" "$file" 2>/dev/null) || :
if printf '%s\n' "$out" | grep -E ' (error|warning): ' | grep -vqF "$root/.cache/"; then
    printf '%s\n' "$out"
    exit 1
fi
: >"$cache/$key"
