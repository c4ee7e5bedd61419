/*
 * ring.h - tells the servers' open streams, through Redis, that committed events are there to be
 * read. Only a bell: what it loses is read at the next ring or gap.
 *
 * Limits: RING_BYTES_MAX wait for a Redis that is away; older lines are then forgotten.
 */
#ifndef WORKERS_RING_H
#define WORKERS_RING_H

#include "base/buf.h"
#include "io/redis.h"

enum { RING_BYTES_MAX = 65536 };

struct ring {
    struct redis *redis;
    struct redis_ask ask;
    struct buf waiting, sent;
    bool asking;
};

void ring_init(struct ring *ring, struct redis *redis);
/* After its redis is closed. */
void ring_done(struct ring *ring);

/* "feed_no|event|applicant|submitter|received|competent" */
void ring_add(struct ring *ring, struct str line);

/* One message with all lines, when none is under way. */
void ring_send(struct ring *ring);

static inline bool ring_idle(const struct ring *ring)
{
    return !ring->asking && ring->waiting.size == 0;
}

#endif
