/*
 * stream_internal.h - what stream.c (one stream) and streams.c (all of them) share.
 */
#ifndef SERVER_STREAM_INTERNAL_H
#define SERVER_STREAM_INTERNAL_H

#include "cohort.h"
#include "stream.h"

enum { COHORT_BUCKET_DIGITS = 3, COHORT_BUCKETS = 1 << (4 * COHORT_BUCKET_DIGITS) };

struct stream {
    struct operation *operation;
    struct streams *streams;
    struct cohort *cohort; /* NULL: closing */
    TAILQ_ENTRY(stream) link;
    TAILQ_ENTRY(stream) member; /* of its cohort */
    bool begun; /* its client was told so: whatever comes from now on it is told of */
    bool closing;
    bool checking; /* the session */
    uint64_t sent_ms;
    struct arena check_arena; /* the session's check */
};

TAILQ_HEAD(stream_list, stream);
TAILQ_HEAD(cohort_list, cohort);
LIST_HEAD(cohort_bucket, cohort);

struct streams {
    struct app *app;
    struct stream_list open;
    size_t count;
    struct cohort_list cohorts;
    size_t cohort_count;
    struct cohort_bucket buckets[COHORT_BUCKETS]; /* by key */
    uint64_t alone;                               /* keys given to who can have no equal */
    int64_t end;                                  /* the last place of the feed that was seen */
    struct redis_subscription ring;
    uv_timer_t tick;
    bool draining;
    void (*drained)(void *data);
    void *drained_data;
};

/* Its place is known. */
void stream_begin(struct stream *stream);

/* One result; a reader that cannot take it is let go of. The stream may be gone. */
void stream_tell(struct stream *stream, struct str cursor, struct str json);

/* Sends nothing more. */
void stream_close(struct stream *stream);

/* Ends because nothing more can come. */
void stream_complete(struct stream *stream);

/* Ends with the reason, in the carrier's way; with a status that may be retried just ends, so that
 * the client comes back. */
void stream_end(struct stream *stream, enum status status);

/* Ends the stream when its token or session has ended, or its viewer's rights have changed. */
void stream_check_session(struct stream *stream);

/* To be called last by whatever may have ended a stream. */
void stream_free_when_idle(struct stream *stream);

/* While draining: says so when nothing is left. */
void streams_drained_when_idle(struct streams *streams);

#endif
