/*
 * stream_internal.h - what stream.c (one stream) and streams.c (all of them) share.
 */
#ifndef SERVER_STREAM_INTERNAL_H
#define SERVER_STREAM_INTERNAL_H

#include "stream.h"

/* What a stream waits for; it is freed when it is closing and waits for nothing. */
enum wait { WAIT_NOTHING, WAIT_POSITION, WAIT_EVENTS, WAIT_RUN, WAIT_READER };

struct stream {
    struct operation *operation;
    struct streams *streams;
    TAILQ_ENTRY(stream) link;
    enum wait wait;
    bool rung; /* read again when this reading is over */
    bool closing;
    bool checking; /* the session, in Redis */
    uint32_t ticks;
    uint64_t sent_ms;
    int64_t after;           /* feed_no */
    struct str code;         /* absent: all */
    struct arena read_arena; /* rows of one reading */
    struct db_group group;
    struct db_ask ask;
    size_t row;
    struct arena check_arena; /* the session's check */
    struct arena event_arena; /* one event's run */
    struct request request;
    struct buf reply;
};

TAILQ_HEAD(stream_list, stream);

struct streams {
    struct app *app;
    struct stream_list open;
    size_t count;
    struct redis_subscription ring;
    uv_timer_t tick;
    bool draining;
    void (*drained)(void *data);
    void *drained_data;
};

/* Reads on from the cursor, at once or after what is under way. */
void stream_read(struct stream *stream);

/* Sends nothing more; what is in flight is cancelled. */
void stream_close(struct stream *stream);

/* Ends with the reason as a result without data, then complete; with a status that may be retried
 * just ends, so that the client comes back. */
void stream_end(struct stream *stream, enum status status);

/* Asks whether the session is still good, and ends the stream when it is not. */
void stream_check_session(struct stream *stream);

/* To be called last by whatever may have ended a stream. */
void stream_free_when_idle(struct stream *stream);

#endif
