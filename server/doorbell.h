/*
 * doorbell.h - tells the workers that something was committed: one NOTIFY for all rings of a few
 * milliseconds, on a transaction of its own, because pg_notify inside the business transaction
 * costs half of the commit rate (measured). Only a hint: workers also look by themselves.
 */
#ifndef SERVER_DOORBELL_H
#define SERVER_DOORBELL_H

#include "io/db.h"

enum { DOORBELL_MS = 5 };

struct doorbell *doorbell_new(uv_loop_t *loop, struct db_pool *pool);
void doorbell_ring(struct doorbell *doorbell);

/* Before its pool is closed. Frees itself once nothing is in flight. */
void doorbell_close(struct doorbell *doorbell);

#endif
