/*
 * expand.h - from committed events to deliveries: feed numbers, recipients and devices in one
 * transaction, then the ring. A crash before the commit repeats it; nid keeps it single.
 *
 * Fails: what the database says; nothing has happened then.
 */
#ifndef WORKERS_EXPAND_H
#define WORKERS_EXPAND_H

#include "config.h"
#include "io/db.h"
#include "ring.h"

enum { EXPAND_EVENTS_MAX = 500 };

/* ret_again: there may be more. ret_made: deliveries were written. */
enum status expand_once(const struct worker_config *config, struct db_session *session,
                        struct ring *ring, bool *ret_again, bool *ret_made);

/* Rings once more for the last events, as their expander may have died before it did. */
enum status expand_ring_recent(struct db_session *session, struct ring *ring);

#endif
