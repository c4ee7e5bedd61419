/*
 * dossier_event.h - what other types and the stream need of DossierEvent.
 *
 * The feed is every event a viewer may see, in the order of commits (feed_no): Query.events reads
 * it as a list, Subscription.dossierEvents as a stream.
 */
#ifndef RESOLVERS_DOSSIER_EVENT_H
#define RESOLVERS_DOSSIER_EVENT_H

#include "connection.h"

struct feed_range {
    struct str code; /* of one dossier; absent: all */
    int64_t after;   /* feed_no; 0: from the beginning */
    size_t limit;
    size_t ahead; /* rows at the end that are read and not shown */
};

/* Binds the statement that reads a range of the viewer's feed; rows are struct dossier_event. */
void feed_ask(const struct viewer *viewer, const struct feed_range *range, struct db_ask *ask);

struct feed_end {
    int64_t feed_no; /* 0: nothing yet */
};

/* Binds the statement that says where the viewer's feed ends now. */
void feed_end_ask(struct db_ask *ask);

/* The place of a struct dossier_event in the feed, for CURSOR_FEED. */
struct place feed_place(const void *node);

/* Query.events(after: Cursor, first: Int) */
extern const struct ask query_events;

#endif
