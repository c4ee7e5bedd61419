/*
 * refresh_token.h - what a phone keeps to get its next access token.
 *
 * base64url of: the session (16 bytes), the generation (4, big-endian), HMAC-SHA-256 over both
 * under the ring's REFRESH key. Nothing of it is stored: the database knows the generation that
 * counts, and the same token can be given again when an answer was lost.
 *
 * Fails: MC_UNAUTHENTICATED: none of ours.
 */
#ifndef SERVER_REFRESH_TOKEN_H
#define SERVER_REFRESH_TOKEN_H

#include "io/key_ring.h"

/* session: a UUID's text. */
struct str refresh_token_make(const struct key_ring *ring, struct str session, int64_t generation,
                              struct arena *arena);
enum status refresh_token_read(const struct key_ring *ring, struct str text, struct arena *arena,
                               struct str *ret_session, int64_t *ret_generation);

#endif
