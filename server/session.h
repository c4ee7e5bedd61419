/*
 * session.h - from a bearer token to a viewer.
 *
 * The token is checked here, the session in Redis on every request, so that ending it counts at
 * once in every process; what cannot change of it is remembered for a minute (verified.h). The
 * record in Redis is the viewer as JSON; losing Redis means signing in again, never another
 * person's session.
 *
 * Life:    a check is embedded by the caller; the viewer's texts live in its arena.
 * Order:   done comes exactly once after session_check returned MC_OK, never before.
 * Fails:   MC_UNAUTHENTICATED (forged, expired, ended), MC_UNAVAILABLE, MC_TIMEOUT, MC_BUSY
 * (Redis).
 */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "io/jwt.h"
#include "io/redis.h"
#include "request.h"
#include "verified.h"

struct sessions {
    struct redis *redis;
    struct jwt_ring ring;
    struct clock *clock;
    uint32_t timeout_ms;
    struct verified verified;
};

struct session_check {
    struct redis_ask ask;
    struct arena *arena;
    struct verified *verified;
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

struct session_end {
    struct redis_ask ask;
    void (*ended)(void *context, enum status status);
    void *context;
};

enum status session_end(struct sessions *sessions, struct str session, struct arena *arena,
                        struct session_end *end);

struct session_maker {
    struct redis_settings redis;
    struct jwt_ring ring;
    int64_t session_life_s, token_life_s;
};

/* For `token`: makes a session and signs a token for it; blocks. viewer.session is made here. */
enum status session_make(const struct session_maker *maker, struct viewer *viewer,
                         struct arena *arena, struct str *ret_token);

#endif
