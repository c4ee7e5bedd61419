/*
 * verified.h - tokens whose signature was checked a moment ago.
 *
 * Checking a token costs more than all else of a small request, and a client sends the same one
 * for ten minutes. Only that is remembered which cannot change: that these bytes are a token of
 * ours, of which session and until when. Whether the session still stands is another question
 * (known_sessions.h).
 *
 * Life:    zeroed is empty; verified_done gives back.
 * Limits:  as memo.h; a token is checked anew after VERIFIED_LIFE_S, and never outlives itself.
 */
#ifndef SERVER_VERIFIED_H
#define SERVER_VERIFIED_H

#include "io/jwt.h"
#include "memo.h"

enum { VERIFIED_LIFE_S = 60 };

struct verified {
    struct memo tokens;
};

struct verified_question {
    struct str token;
    int64_t now_s; /* the wall clock */
};

struct verified_access {
    struct str session; /* in arena */
    int64_t expires_s;
};

/* Fails: as jwt_verify_access. */
enum status verified_access(struct verified *verified, const struct jwt_ring *ring,
                            const struct verified_question *question, struct arena *arena,
                            struct verified_access *ret_access);

void verified_done(struct verified *verified);

#endif
