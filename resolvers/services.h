/*
 * services.h - what resolvers need and is not SQL of the request: filled by server/, or by a test.
 */
#ifndef RESOLVERS_SERVICES_H
#define RESOLVERS_SERVICES_H

#include "base/clock.h"
#include "io/db.h"

struct viewer;

struct services {
    void *data;
    struct clock *clock;
    /* Sends one level's asks as the viewer's role. Rules of db_pool_send. */
    enum status (*ask)(void *data, const struct viewer *viewer, struct db_group *group);
    /* Begins a change on the write lane of the viewer's role. Rules of db_tx_begin. */
    enum status (*begin)(void *data, const struct viewer *viewer, struct db_tx *tx);
    /* After a commit: somebody may be waiting for what was written. */
    void (*ring)(void *data);
    /* Ends the viewer's session everywhere. ended comes once, unless an error is returned. Safe to
     * repeat. */
    enum status (*end_session)(void *data, const struct viewer *viewer,
                               void (*ended)(void *context, enum status status), void *context);
};

#endif
