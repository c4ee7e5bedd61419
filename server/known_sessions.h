/*
 * known_sessions.h - the viewers of sessions whose record this process has read, for as long as
 * Redis has told of no change of the record (io/redis.h, redis_watch).
 *
 * A session that ends in another process ends here, too, before that process has answered: Redis
 * tells of the removed record before it says that it is removed, and what came first is read first.
 * Where Redis tells nothing, nothing is known.
 *
 * Life:    zeroed is empty; known_sessions_done gives back.
 * Limits:  as memo.h; KNOWN_SESSION_LIFE_S, then the record is read again.
 */
#ifndef SERVER_KNOWN_SESSIONS_H
#define SERVER_KNOWN_SESSIONS_H

#include "memo.h"
#include "request.h"

enum { KNOWN_SESSION_LIFE_S = 30, KNOWN_SESSION_SLOTS = 4096 };

/* Changes are numbered. Sessions share slots: a change of one has the others of its slot read
 * again. */
struct known_sessions {
    struct memo viewers;
    uint64_t last;        /* change */
    uint64_t last_of_all; /* that may have been of any */
    uint64_t last_in_slot[KNOWN_SESSION_SLOTS];
};

/* As of when a record is read: before it is asked for. */
static inline uint64_t known_sessions_now(const struct known_sessions *known)
{
    return known->last;
}

/* asked: known_sessions_now() then; a change since makes it old already. */
void known_sessions_keep(struct known_sessions *known, const struct viewer *viewer, uint64_t asked,
                         int64_t now_s);

/* viewer->session tells which. Its texts are copied into arena; nothing changes on false. */
bool known_sessions_find(const struct known_sessions *known, int64_t now_s, struct arena *arena,
                         struct viewer *viewer);

/* session absent: any of them. */
void known_sessions_changed(struct known_sessions *known, struct str session);

void known_sessions_done(struct known_sessions *known);

#endif
