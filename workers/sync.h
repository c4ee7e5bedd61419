/*
 * sync.h - tells other state systems of dossiers (adapter.h): the first message of each dossier
 * whose turn it is, many dossiers at once.
 *
 *     claim (sync_claim: a lease) > write > POST > read > finish (sync_finish)
 *
 * Life:    one a process; open parts end before the loop.
 * Order:   a dossier's second message goes out after the first one is acknowledged, whatever worker
 *          sends it: its row of dossier_sync is the queue. At least once: where an answer is lost,
 *          or a worker dies, the message goes out again with the same id.
 * Limits:  SYNC_UNDER_WAY_MAX messages of an adapter under way; ADAPTER_MESSAGE_BYTES_MAX.
 * Fails:   what the database says. An adapter that fails has its circuit (retry.h): while that is
 *          open one message is tried now and then, and a try that had no answer costs it none.
 */
#ifndef WORKERS_SYNC_H
#define WORKERS_SYNC_H

#include "adapter.h"
#include "io/db.h"
#include "io/web_client.h"
#include "lag.h"
#include "pull.h"
#include "retry.h"

enum { SYNC_UNDER_WAY_MAX = 16 };

enum sync_slot_state { SYNC_FREE, SYNC_SENDING, SYNC_DONE };

struct sync;

struct sync_slot {
    struct sync *sync;
    enum sync_slot_state state;
    bool is_probe;
    int64_t message, try;
    struct web_request request;
    const char *outcome; /* as sync_finish takes it */
    int64_t wait_ms;
    char why[ADAPTER_WHY_BYTES];
};

/* One adapter at work. */
struct sync {
    const struct adapter *adapter;
    const struct worker_config *config;
    struct web_client *web;
    void (*wake)(void *data);
    void *wake_data;
    const char *url;
    struct arena arena; /* of the key */
    struct str key;     /* absent: none */
    struct circuit circuit;
    struct sync_slot slots[SYNC_UNDER_WAY_MAX];
    struct pull pull;
};

struct syncs {
    struct sync all[ADAPTERS_MAX];
    struct lag lags[ADAPTERS_MAX]; /* in the order of all */
    size_t count;
    struct web_client *web;
    bool may_pull; /* at the next turn */
};

/* Those that have an address, which are turned on. Fails: MC_BAD_INPUT with a sentence in why; what
 * the database says. */
enum status syncs_open(struct syncs *syncs, const struct worker_config *config, uv_loop_t *loop,
                       struct db_session *session, struct buf *why);
/* wake: something is to be recorded. */
void syncs_wake_by(struct syncs *syncs, void (*wake)(void *data), void *data);

/* Records what has ended and, when may_claim, sends what is due: when it is time to look, and when
 * there is room again. *ret_again: there may be more. */
enum status syncs_turn(struct syncs *syncs, struct db_session *session, bool look, bool may_claim,
                       bool *ret_again);
bool syncs_are_idle(const struct syncs *syncs);
/* What is under way ends at once, and is sent again. */
void syncs_cancel(struct syncs *syncs);
/* Before the loop ends. */
void syncs_close(struct syncs *syncs);
void syncs_done(struct syncs *syncs);

/* Whether it is time to pull a catalogue, and how far adapters lag. */
enum status syncs_watch(struct syncs *syncs, struct db_session *session);

#endif
