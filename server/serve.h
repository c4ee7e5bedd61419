/*
 * serve.h - the parent: binds, forks, restarts what dies, passes signals on.
 *
 * SIGTERM and SIGINT: children drain (GOAWAY, running requests end, streams get a goodbye) and are
 * killed PARENT_GRACE_MS after their own time is over. SIGHUP: certificates are read again. A child
 * that dies is started again after a pause that doubles from 100 ms to 5 s and is forgotten once a
 * child lives for 10 s. Each child listens on a socket of its own (SO_REUSEPORT); the parent's is
 * bound and never listens, so that the port stays ours and no connection waits on a dead child.
 */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "config.h"

/* The process's exit code. Prints "listening on https://..." when all is bound. */
int serve(const struct server_config *config);

#endif
