/*
 * quarantine.h - what other systems have sent and could not be applied yet: tried again where time
 * may help (schema/db/functions/48_portal_quarantine.sql).
 *
 * Order:   several workers may do this at once: of one code one at a time.
 * Limits:  QUARANTINE_ROWS_MAX messages a turn, and a second of work.
 * Fails:   what the database says.
 */
#ifndef WORKERS_QUARANTINE_H
#define WORKERS_QUARANTINE_H

#include "io/db.h"

enum { QUARANTINE_ROWS_MAX = 200 };

/* Those that are due. again: there may be more. */
enum status quarantine_turn(struct db_session *session, bool *ret_again);

#endif
