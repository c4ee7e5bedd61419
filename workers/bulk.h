/*
 * bulk.h - bulk submission (nộp lô hồ sơ): the next batch of items of the partner that has waited
 * longest, each by submitDossier's own function, in one transaction (functions/98_bulk.sql).
 *
 * Order:  an item and its dossier are committed together: a worker that dies in between leaves
 *         neither, and the next one begins where it had.
 * Limits: BULK_BATCH items, and less when they take long: others wait for what a batch holds.
 * Fails:  what the database says.
 */
#ifndef WORKERS_BULK_H
#define WORKERS_BULK_H

#include "io/db.h"
#include "ring.h"

enum { BULK_BATCH = 20 };

/* *ret_again: there may be more to do now. The job's streams are rung with the ring's next send. */
enum status bulk_once(struct db_session *session, struct ring *ring, bool *ret_again);

#endif
