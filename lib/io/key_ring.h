/*
 * key_ring.h - the secrets that data at rest and refresh tokens hang on, from one file.
 *
 * A line each: PURPOSE ID KEY, as `CELL 2 base64url-of-32-bytes`; blank lines and lines that begin
 * with # are skipped. The last line of a purpose is its key in use, earlier ones only read. INDEX
 * has one key for ever: what was looked up by it before would not be found again.
 *
 * Life:    a ring is filled once at the start; key_ring_forget wipes it. A process that has
 *          loaded one leaves no core file, which would hold it (prlimit --core undoes that).
 * Limits:  KEY_RING_KEYS_MAX keys a purpose, ids 1 to 65535, a file of KEY_RING_FILE_BYTES_MAX.
 * Fails:   MC_BAD_INPUT with one sentence in why: a line that does not fit, a purpose without a
 *          key, a file that others may read (it is 0400 and ours); MC_UNAVAILABLE: no such file.
 *          No sentence holds a byte of a key.
 * Source:  SECURITY 3.3.
 */
#ifndef IO_KEY_RING_H
#define IO_KEY_RING_H

#include "base/arena.h"
#include "base/buf.h"

enum { KEY_RING_KEYS_MAX = 16, KEY_RING_FILE_BYTES_MAX = 16384, KEY_BYTES = 32 };

enum key_purpose {
    KEY_CELL,    /* seals columns (cell.h) */
    KEY_INDEX,   /* finds sealed values again (cell.h) */
    KEY_REFRESH, /* makes refresh tokens, and under another label links to papers */
    KEY_PURPOSE_COUNT,
};

struct ring_key {
    uint16_t id;
    unsigned char bytes[KEY_BYTES];
};

struct key_ring {
    struct {
        struct ring_key keys[KEY_RING_KEYS_MAX];
        size_t count;
    } purposes[KEY_PURPOSE_COUNT];
};

enum status key_ring_parse(struct key_ring *ring, struct str text, struct buf *why);
enum status key_ring_load(struct key_ring *ring, const char *path, struct buf *why);

/* Writes a new ring of one key a purpose, mode 0400, unless there is a file of that name. Fails:
 * MC_UNAVAILABLE. */
enum status key_ring_make(const char *path, struct buf *why);

void key_ring_forget(struct key_ring *ring);

/* The one in use. */
const struct ring_key *key_ring_current(const struct key_ring *ring, enum key_purpose purpose);

/* NULL: there is none of that id. */
const struct ring_key *key_ring_find(const struct key_ring *ring, enum key_purpose purpose,
                                     uint16_t id);

#endif
