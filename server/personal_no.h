/*
 * personal_no.h - personal numbers (số định danh cá nhân) on their way to the database: sealed,
 * bound to whom they are of, and found again by their blind index (io/cell.h).
 */
#ifndef SERVER_PERSONAL_NO_H
#define SERVER_PERSONAL_NO_H

#include "io/key_ring.h"
#include "services.h"

/* One index for persons and officers: who is both has one number. */
struct str personal_no_index(const struct key_ring *keys, struct str personal_no,
                             struct arena *arena);

/* Seals it for the row that sealed->table and public_id name, and indexes it. Fails: MC_BAD_INPUT,
 * it is no personal number. */
enum status personal_no_seal(const struct key_ring *keys, struct str personal_no,
                             struct arena *arena, struct sealed_number *sealed);

#endif
