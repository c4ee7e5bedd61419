/*
 * base64.h - base64url without padding (RFC 4648 section 5).
 *
 * Decoding is strict: no padding, no other byte, no bits left over; what decodes encodes back to
 * the same text. Fails: MC_BAD_INPUT.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/arena.h"

struct str base64url_encode(struct arena *arena, struct str bytes);
enum status base64url_decode(struct arena *arena, struct str text, struct str *ret_bytes);

#endif
