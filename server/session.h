/*
 * session.h - from a bearer token to a viewer.
 *
 * PostgreSQL holds the sessions. The token is checked here (verified.h); the record of its session
 * - the viewer as JSON, ten minutes old at most - is asked of Redis, whose word of a change is
 * awaited from then on (known_sessions.h), and where Redis has none or is away, read from
 * PostgreSQL and given to Redis again. A record counts only against the mirror of ends and changes
 * (revocations.h), until its session ends by itself and until the clock alone changes the viewer's
 * rights: a role that begins or ends then. So losing Redis costs time, never a session, and never
 * shows somebody another person's.
 *
 * Life:    a check is embedded by the caller; the viewer's texts live in its arena.
 * Order:   done comes exactly once where session_check has found a good token: at once for a
 *          session that is known, so before it returns, or later. MC_OK is returned for both.
 * Fails:   MC_UNAUTHENTICATED (forged, expired, ended), MC_UNAVAILABLE, MC_TIMEOUT, MC_BUSY
 *          (PostgreSQL).
 */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "io/jwt.h"
#include "io/redis.h"
#include "known_sessions.h"
#include "revocations.h"
#include "verified.h"

struct sessions {
    struct redis *redis;
    struct db_pool *pool; /* of app_service */
    struct revocations *revocations;
    struct jwt_ring ring;
    struct clock *clock;
    struct metrics *metrics;
    size_t slot;
    uint32_t redis_timeout_ms, load_timeout_ms;
    struct verified verified;
    struct known_sessions known;
    struct redis_watch watch;
};

/* Once, before anybody subscribes: hears of changed records. */
void sessions_watch(struct sessions *sessions);
void sessions_done(struct sessions *sessions);

struct session_check {
    struct sessions *sessions;
    struct redis_ask ask;
    struct db_group group;
    struct db_ask row;
    uint64_t asked; /* of Redis: as of which change */
    bool loading;   /* from PostgreSQL */
    struct arena *arena;
    struct viewer viewer; /* valid in done on MC_OK */
    int64_t expires_s;    /* of the token */
    void (*done)(struct session_check *check, enum status status);
    void *data;
};

/* authorization: the header's value. Fails: MC_UNAUTHENTICATED when it is no good token of ours. */
enum status session_check(struct sessions *sessions, struct str authorization,
                          struct session_check *check);

/* Asks Redis again for a session that was good before: check->viewer.session and data are kept.
 * done comes later. */
enum status session_recheck(struct sessions *sessions, struct session_check *check);

void session_check_cancel(struct session_check *check);

/* Does what is known of the viewer count still, as far as this process has heard? */
enum session_standing { SESSION_STANDS, SESSION_DOUBTED, SESSION_ENDED };
enum session_standing session_standing(const struct sessions *sessions,
                                       const struct viewer *viewer);

/* After the database has committed the end: counts here at once, and takes the record from Redis.
 * done (NULL: nobody waits) comes once, when every process that hears Redis has heard it, or Redis
 * is away; it may come before this returns. */
void session_forget(struct sessions *sessions, struct str session, void (*done)(void *data),
                    void *data);

#endif
