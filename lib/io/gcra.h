/*
 * gcra.h - how often something may be done, by the generic cell rate algorithm: in Redis for all
 * processes together, or here alone.
 *
 * A bucket holds `limit` units and loses one every interval, so that the whole of it is empty again
 * after a window. It is one number: the time until which it is filled. Several buckets are charged
 * at once, all or none: who is refused by the day has not used up the minute.
 *
 * From Redis more may be taken than one request costs, to be spent here: see `want`.
 *
 * Life:    a gcra_ask and its keys live until done; the rest of its input until gcra_send returns.
 * Order:   done comes exactly once after gcra_send returned MC_OK, never before.
 * Limits:  GCRA_BUCKETS_MAX buckets in one charge, GCRA_LIMIT_MAX units in a bucket.
 * Fails:   as redis.h. A script that Redis has forgotten is sent again.
 * Units:   microseconds. The interval is a whole number of them, rounded up: a limit is never
 *          exceeded, and may be missed by less than one microsecond for each unit.
 * Source:  ITU-T I.371, annex A (virtual scheduling).
 */
#ifndef IO_GCRA_H
#define IO_GCRA_H

#include "io/redis.h"

enum { GCRA_BUCKETS_MAX = 4, GCRA_LIMIT_MAX = 100000000, GCRA_WINDOW_S_MAX = 86400 };

struct gcra_rate {
    int64_t limit; /* 1 to GCRA_LIMIT_MAX */
    int64_t window_s;
};

int64_t gcra_interval_us(struct gcra_rate rate);

/* ---- alone ---- */

/* What the bucket is filled with: the time until it is empty. */
int64_t gcra_filled_us(struct gcra_rate rate, int64_t full_until_us, int64_t now_us);

/* Units that fit in beside what it is filled with. */
int64_t gcra_room(struct gcra_rate rate, int64_t filled_us);

/* Until cost fits in; 0: it does. A cost above the limit never will: the caller lowers it. */
int64_t gcra_wait_us(struct gcra_rate rate, int64_t filled_us, int64_t cost);

struct gcra_bucket {
    struct gcra_rate rate;
    int64_t *full_until_us;
};

/* Takes cost from all, or from none. Gives the longest wait; 0: taken. */
int64_t gcra_take(const struct gcra_bucket *buckets, size_t count, int64_t cost, int64_t now_us);

/* ---- in Redis ---- */

struct gcra_ask {
    struct str keys[GCRA_BUCKETS_MAX]; /* in a cluster: of one hash slot */
    struct gcra_rate rates[GCRA_BUCKETS_MAX];
    size_t count;
    int64_t cost;  /* at least */
    int64_t want;  /* rather this, but beyond cost no more than the share-th part of what is left */
    int64_t share; /* at least 1 */
    int64_t back;  /* taken before and not used: given back first */
    uint32_t timeout_ms;
    void (*done)(struct gcra_ask *ask, enum status status);
    void *data;

    /* On MC_OK. */
    int64_t granted; /* 0: refused */
    int64_t filled_us[GCRA_BUCKETS_MAX];

    struct redis *redis; /* the rest is its own */
    struct redis_ask command;
    bool whole; /* the script itself is sent, not its name */
};

enum status gcra_send(struct redis *redis, struct gcra_ask *ask);

/* done comes from the next turn with MC_CANCELLED; what was asked may still be taken. */
void gcra_cancel(struct gcra_ask *ask);

#endif
