/*
 * lag.h - how far adapters (adapter.h) lag behind: a line of the log when one, or its catalogue,
 * has come to lag more than the database allows, and one when it has caught up (adapter_state of
 * schema/db/functions/49_portal_outbound.sql).
 *
 * Life:    one an adapter, which remembers what was said of it last.
 * Limits:  ADAPTERS_MAX.
 * Fails:   what the database says.
 */
#ifndef WORKERS_LAG_H
#define WORKERS_LAG_H

#include "adapter.h"
#include "io/db.h"

struct lag {
    const struct adapter *adapter;
    bool is_late, is_pull_late;
};

enum status lags_watch(struct lag *lags, size_t count, struct db_session *session);

#endif
