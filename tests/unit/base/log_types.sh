#!/bin/sh
# log_types.sh COMPILER INCLUDE: a text of a client is no field of a log line, as the compiler says.
set -eu

compiles() {
    printf '#include "base/log.h"\nvoid probe(struct str text);\nvoid probe(struct str text)\n{\n    log_event(LOG_INFO, "probe", %s);\n    (void)text;\n}\n' "$1" |
        "$compiler" -std=gnu11 -fsyntax-only -I"$include" -xc - 2>/dev/null
}

compiler=$1 include=$2
for field in 'LOG_I64("n", 1)' 'LOG_HEX("n", 1)' 'LOG_SYMBOL("n", "a")' 'LOG_OURS("n", log_ours(text))'; do
    compiles "$field" || { echo "$field should compile"; exit 1; }
done
for field in 'LOG_I64("n", text)' 'LOG_HEX("n", text)' 'LOG_SYMBOL("n", text)' 'LOG_OURS("n", text)' \
    'LOG_OURS("n", text.data)' 'LOG_OURS("n", "a")' 'text'; do
    if compiles "$field"; then echo "$field compiles"; exit 1; fi
done
