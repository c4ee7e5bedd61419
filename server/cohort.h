/*
 * cohort.h - equal streams that stand at one place of what they read (stream_source.h): what
 * follows is read once, each event is run and serialised once, and every member is told.
 *
 * Equal:   the same document, operation name, variables and viewer, locale and rights included
 *          (SHA-256 over all of them). The feed is read under the viewer's rights, so that even
 *          where all fields of an event are public no two viewers share. Nothing is kept from one
 *          reading to the next: a right that was taken away counts from the next reading on.
 * Life:    a stream begins as the only member of a cohort of its own. A cohort that has nothing
 *          more to read joins an equal one at its place; a member that reads too slowly is left
 *          behind in a cohort of its own, until it has caught up. A cohort without members is gone
 *          as soon as nothing of it is in flight.
 * Place:   every event up to `after` was handed out, and none of the viewer's lies between `seen`
 *          and `after`. That is known when a reading that began after somebody else's later place
 *          was seen comes back without it: numbers are given in the order of commits (feed_no).
 *          This holds as long as all pools of a process read one server.
 */
#ifndef SERVER_COHORT_H
#define SERVER_COHORT_H

#include "operation.h"
#include "sha256.h"

#include <sys/queue.h>

struct stream;
struct streams;
struct stream_source;

TAILQ_HEAD(member_list, stream);

/* What a cohort waits for. */
enum wait { WAIT_NOTHING, WAIT_POSITION, WAIT_EVENTS, WAIT_RUN, WAIT_READER };

struct cohort {
    struct streams *streams;
    TAILQ_ENTRY(cohort) link;
    LIST_ENTRY(cohort) bucket;
    struct member_list members;
    size_t count;

    struct arena arena; /* what makes its members equal */
    char key[SHA256_TEXT_BYTES];
    struct viewer viewer;
    const struct stream_source *source;
    struct str about; /* what of the source; absent: all */
    struct gql_plan *plan;
    json_t *variables;

    enum wait wait;
    bool rung;  /* read again when this reading is over */
    bool at_it; /* its members are being told: it is not freed */
    bool is_settled;
    uint32_t ticks;
    uint64_t read_ms;    /* when the last reading began; 0: never */
    int64_t seen, after; /* places of the source; -1: not known yet */
    int64_t asked_end;   /* of all streams, when the reading began */

    struct arena read_arena; /* rows of one reading */
    struct db_group group;
    struct db_ask ask;
    size_t row;
    struct arena event_arena; /* one event's run */
    struct request request;
    struct buf reply;
};

/* What a cohort reads. */
struct cohort_subject {
    const struct stream_source *source;
    struct str about;
    int64_t after; /* -1: the end of the feed */
};

/* The stream's own cohort, not read yet. */
void cohort_open(struct stream *stream, const struct cohort_subject *subject);

/* The stream is told nothing more; the cohort may be gone. */
void cohort_leave(struct stream *stream);

/* Reads on, at once, after what is under way, or with the next tick when it has just read. A first
 * reading that cannot begin ends its stream: both may be gone. */
void cohort_read(struct cohort *cohort);

/* Something a member did not take yet has left. */
void cohort_drained(struct cohort *cohort);

/* ---- between cohort.c (who belongs together) and reading.c (what they are told) ---- */

/* Nothing more to read: joins an equal cohort, or lets equal ones join. The cohort may be gone. */
void cohort_settle(struct cohort *cohort);

/* Leaves those behind who read too slowly. False: the only member does, and is waited for. */
bool cohort_has_room(struct cohort *cohort);

/* To be called last by whatever may have ended one. */
void cohort_free_when_idle(struct cohort *cohort);

#endif
