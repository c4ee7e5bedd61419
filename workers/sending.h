/*
 * sending.h - one claimed delivery on its way: request built, sent, answer judged.
 *
 * Life:    sendings_new to sendings_free; free only when none is under way. A sending belongs to
 *          the list it is on (free, under way, ended).
 * Order:   the outcome may be there when sending_start returns; `ended` is called either way, once
 *          for each started.
 * Limits:  SENDING_ARENA_BYTES for one delivery's texts; SERVERS_MAX push servers watched.
 */
#ifndef WORKERS_SENDING_H
#define WORKERS_SENDING_H

#include "channels/channel.h"
#include "retry.h"

#include <sys/queue.h>

enum { SENDING_ARENA_BYTES = 65536, SERVERS_MAX = 64 };

/* A row of claim.sql. */
struct delivery {
    int64_t id, priority, attempts, ttl_s;
    struct str nid, event, tail, template_id, collapse, address, p256dh, auth, locale;
};

/* A push server as the circuit sees it. */
struct push_server {
    char *origin;
    struct circuit circuit;
    int64_t used_us;
};

struct sending {
    TAILQ_ENTRY(sending) link;
    struct sendings *sendings;
    const struct channel *channel;
    void *channel_state;
    struct delivery row;
    struct arena arena;
    struct http2_request request;
    struct channel_request built;
    struct push_server *server;
    int64_t started_us, ended_us;

    struct str outcome, reason, provider_id; /* as finish.sql takes them */
    int64_t http, ms, wait_ms;
};

TAILQ_HEAD(sending_list, sending);

struct sendings {
    const struct worker_config *config;
    struct http2_client *client;
    struct clock *clock;
    void (*ended)(void *data);
    void *data;

    struct sending_list idle, under_way, done;
    size_t idle_count, under_way_count, done_count;
    size_t held_by[CHANNEL_COUNT + 1]; /* by channel id: not idle */
    struct push_server servers[SERVERS_MAX];
    size_t server_count;
    struct brake brake;
    struct sending *items;
    struct {
        uint64_t sent, retried, dead, pruned, held;
    } counts;
};

void sendings_init(struct sendings *sendings, const struct worker_config *config,
                   struct http2_client *client, struct clock *clock);
void sendings_free(struct sendings *sendings);

/* Copies the row. There must be an idle one. */
void sending_start(struct sendings *sendings, const struct channel *channel, void *channel_state,
                   const struct delivery *row);

/* Its result is written down; the place is free again. */
void sending_recycle(struct sending *sending);

/* Those under way end soon, held. */
void sendings_cancel(struct sendings *sendings);

#endif
