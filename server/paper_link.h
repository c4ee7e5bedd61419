/*
 * paper_link.h - links to papers' files, good for a few minutes and for one viewer.
 *
 *     /files/<paper>?by=<session>&until=<seconds since 1970>&mac=<base64url>
 *
 * The MAC binds the three others, so that a link opens one paper, in one session's name, until
 * then; whoever holds it needs no token, as a phone's viewer of files has none. What it opens is
 * read with the rights which that session has at that moment: an ended session or a right taken
 * away ends its links. A session's id is no secret (DECISIONS 25).
 *
 * The key is derived from the ring's refresh key, under a label of its own: no link is a refresh
 * token. A key that leaves the ring ends its links.
 *
 * Life:    texts live in the arena.
 * Fails:   MC_NOT_FOUND for anything but a good link.
 */
#ifndef SERVER_PAPER_LINK_H
#define SERVER_PAPER_LINK_H

#include "io/key_ring.h"

struct paper_link {
    struct str paper, session; /* UUIDs as the database writes them */
    int64_t until_s;
};

struct str paper_link_write(const struct key_ring *ring, const struct paper_link *link,
                            struct arena *arena);

/* link->paper is that of the path; the rest is written only on OK. */
enum status paper_link_read(const struct key_ring *ring, struct str query, int64_t now_s,
                            struct arena *arena, struct paper_link *link);

#endif
