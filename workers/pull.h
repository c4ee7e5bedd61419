/*
 * pull.h - takes an adapter's catalogues over, on its timer (adapter.pull_every_s): agencies, then
 * procedures, by the import that `motcua-server catalogue import` uses too.
 *
 *     claim > ask for a list > a batch of its lines a turn > the next list > done
 *
 * Life:    one an adapter; open parts end before the loop.
 * Order:   one worker at a time: the claim is somebody else's again after five minutes, and
 *          whatever was imported twice is the same the second time.
 * Limits:  PULL_ANSWER_BYTES_MAX of an answer, PULL_BATCH lines a transaction.
 * Fails:   what the database says. An answer that is none is one line of the log, and asked for
 *          again, when it asks for a pause after that; a line that the import refuses is kept by
 *          it with its reason.
 */
#ifndef WORKERS_PULL_H
#define WORKERS_PULL_H

#include "adapter.h"
#include "io/db.h"
#include "io/web_client.h"
#include "retry.h"

#include <jansson.h>

enum { PULL_ANSWER_BYTES_MAX = 32 * 1024 * 1024, PULL_BATCH = 20 };

enum pull_state { PULL_IDLE, PULL_ASKING, PULL_ANSWERED, PULL_IMPORTING, PULL_PAUSED };

struct pull {
    const struct adapter *adapter;
    const struct worker_config *config;
    struct web_client *web;
    struct circuit *circuit; /* of the adapter, which asks for pauses for all that is asked of it */
    const char *url, *bearer; /* NULL: none */
    void (*wake)(void *data);
    void *wake_data;
    enum pull_state state;
    const struct adapter_pull *list; /* being taken over */
    struct web_request request;
    json_t *items;
    size_t at;
    int64_t import;
};

/* Begins when may_begin, it is time, and the adapter is not to be left alone; goes on with what has
 * begun. *ret_again: at once. */
enum status pull_turn(struct pull *pull, struct db_session *session, bool may_begin,
                      bool *ret_again);
bool pull_is_idle(const struct pull *pull);
/* What is under way ends, and is asked for again. */
void pull_cancel(struct pull *pull);
void pull_done(struct pull *pull);

#endif
