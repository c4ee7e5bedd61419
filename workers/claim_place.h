/*
 * claim_place.h - who a worker is: a name that stays across restarts, a place under that name held
 * by an advisory lock as long as the connection lives, and a number no worker had before.
 *
 * So a restarted worker finds what its former self had claimed, and frees it at once instead of
 * after the lease; and two workers of one name never take each other for dead.
 */
#ifndef WORKERS_CLAIM_PLACE_H
#define WORKERS_CLAIM_PLACE_H

#include "config.h"
#include "io/db.h"

enum { CLAIM_NAME_BYTES_MAX = 256 };

struct claim_place {
    struct db_session *session;
    char name[CLAIM_NAME_BYTES_MAX];
    int64_t slot, worker;
};

/* Fails: MC_LIMIT when all places of the name are taken; what the database says. */
enum status claim_place_take(struct claim_place *place, const struct worker_config *config,
                             struct db_session *session, int64_t *ret_released);

/* Takes the lock again after a lost connection, and frees leases that ran out. */
enum status claim_place_sweep(struct claim_place *place, int64_t *ret_released);

/* At an orderly end. */
enum status claim_place_leave(struct claim_place *place, int64_t *ret_released);

#endif
