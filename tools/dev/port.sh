#!/bin/sh
# port.sh [PORT]: succeeds, saying so in one sentence, if something listens on the port already.
port=${1:-${MOTCUA_PORT:-8443}}
hex=$(printf '%04X' "$port")

# In /proc/net/tcp the local address is the second field and 0A in the fourth means listening.
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v end=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == end { found = 1 }
        END { exit !found }' || exit 1
printf 'port %s is in use: end what listens there, or choose another with MOTCUA_PORT=...\n' "$port"
