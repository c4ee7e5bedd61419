/*
 * hiredis' own adapter ignores errors of the poll handle and leaks on a failed start; this one
 * hands an error on as "readable", and hiredis finds it by reading. The handles are on the heap and
 * freed by the loop, because hiredis frees its context when it likes.
 *
 * What is to be written goes out in one piece before the loop sleeps; only what the socket does not
 * take waits until it is writable. To ask the kernel about every write costs more than the write.
 */
#include "base/fault.h"
#include "base/memory.h"
#include "io/redis_internal.h"

struct redis_poll {
    uv_poll_t handle;
    uv_prepare_t before_sleep;
    redisAsyncContext *context; /* NULL: gone */
    int events;
    int handles; /* that are not closed yet */
    bool writing;
};

static void give_up(struct redis_link *link)
{
    redis_link_close(link);
    link->event(link, REDIS_LINK_LOST);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct redis_poll *poll = handle->data;

    if (status < 0) events = UV_READABLE;
    if (MC_FAULT("redis.read")) {
        give_up(poll->context->data);
        return;
    }
    if (poll->context != NULL && (events & UV_READABLE) != 0) redisAsyncHandleRead(poll->context);
    if (poll->context != NULL && (events & UV_WRITABLE) != 0) redisAsyncHandleWrite(poll->context);
}

static void watch(void *data, int add, int remove)
{
    struct redis_poll *poll = data;
    int events = (poll->events | add) & ~remove;

    if (events == poll->events) return;
    poll->events = events;
    if (events == 0)
        (void)uv_poll_stop(&poll->handle);
    else
        (void)uv_poll_start(&poll->handle, events, on_poll);
}

static void add_read(void *data)
{
    watch(data, UV_READABLE, 0);
}

static void del_read(void *data)
{
    watch(data, 0, UV_READABLE);
}

static void before_sleep(uv_prepare_t *handle)
{
    struct redis_poll *poll = handle->data;

    (void)uv_prepare_stop(handle);
    if (poll->context == NULL) return;
    poll->writing = true;
    redisAsyncHandleWrite(poll->context);
    poll->writing = false;
}

/* A connection that is being made is writable when it is there. */
static void add_write(void *data)
{
    struct redis_poll *poll = data;

    if (poll->writing || (poll->context->c.flags & REDIS_CONNECTED) == 0)
        watch(poll, UV_WRITABLE, 0);
    else if ((poll->events & UV_WRITABLE) == 0)
        (void)uv_prepare_start(&poll->before_sleep, before_sleep);
}

static void del_write(void *data)
{
    watch(data, 0, UV_WRITABLE);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct redis_poll *poll = handle->data;

    if (--poll->handles == 0) mem_free(poll);
}

static void cleanup(void *data)
{
    struct redis_poll *poll = data;

    poll->context = NULL;
    (void)uv_poll_stop(&poll->handle);
    uv_close((uv_handle_t *)&poll->handle, on_handle_closed);
    uv_close((uv_handle_t *)&poll->before_sleep, on_handle_closed);
}

static bool attach(redisAsyncContext *context, uv_loop_t *loop)
{
    struct redis_poll *poll = MEM_NEW(struct redis_poll);

    if (uv_poll_init(loop, &poll->handle, context->c.fd) != 0) {
        mem_free(poll);
        return false;
    }
    (void)uv_prepare_init(loop, &poll->before_sleep);
    poll->handle.data = poll;
    poll->before_sleep.data = poll;
    poll->handles = 2;
    poll->context = context;
    context->ev.data = poll;
    context->ev.addRead = add_read;
    context->ev.delRead = del_read;
    context->ev.addWrite = add_write;
    context->ev.delWrite = del_write;
    context->ev.cleanup = cleanup;
    return true;
}

static void lost(const redisAsyncContext *context)
{
    struct redis_link *link = context->data;

    if (link == NULL) return;
    link->context = NULL;
    link->open = false;
    link->event(link, REDIS_LINK_LOST);
}

static void on_connect(const redisAsyncContext *context, int status)
{
    struct redis_link *link = context->data;

    if (status != REDIS_OK) {
        lost(context);
        return;
    }
    if (link == NULL) return;
    /* On a unix socket this would fail, and hiredis closes what fails. */
    if (link->address->port > 0) (void)redisEnableKeepAlive(&link->context->c);
    link->open = true;
    link->event(link, REDIS_LINK_OPENED);
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
    (void)status;
    lost(context);
}

/* A refused greeting leaves a connection that is good for nothing. */
static void on_greeting(redisAsyncContext *context, void *raw, void *data)
{
    const redisReply *reply = raw;

    (void)data;
    if (reply != NULL && reply->type == REDIS_REPLY_ERROR) redisAsyncFree(context);
}

static bool greet(const struct redis_link *link)
{
    const char *words[3];
    size_t count;

    for (size_t i = 0; (count = redis_greeting(link->address, i, words)) > 0; i++)
        if (redisAsyncCommandArgv(link->context, on_greeting, NULL, (int)count, words, NULL) !=
            REDIS_OK)
            return false;
    return true;
}

enum status redis_link_open(struct redis_link *link)
{
    const struct redis_address *address = link->address;
    redisAsyncContext *context;

    if (MC_FAULT("redis.connect")) return MC_UNAVAILABLE;
    context = address->port > 0 ? redisAsyncConnect(address->place, address->port)
                                : redisAsyncConnectUnix(address->place);
    link->open = false;
    link->context = context;
    if (context == NULL) return MC_UNAVAILABLE;
    if (context->err == 0 && attach(context, link->loop) && greet(link) &&
        redisAsyncSetConnectCallback(context, on_connect) == REDIS_OK &&
        redisAsyncSetDisconnectCallback(context, on_disconnect) == REDIS_OK) {
        context->data = link;
        return MC_OK;
    }
    redis_link_close(link);
    return MC_UNAVAILABLE;
}

void redis_link_close(struct redis_link *link)
{
    redisAsyncContext *context = link->context;

    link->context = NULL;
    link->open = false;
    if (context == NULL) return;
    context->data = NULL;
    redisAsyncFree(context);
}
