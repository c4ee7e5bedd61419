/*
 * deliver.h - claims deliveries under a lease, sends them, writes down what became of them.
 *
 * Life:    deliver_new to deliver_free; free only when deliver_idle.
 * Order:   the rows of one key (device and dossier) leave in the order of their ids, one at a time.
 * Limits:  batch deliveries under way; results wait DELIVER_FINISH_MS at most before they are
 *          written, or until DELIVER_FINISH_COUNT are together.
 * Fails:   deliver_turn: what the database says. Results are kept and written by a later turn.
 */
#ifndef WORKERS_DELIVER_H
#define WORKERS_DELIVER_H

#include "channels/channel.h"
#include "io/db.h"

enum { DELIVER_FINISH_MS = 20, DELIVER_FINISH_COUNT = 100 };

struct deliver;

struct deliver_host {
    const struct worker_config *config;
    struct db_session *session;
    struct http2_client *client;
    struct clock *clock;
    int64_t worker;
    void (*wake)(void *data); /* something has ended or may begin: call deliver_turn soon */
    void *data;
};

/* Fails: MC_BAD_INPUT with a sentence when a configured channel cannot be opened. */
enum status deliver_new(const struct deliver_host *host, struct buf *why,
                        struct deliver **ret_deliver);
/* Before the client is closed: nothing under way is waited for any more. */
void deliver_cancel(struct deliver *deliver);
/* After the client is closed. */
void deliver_free(struct deliver *deliver);

/* Writes results that are due and, with look, claims what there is room for. ret_again is true when
 * there may be more to claim at once. */
enum status deliver_turn(struct deliver *deliver, bool look, bool *ret_again);

/* Nothing under way and nothing to write down. */
bool deliver_idle(const struct deliver *deliver);

/* A channel cannot be used yet: a token is on its way. */
bool deliver_waits(const struct deliver *deliver);

/* One line of counters since the last one, if anything happened. */
void deliver_log(struct deliver *deliver);

#endif
