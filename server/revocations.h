/*
 * revocations.h - what every process knows of sessions that ended and of rights that changed in the
 * last minutes: a mirror of the database's session_change, read several times a second.
 *
 * Whatever record of a session a cache holds, it counts only against this mirror; so a session's
 * end and a right taken away count everywhere within a second, with Redis or without.
 *
 * Life:    revocations_close stops reading; closed comes when nothing is under way, and it is gone.
 * Limits:  changes older than REVOCATIONS_KEEP_S are forgotten (no record lives as long); above
 *          REVOCATIONS_MAX of them, and until the first reading has come, every record is in doubt.
 * Source:  SECURITY 3.4 (a revocation list mirrored in PostgreSQL), 5 (visible within 1 s).
 */
#ifndef SERVER_REVOCATIONS_H
#define SERVER_REVOCATIONS_H

#include "request.h"

enum { REVOCATIONS_KEEP_S = 660, REVOCATIONS_MAX = 200000 };

struct revocations;

/* changed is called after each reading that told something new. */
struct revocations_settings {
    uv_loop_t *loop;
    struct db_pool *pool; /* of app_service */
    void (*changed)(void *data);
    void *data;
};

struct revocations *revocations_new(const struct revocations_settings *settings);
void revocations_close(struct revocations *revocations, void (*closed)(void *data), void *data);

bool revocations_has_ended(const struct revocations *revocations, struct str session);

/* True when the viewer's rights may have changed since they were read. */
bool revocations_doubts(const struct revocations *revocations, const struct viewer *viewer);

/* As revocations_has_ended says from now on, ahead of the next reading. */
void revocations_add_ended(struct revocations *revocations, struct str session);

#endif
