/*
 * memo.h - the last answers to questions whose answer depends on nothing but their bytes.
 *
 * Found by a keyed hash, then by all bytes. Each place of the table has room for MEMO_WAYS; one
 * more pushes out the oldest. Keys asked for in turn push each other out of a place that is too
 * small for them every time, so there are many places and few keys in each.
 *
 * Life:    zeroed is empty; memo_done gives back. A value is a view until the next memo_keep.
 * Limits:  MEMO_WAYS * MEMO_PLACES entries of MEMO_KEY_BYTES_MAX and MEMO_VALUE_BYTES_MAX; what is
 *          larger is not kept.
 */
#ifndef SERVER_MEMO_H
#define SERVER_MEMO_H

#include "base/str.h"

enum { MEMO_PLACES = 4096, MEMO_WAYS = 4, MEMO_KEY_BYTES_MAX = 1024, MEMO_VALUE_BYTES_MAX = 1024 };

struct memo {
    struct memo_entry *places[MEMO_PLACES][MEMO_WAYS]; /* the newest first */
};

/* Absent when it is not there. Aligned as memory is. */
struct str memo_find(const struct memo *memo, struct str key);
void memo_keep(struct memo *memo, struct str key, struct str value);
void memo_done(struct memo *memo);

#endif
