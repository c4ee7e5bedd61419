/*
 * session.h - from a bearer token to a viewer.
 *
 * PostgreSQL holds the sessions. The token is checked here (verified.h); the record of its session
 * - the viewer as JSON, ten minutes old at most - is asked of Redis on every request and, where
 * Redis has none or is away, read from PostgreSQL and given to Redis again. A record counts only
 * against the mirror of ends and changes (revocations.h), and until the moment at which the clock
 * alone changes the viewer's rights: a role that begins or ends then. So losing Redis costs time,
 * never a session, and never shows somebody another person's.
 *
 * Life:    a check is embedded by the caller; the viewer's texts live in its arena.
 * Order:   done comes exactly once after session_check returned MC_OK, never before.
 * Fails:   MC_UNAUTHENTICATED (forged, expired, ended), MC_UNAVAILABLE, MC_TIMEOUT, MC_BUSY
 *          (PostgreSQL).
 */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "io/jwt.h"
#include "io/redis.h"
#include "request.h"
#include "revocations.h"
#include "verified.h"

struct sessions {
    struct redis *redis;
    struct db_pool *pool; /* of app_service */
    struct revocations *revocations;
    struct jwt_ring ring;
    struct clock *clock;
    uint32_t redis_timeout_ms, load_timeout_ms;
    struct verified verified;
};

struct session_check {
    struct sessions *sessions;
    struct redis_ask ask;
    struct db_group group;
    struct db_ask row;
    bool loading; /* from PostgreSQL */
    struct arena *arena;
    struct viewer viewer; /* valid in done on MC_OK */
    int64_t expires_s;    /* of the token */
    void (*done)(struct session_check *check, enum status status);
    void *data;
};

/* authorization: the header's value. Fails: MC_UNAUTHENTICATED when it is no good token of ours. */
enum status session_check(struct sessions *sessions, struct str authorization,
                          struct session_check *check);

/* Asks again for a session that was good before: check->viewer.session and data are kept. */
enum status session_recheck(struct sessions *sessions, struct session_check *check);

void session_check_cancel(struct session_check *check);

/* Does what is known of the viewer count still, as far as this process has heard? */
enum session_standing { SESSION_STANDS, SESSION_DOUBTED, SESSION_ENDED };
enum session_standing session_standing(const struct sessions *sessions,
                                       const struct viewer *viewer);

/* After the database has committed the end: counts here at once, and takes the record from Redis.
 */
void session_forget(struct sessions *sessions, struct str session);

#endif
