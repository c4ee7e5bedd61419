/*
 * assertion.h - what a client proves itself with at the token endpoint: a JWT it has signed.
 *
 * Whose it says it is is read first, to look up that client's key; nothing of it counts before that
 * key has verified it.
 *
 * Life:    texts live in the arena given.
 * Limits:  ASSERTION_LIFE_S_MAX from iat to exp, ASSERTION_SKEW_S between clocks; those of
 *          io/jwt_foreign.h.
 * Fails:   MC_UNAUTHENTICATED, whatever is wrong.
 * Source:  RFC 7523, section 3. The audience is our issuer alone, as one text: an assertion that
 *          names others, too, could be theirs to send (CVE-2025-27370, CVE-2025-27371).
 */
#ifndef SERVER_ASSERTION_H
#define SERVER_ASSERTION_H

#include "base/arena.h"

#include <stdint.h>

enum { ASSERTION_LIFE_S_MAX = 300, ASSERTION_SKEW_S = 30 };

struct assertion {
    struct str token;
    struct str client; /* iss */
    struct str kid;
    struct str jti;    /* of a verified one */
    int64_t expires_s; /* of a verified one */
};

/* Reads client and kid of what nobody has verified. */
enum status assertion_read(struct assertion *assertion, struct arena *arena, struct str token);

struct assertion_check {
    struct str jwk; /* the client's public key, as JSON */
    struct str audience;
    int64_t now_s;
};

/* ret_why: on MC_UNAUTHENTICATED the check that failed, a word of ours for a log. */
enum status assertion_verify(struct assertion *assertion, struct arena *arena,
                             const struct assertion_check *check, const char **ret_why);

#endif
