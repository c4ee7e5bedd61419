/* tick.h - housekeeping: old idempotency keys, the logs' partitions, what has expired or is late.
 */
#ifndef WORKERS_TICK_H
#define WORKERS_TICK_H

#include "io/db.h"

/* Logs a warning when events wait for a number, or rows of the outbox or deliveries for a worker,
 * longer than TICK_LATE_S. Fails: what the database says. */
enum { TICK_LATE_S = 30 };

enum status tick_once(struct db_session *session);

#endif
