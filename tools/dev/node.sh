#!/bin/sh
# node.sh ARGUMENT...: runs npm's node of node_modules when there is one, else the machine's.
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
node=$here/node_modules/.bin/node
[ -x "$node" ] || node=node
exec "$node" "$@"
