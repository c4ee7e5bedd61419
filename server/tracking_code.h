/*
 * tracking_code.h - what a receipt says beside the dossier's code, so that whoever holds it can
 * look the dossier up (mã tra cứu).
 *
 * 128 random bits as 26 characters of Crockford's base 32, in groups of four with hyphens between.
 * Read without regard to case, blanks and hyphens; O counts as 0, I and L as 1. The database keeps
 * a digest: SHA-256 of a purpose and the 16 bytes.
 *
 * Source: https://www.crockford.com/base32.html; DOMAIN §0.11.
 */
#ifndef SERVER_TRACKING_CODE_H
#define SERVER_TRACKING_CODE_H

#include "services.h"

enum { TRACKING_CODE_BYTES = 16, TRACKING_CODE_TEXT_BYTES = 32, TRACKING_CODE_DIGEST_BYTES = 32 };

void tracking_code_new(struct arena *arena, struct tracking_code *ret_code);

/* As it is shown; text is not ended by a NUL. */
struct str tracking_code_write(const unsigned char bytes[TRACKING_CODE_BYTES],
                               char text[TRACKING_CODE_TEXT_BYTES]);

/* Fails: MC_BAD_INPUT, it is none. */
enum status tracking_code_read(struct str text, unsigned char ret_bytes[TRACKING_CODE_BYTES]);

/* Of a text that is none: a digest that no code has. In arena. */
struct str tracking_code_digest(struct str text, struct arena *arena);

#endif
