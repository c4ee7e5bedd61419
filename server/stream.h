/*
 * stream.h - subscriptions: open streams of events, read from the database from where each stands.
 *
 * A ring (Redis, topic `feed`) only says that there may be something; what is sent is read under
 * the viewer's own row-level security from the stream's cursor, so that nothing is missed and
 * nothing is sent twice, whatever happened to the ring. Equal streams at one place read together
 * (cohort.h). A stream ends when its session has, or its viewer's rights are others; every few
 * seconds it reads without a ring.
 *
 * Life:    struct streams is one per process. A stream owns its operation. One that names no place
 *          begins at the end of the feed: its client is not told that it has begun before that is
 *          known, so that nothing that happens afterwards is missed.
 * Limits:  streams_max (503 over it), STREAM_BATCH events a read. While stream_queue_bytes wait for
 *          a reader, no more events are run for it, and nobody else waits for it; who takes nothing
 *          at all is cut by the guard, a WebSocket by its ping.
 * Ends:    within 1 s of the session's end and at the token's exp with an UNAUTHENTICATED error and
 *          complete; at drain and when rights have changed without complete, so that clients come
 *          back.
 */
#ifndef SERVER_STREAM_H
#define SERVER_STREAM_H

#include "operation.h"

enum { STREAM_BATCH = 100 };

struct streams *streams_new(struct app *app);
size_t streams_count(const struct streams *streams);
size_t streams_cohorts(const struct streams *streams);

/* Sessions have ended or rights have changed: ends the streams that this counts for. */
void streams_check_sessions(struct streams *streams);

/* A goodbye to all; closed is called when the last one is gone. */
void streams_drain(struct streams *streams, void (*closed)(void *data), void *data);

/* After streams_drain. */
void streams_free(struct streams *streams);

/* Takes the operation over. */
void stream_open(struct operation *operation);

/* From the operation: the client has left; all that was sent has left. */
void stream_gone(struct stream *stream);
void stream_drained(struct stream *stream);

#endif
