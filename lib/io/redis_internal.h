/*
 * redis_internal.h - what the files of redis.h share; nobody else includes it.
 *
 *   redis_url.c           where Redis is
 *   redis_link.c          one hiredis context on the loop
 *   redis.c               commands
 *   redis_subscription.c  messages
 *   redis_watch.c         messages of Redis itself, about keys
 *   redis_once.c          without a loop
 */
#ifndef IO_REDIS_INTERNAL_H
#define IO_REDIS_INTERNAL_H

#include "io/redis.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

enum { REDIS_URL_BYTES_MAX = 512 };

/* ---- redis_url.c ---- */

/* Empty texts stand for what the URL does not name. */
struct redis_address {
    char place[REDIS_URL_BYTES_MAX]; /* a path when port is 0 */
    int port;
    char user[REDIS_URL_BYTES_MAX];
    char password[REDIS_URL_BYTES_MAX];
    char database[8]; /* empty: 0 */
};

/* MC_BAD_INPUT. */
enum status redis_address_parse(const char *url, struct redis_address *ret_address);

/* The words of the greeting number 0, 1, ... (AUTH, SELECT); 0 words: no more. */
size_t redis_greeting(const struct redis_address *address, size_t number, const char *ret_words[3]);

/* ---- redis_link.c ---- */

enum redis_link_event { REDIS_LINK_OPENED, REDIS_LINK_LOST };

/* context is NULL when nothing is open or opening. Pending commands get their NULL replies before
 * LOST comes, and while redis_link_close runs. */
struct redis_link {
    uv_loop_t *loop;
    const struct redis_address *address;
    redisAsyncContext *context;
    bool open;
    void (*event)(struct redis_link *link, enum redis_link_event event);
};

/* MC_UNAVAILABLE: no event comes. On MC_OK commands may follow at once. */
enum status redis_link_open(struct redis_link *link);

/* No event comes. */
void redis_link_close(struct redis_link *link);

/* ---- redis.c ---- */

/* One command under way; ask is NULL once nobody waits. */
struct redis_flight {
    struct redis *redis;
    struct redis_ask *ask;
    uint64_t due_ms;
    TAILQ_ENTRY(redis_flight) link;
};

TAILQ_HEAD(redis_flights, redis_flight);
TAILQ_HEAD(redis_asks, redis_ask);
TAILQ_HEAD(redis_subscriptions, redis_subscription);

/* When it may be tried again after a failure. */
struct redis_back_off {
    uint64_t retry_at_ms;
    uint32_t attempts;
};

struct redis {
    uv_loop_t *loop;
    struct redis_settings settings;
    struct redis_address address;
    bool bad_url;

    struct redis_link commands;
    struct redis_flights flights;
    struct redis_asks ended;
    struct redis_back_off back_off;
    uint64_t connect_due_ms;
    bool lost;
    struct redis_counts counts;

    struct redis_link messages;
    bool subscribing; /* the connection is past its greetings */
    struct redis_subscriptions subscriptions;
    struct redis_back_off messages_back_off;
    struct redis_watch *watch; /* NULL: none */
    bool watching;

    uv_timer_t deliver;        /* calls back what failed */
    uv_timer_t due;            /* deadlines of commands and of their connection */
    uint64_t due_ms;           /* when it rings */
    uv_timer_t messages_timer; /* opens the messages' connection, or gives up opening */
    unsigned handles;
    bool closing;
    void (*closed)(void *data);
    void *closed_data;
};

struct redis_reply redis_reply_of(const redisReply *raw);
enum status redis_reply_status(const struct redis_reply *reply);

void redis_back_off_more(struct redis_back_off *back_off, uint64_t now_ms);

/* ---- redis_subscription.c ---- */

void redis_messages_init(struct redis *redis);
void redis_messages_open(struct redis *redis);
/* The connection takes nothing but subscriptions from here on. */
void redis_messages_subscribe(struct redis *redis);
/* SUBSCRIBE or UNSUBSCRIBE. */
bool redis_messages_tell(struct redis *redis, const char *command, const char *channel);
void redis_messages_close(struct redis *redis);

/* ---- redis_watch.c ---- */

extern const char redis_watch_channel[];

/* On a connection that has just opened; redis_messages_subscribe follows, whatever Redis says. */
void redis_watch_begin(struct redis *redis);
/* ["subscribe", channel, count] or ["message", channel, keys]. */
void redis_watch_message(struct redis *redis, struct str kind, const struct redis_reply *keys);
void redis_watch_lost(struct redis *redis);

#endif
