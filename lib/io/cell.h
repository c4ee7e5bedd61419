/*
 * cell.h - a column's value, sealed so that a database alone cannot read it, and found again.
 *
 * AES-256-GCM: version (1 byte) | key id (2, big-endian) | nonce (12, random) | ciphertext | tag
 * (16). The place - table, column, row - is authenticated too: a cell copied to another place does
 * not open. Equal values are found by a blind index, HMAC-SHA-256 under a key of its own.
 *
 * Life:    what is given lives in the arena.
 * Limits:  CELL_PLAIN_BYTES_MAX; a key seals less than 2^32 cells, as nonces are random.
 * Fails:   MC_LIMIT: too long. cell_open: MC_NOT_FOUND: sealed by a key the ring does not have;
 *          MC_INVALID: no cell, another place, or changed.
 * Source:  NIST SP 800-38D; SECURITY 3.3.
 */
#ifndef IO_CELL_H
#define IO_CELL_H

#include "io/key_ring.h"

enum {
    CELL_VERSION = 1,
    CELL_PLAIN_BYTES_MAX = 4096,
    CELL_OVERHEAD_BYTES = 1 + 2 + 12 + 16,
    BLIND_INDEX_BYTES = 32,
};

struct cell_place {
    const char *table, *column;
    struct str row; /* what stays the row's for ever: its public id */
};

enum status cell_seal(const struct key_ring *ring, const struct cell_place *place, struct str plain,
                      struct arena *arena, struct str *ret_sealed);
enum status cell_open(const struct key_ring *ring, const struct cell_place *place,
                      struct str sealed, struct arena *arena, struct str *ret_plain);

/* Sealed by the key in use? */
bool cell_is_current(const struct key_ring *ring, struct str sealed);

/* purpose keeps equal values of different meaning apart ("person.personal_no"). */
struct str blind_index(const struct key_ring *ring, const char *purpose, struct str value,
                       struct arena *arena);

#endif
