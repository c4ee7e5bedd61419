/*
 * jwt.h - our access tokens, and tokens we sign for others.
 *
 * An access token is HS256 (RFC 7519, RFC 9068) under a key of our ring. The key id picks the key
 * and with it the algorithm; nothing else in the token has a say. Its bytes are the signature's
 * input: one token, one spelling.
 *
 * Life:    a ring's texts live in the arena given to jwt_ring_parse (issuer and audience are the
 *          caller's); claims and tokens in the arena given.
 * Limits:  JWT_KEYS_MAX keys of JWT_SECRET_BYTES_MIN to JWT_SECRET_BYTES_MAX bytes, tokens of
 *          JWT_TOKEN_BYTES_MAX, claims of JWT_CLAIM_BYTES_MAX, JWT_LIFE_S_MAX from issue to expiry,
 *          JWT_SKEW_S between clocks.
 * Fails:   jwt_verify_access: MC_UNAUTHENTICATED, whatever is wrong; jwt_ring_parse: MC_BAD_INPUT;
 *          signing: MC_BAD_INPUT for a claim beyond its limit, MC_INTERNAL for a key that does not
 *          fit the algorithm.
 * Units:   seconds since 1970 UTC, as in the tokens.
 */
#ifndef IO_JWT_H
#define IO_JWT_H

#include "base/arena.h"

enum {
    JWT_KEYS_MAX = 8,
    JWT_KID_BYTES_MAX = 32,
    JWT_SECRET_BYTES_MIN = 32,
    JWT_SECRET_BYTES_MAX = 128,
    JWT_TOKEN_BYTES_MAX = 4096,
    JWT_CLAIM_BYTES_MAX = 128,
    JWT_LIFE_S_MAX = 600,
    JWT_SKEW_S = 30,
};

struct jwt_key {
    struct str kid;    /* [A-Za-z0-9_-]{1,32} */
    struct str secret; /* raw bytes */
};

/* The first key signs, all verify: a new key is added behind, then moved to the front, and the old
 * one is taken away when its tokens have expired. */
struct jwt_ring {
    struct jwt_key keys[JWT_KEYS_MAX];
    size_t key_count;
    struct str issuer;
    struct str audience;
};

/* "kid:base64url,kid:base64url". Does not touch issuer and audience. */
enum status jwt_ring_parse(struct jwt_ring *ring, struct arena *arena, struct str text);

struct jwt_access {
    struct str subject; /* sub */
    struct str session; /* sid */
    struct str kind;    /* kind: citizen, officer, partner, ... */
    int64_t issued_s;   /* iat */
    int64_t expires_s;  /* exp */
};

enum status jwt_sign_access(const struct jwt_ring *ring, const struct jwt_access *access,
                            struct arena *arena, struct str *ret_token);

/* now_s is the wall clock. */
enum status jwt_verify_access(const struct jwt_ring *ring, struct str token, int64_t now_s,
                              struct arena *arena, struct jwt_access *ret_access);

/* ---- for others: VAPID (ES256), service accounts (RS256) ---- */

enum jwt_algorithm { JWT_ES256, JWT_RS256 };

struct jwt_signer {
    enum jwt_algorithm algorithm;
    const char *kid; /* NULL: none */
    struct str pem;  /* the private key */
};

/* A text, or a number when text is absent. */
struct jwt_claim {
    const char *name;
    struct str text;
    int64_t number;
};

/* claims ends with a row whose name is NULL. Costs some hundred microseconds: keep the token. */
enum status jwt_sign(const struct jwt_signer *signer, const struct jwt_claim *claims,
                     struct arena *arena, struct str *ret_token);

#endif
