/*
 * jwt_foreign.h - a token that somebody else signed: an ID token, a client's assertion.
 *
 * The key is looked up by the token's kid, and the key alone says the algorithm. A header holds
 * alg, typ and kid and nothing else: no jku, jwk, x5u, x5c, crit, b64, zip.
 *
 * Life:    claims are jansson's: json_decref them.
 * Limits:  JWT_FOREIGN_BYTES_MAX; base64url without padding, one spelling; no member twice.
 * Fails:   MC_UNAUTHENTICATED, whatever is wrong; ret_why then names the check, a word of ours for
 *          a log.
 * Source:  RFC 7515, RFC 7519, RFC 8725.
 */
#ifndef IO_JWT_FOREIGN_H
#define IO_JWT_FOREIGN_H

#include "io/jwks.h"

#include <jansson.h>

enum { JWT_FOREIGN_BYTES_MAX = 16384, JWT_FOREIGN_TEXT_BYTES_MAX = 1024 };

struct jwt_expected {
    const char *const *types; /* of typ; ends with NULL. A header without typ is taken as "" */
    struct str issuer;        /* iss, exactly */
    struct str audience;      /* aud, exactly; or one of a list, where a list may stand */
    bool audience_list;
    struct str nonce;   /* absent: not compared */
    int64_t now_s;      /* the wall clock */
    int64_t skew_s;     /* between clocks */
    int64_t life_s_max; /* from iat to exp */
    bool must_have_jti;
};

enum status jwt_foreign_verify(const struct jwks *jwks, struct str token,
                               const struct jwt_expected *expected, json_t **ret_claims,
                               const char **ret_why);

/* The kid of a token that nobody has verified, to know whether other keys are to be fetched; in the
 * arena. Absent: it has none, or is no token. */
struct str jwt_foreign_kid(struct str token, struct arena *arena);

/* A text claim of 1 to JWT_FOREIGN_TEXT_BYTES_MAX bytes; absent: it is something else. */
struct str jwt_foreign_text(const json_t *claims, const char *name);

#endif
