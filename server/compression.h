/*
 * compression.h - bodies made smaller: which coding a client takes, and the coding.
 *
 * Source: RFC 9110, section 12.5.3 (Accept-Encoding); RFC 1952 (gzip); RFC 7932 (brotli).
 */
#ifndef SERVER_COMPRESSION_H
#define SERVER_COMPRESSION_H

#include "base/buf.h"

enum coding { CODING_IDENTITY, CODING_GZIP, CODING_BROTLI, CODING_COUNT };

/* Less is not worth it. */
enum { COMPRESSED_FROM_BYTES = 1024 };

/* "" for identity. */
extern const char *const coding_names[CODING_COUNT];

/* The coding the client wants most of those offered (bits 1 << coding); for equal wishes the
 * smaller. Identity when it says nothing, and when it refuses everything. */
enum coding coding_choose(struct str accept_encoding, unsigned offered);

/* Level 1 (quick) to 9 (small). Fails: MC_LIMIT when it does not become smaller. */
enum status compress_bytes(enum coding coding, int level, struct str bytes, struct buf *out);

#endif
