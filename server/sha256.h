/*
 * sha256.h - SHA-256 as text: what documents are known by.
 */
#ifndef SERVER_SHA256_H
#define SERVER_SHA256_H

#include "base/str.h"

enum { SHA256_TEXT_BYTES = 64 };

/* Lower-case hex in text, which is not ended by a NUL. */
struct str sha256_text(struct str bytes, char text[SHA256_TEXT_BYTES]);

#endif
