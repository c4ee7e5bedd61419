/*
 * jwks.h - the public keys that somebody else signs with.
 *
 * A key says what it verifies, and only that: RSA RS256 (or PS256 where its alg says so), P-256
 * ES256, Ed25519 EdDSA. Keys for other uses and of other kinds are passed over.
 *
 * Life:    jwks_done gives the keys back; their ids live in the arena.
 * Limits:  JWKS_BYTES_MAX, JWKS_KEYS_MAX keys, RSA of JWKS_RSA_BITS_MIN to JWKS_RSA_BITS_MAX.
 * Fails:   MC_BAD_INPUT: no set of public keys; a private part or a secret in it is refused whole.
 * Source:  RFC 7517, RFC 7518, RFC 8037.
 */
#ifndef IO_JWKS_H
#define IO_JWKS_H

#include "base/arena.h"

#include <openssl/types.h>

enum {
    JWKS_BYTES_MAX = 65536,
    JWKS_KEYS_MAX = 32,
    JWKS_KID_BYTES_MAX = 128,
    JWKS_RSA_BITS_MIN = 2048,
    JWKS_RSA_BITS_MAX = 8192,
};

enum jws_algorithm { JWS_RS256, JWS_PS256, JWS_ES256, JWS_EDDSA, JWS_ALGORITHM_COUNT };

/* "RS256" */
const char *jws_algorithm_name(enum jws_algorithm algorithm);

struct jwk {
    struct str kid; /* absent: the set does not name it */
    enum jws_algorithm algorithm;
    EVP_PKEY *key;
};

struct jwks {
    struct jwk keys[JWKS_KEYS_MAX];
    size_t count;
};

enum status jwks_parse(struct jwks *jwks, struct arena *arena, struct str text);
void jwks_done(struct jwks *jwks);

/* The key of this id; without an id the only key there is. NULL: none. */
const struct jwk *jwks_find(const struct jwks *jwks, struct str kid);

/* Is this the key's signature, in JWS's form, over text? */
bool jwk_verifies(const struct jwk *key, struct str text, struct str signature);

#endif
