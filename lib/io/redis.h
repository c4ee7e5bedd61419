/*
 * redis.h - commands to Redis and its messages, on the loop.
 *
 * One connection for commands, opened by the first; one for messages, opened by the first
 * subscription. Redis holds nothing that cannot be lost: whoever asks lives with MC_UNAVAILABLE.
 *
 * Life:    asks and subscriptions are embedded by the caller: an ask lives until its done callback
 *          (its words only until redis_send returns), a subscription until redis_unsubscribe or
 *          the closed callback. A reply and all its views live until done returns.
 * Order:   commands are answered in the order they were sent. done comes exactly once after
 *          redis_send returned MC_OK and never before; if it returned an error, never.
 * Limits:  REDIS_WORDS_MAX words a command, queue_max commands under way (MC_BUSY beyond),
 *          timeout_ms of each ask: at its end the connection is given up, because what is behind
 *          would wait as well.
 * Fails:   MC_TIMEOUT (the ask whose time was up), MC_UNAVAILABLE (all others under way on that
 *          connection, no connection, Redis loading or a replica), MC_CANCELLED, MC_NOT_FOUND
 *          (NOSCRIPT), MC_INTERNAL (any other error reply; the reply's text tells which).
 * The process must ignore SIGPIPE: hiredis writes to sockets that may be closed.
 * Source:  hiredis 0.14; RESP2; redis.io, Client-side caching in Redis (broadcasting mode).
 */
#ifndef IO_REDIS_H
#define IO_REDIS_H

#include "base/arena.h"

#include <uv.h>

#include <sys/queue.h>

enum { REDIS_WORDS_MAX = 16 };

struct redis_settings {
    /* redis://[[user]:password@]address[:port][/db] or unix://[[user]:password@]/path[?db=n].
     * A name in place of an address blocks while it is looked up. Must outlive the redis. */
    const char *url;
    uint32_t connect_timeout_ms;
    uint32_t queue_max;
};

struct redis;

/* Never NULL: a URL that cannot be read makes every command fail. */
struct redis *redis_open(uv_loop_t *loop, const struct redis_settings *settings);

/* Everything under way fails with MC_UNAVAILABLE; closed (may be NULL) is called once nothing is
 * left. */
void redis_close(struct redis *redis, void (*closed)(void *data), void *data);

/* ---- commands ---- */

enum redis_kind { REDIS_NIL, REDIS_TEXT, REDIS_NUMBER, REDIS_LIST, REDIS_ERROR };

struct redis_reply {
    enum redis_kind kind;
    struct str text; /* of a text (a status such as OK, too) or an error */
    int64_t number;
    size_t count; /* of a list */
    const void *list;
};

/* index < count. */
struct redis_reply redis_reply_item(const struct redis_reply *list, size_t index);

struct redis_flight;

struct redis_ask {
    struct str words[REDIS_WORDS_MAX]; /* any bytes */
    size_t word_count;
    uint32_t timeout_ms;
    /* reply is NULL unless status is MC_OK or Redis answered with an error. */
    void (*done)(struct redis_ask *ask, enum status status, const struct redis_reply *reply);
    void *data;

    struct redis *redis; /* the rest is redis' own */
    struct redis_flight *flight;
    TAILQ_ENTRY(redis_ask) link;
    enum status status;
    unsigned state;
};

void redis_ask_init(struct redis_ask *ask, uint32_t timeout_ms,
                    void (*done)(struct redis_ask *ask, enum status status,
                                 const struct redis_reply *reply),
                    void *data);

/* One more word than REDIS_WORDS_MAX breaks an assertion. */
void redis_ask_add(struct redis_ask *ask, struct str word);

/* Commands of one turn leave in one write. Fails: MC_BUSY, MC_UNAVAILABLE (closing, or Redis could
 * not be reached a moment ago). */
enum status redis_send(struct redis *redis, struct redis_ask *ask);

/* done comes from the next turn with MC_CANCELLED; the command itself may still run. Nothing
 * happens when the ask is not under way. */
void redis_cancel(struct redis_ask *ask);

struct redis_counts {
    uint32_t in_flight;
    bool connected;
    uint64_t commands, failures, reconnects;
};

struct redis_counts redis_count(const struct redis *redis);

/* ---- messages ---- */

struct redis_subscription {
    const char *channel; /* one subscription a channel */
    void (*message)(struct redis_subscription *subscription, struct str payload);
    /* Subscribed, for the first time or again: something may have been missed before. */
    void (*gap)(struct redis_subscription *subscription);
    void *data;

    TAILQ_ENTRY(redis_subscription) link; /* redis' own */
};

/* Keeps it subscribed until it is unsubscribed. */
void redis_subscribe(struct redis *redis, struct redis_subscription *subscription);
void redis_unsubscribe(struct redis *redis, struct redis_subscription *subscription);

/* ---- what has changed ---- */

/* Redis' client-side caching: while redis_is_watching, what a command has answered of a key that
 * begins with prefix stands until changed names the key, however it changed: written, removed, over
 * its time. Redis sends that before it answers whoever made the change. */
struct redis_watch {
    const char *prefix;
    /* key absent: any of them may have, also because watching has begun or ended. */
    void (*changed)(struct redis_watch *watch, struct str key);
    void *data;
};

/* One, before the first subscription; it ends with the redis. On the connection for messages. */
void redis_watch(struct redis *redis, struct redis_watch *watch);

/* False, too, where Redis refuses it (before 6.0, or by its access rules). */
bool redis_is_watching(const struct redis *redis);

/* ---- blocking, for sub-commands ---- */

/* One command on a connection of its own. A list's items are not kept; texts are copied into the
 * arena. An error reply is given as such. */
enum status redis_run_once(const struct redis_settings *settings, const struct str *words,
                           size_t word_count, struct arena *arena, struct redis_reply *ret_reply);

#endif
