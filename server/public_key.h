/*
 * public_key.h - is a text the public key of a partner? RFC 7517; what io/jwks.h verifies by.
 *
 * Limits: PUBLIC_KEY_BYTES_MAX.
 */
#ifndef SERVER_PUBLIC_KEY_H
#define SERVER_PUBLIC_KEY_H

#include "base/arena.h"

enum { PUBLIC_KEY_BYTES_MAX = 4096 };

/* One key that can verify, with a kid, and nothing else in the text. Rules of services.h. */
bool is_public_key(struct str jwk, struct arena *arena);

#endif
