/*
 * stream_source.h - what the subscriptions of the schema are read from: a row for each root field.
 *
 * A source has places that grow; a reading gives the rows after a place, each of which is the root
 * field's object of one result. Rings and sessions, cohorts and slow readers are the same for all.
 */
#ifndef SERVER_STREAM_SOURCE_H
#define SERVER_STREAM_SOURCE_H

#include "cohort.h"

struct stream_source {
    const char *field; /* of the schema's Subscription */
    const char *about; /* its argument that says of what */
    /* Binds the statement that reads what comes after the cohort's place; its viewer's rights are
     * the reading's. */
    void (*ask)(const struct cohort *cohort, struct db_ask *ask);
    int64_t (*place)(const void *row);
    /* After this row nothing can come: the stream is complete. NULL: it never is. */
    bool (*is_last)(const void *row);
    /* Places are the feed's: they are cursors, all streams of a process learn its end from each
     * other, and who names no place begins at that end. */
    bool is_feed;
    /* Nothing at all to be read at first is the end too. */
    bool ends_without_rows;
    uint32_t pause_ms; /* from one reading to the next, at least */
};

/* NULL: the schema has a subscription that nothing is read for. */
const struct stream_source *stream_source_of(struct str field);

#endif
