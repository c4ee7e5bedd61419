/*
 * While it connects, libpq may close its socket and open another under the same number (the next
 * address of a host), so the poll handle is stopped before each step and made anew when the number
 * has changed. Handles live on the heap and are freed by the loop, so a wire can end at any moment.
 */
#include "base/fault.h"
#include "base/memory.h"
#include "io/db_internal.h"

#include <stdio.h>

enum { OPTIONS_BYTES_MAX = 4096 };

static char *options_of(const char *url)
{
    PQconninfoOption *parsed = PQconninfoParse(url, NULL);
    char *options = NULL;

    for (PQconninfoOption *option = parsed; option != NULL && option->keyword != NULL; option++)
        if (strcmp(option->keyword, "options") == 0)
            options = mem_strdup(option->val != NULL ? option->val : "");
    PQconninfoFree(parsed);
    return options;
}

static void add_options(struct db_target *target, const char *text)
{
    size_t size = strlen(target->options) + strlen(text) + 2;
    char *longer = mem_alloc(size);

    (void)snprintf(longer, size, "%s %s", target->options, text);
    mem_free(target->options);
    target->options = longer;
    target->values[1] = longer;
}

void db_target_init(struct db_target *target, const char *url, const char *role)
{
    size_t count = 0;

    *target = (struct db_target){ .options = options_of(url) };
    target->bad = target->options == NULL;
    if (target->bad) return;
    target->keywords[count] = "dbname";
    target->values[count++] = url;
    target->keywords[count] = "options";
    target->values[count++] = target->options;
    target->keywords[count] = "client_encoding";
    target->values[count++] = "UTF8";
    target->keywords[count] = "fallback_application_name";
    target->values[count++] = "motcua";
    target->keywords[count] = "keepalives_idle";
    target->values[count++] = "30";
    if (role != NULL) {
        target->keywords[count] = "user";
        target->values[count++] = role;
    }
    add_options(target, "-c plan_cache_mode=force_generic_plan");
}

void db_target_limit(struct db_target *target, const char *name, uint32_t value_ms)
{
    char text[OPTIONS_BYTES_MAX];

    if (value_ms == 0 || target->bad) return;
    (void)snprintf(text, sizeof(text), "-c %s=%u", name, value_ms);
    add_options(target, text);
}

void db_target_done(struct db_target *target)
{
    mem_free(target->options);
    *target = (struct db_target){ .bad = true };
}

static void on_poll_closed(uv_handle_t *handle)
{
    mem_free(handle);
}

static void unwatch(struct db_wire *wire)
{
    (void)uv_poll_stop(wire->poll);
    wire->watched = 0;
}

static void drop_poll(struct db_wire *wire)
{
    if (wire->poll == NULL) return;
    unwatch(wire);
    wire->poll->data = NULL;
    uv_close((uv_handle_t *)wire->poll, on_poll_closed);
    wire->poll = NULL;
}

static void on_poll(uv_poll_t *poll, int status, int events);

static bool watch(struct db_wire *wire, int events)
{
    if (wire->poll == NULL) return false;
    if (wire->watched == events) return true;
    wire->watched = events;
    return uv_poll_start(wire->poll, events, on_poll) == 0;
}

/* A handle for libpq's socket of this moment. */
static bool make_poll(struct db_wire *wire)
{
    int fd = PQsocket(wire->pg);
    uv_os_fd_t watched = -1;

    if (fd < 0) return false;
    if (wire->poll != NULL && uv_fileno((uv_handle_t *)wire->poll, &watched) == 0 && watched == fd)
        return true;
    drop_poll(wire);
    wire->poll = MEM_NEW(uv_poll_t);
    if (uv_poll_init(wire->loop, wire->poll, fd) != 0) {
        mem_free(wire->poll);
        wire->poll = NULL;
        return false;
    }
    wire->poll->data = wire;
    return true;
}

enum status db_wire_open(struct db_wire *wire, uv_loop_t *loop, const struct db_target *target)
{
    wire->loop = loop;
    wire->poll = NULL;
    wire->watched = 0;
    wire->open = false;
    wire->pg = target->bad || MC_FAULT("db.connect")
                   ? NULL
                   : PQconnectStartParams(target->keywords, target->values, 1);
    if (wire->pg != NULL && PQstatus(wire->pg) != CONNECTION_BAD && make_poll(wire) &&
        watch(wire, UV_WRITABLE))
        return MC_OK;
    db_wire_close(wire);
    return MC_UNAVAILABLE;
}

void db_wire_close(struct db_wire *wire)
{
    drop_poll(wire);
    PQfinish(wire->pg);
    wire->pg = NULL;
    wire->open = false;
}

static void connect_step(struct db_wire *wire)
{
    PostgresPollingStatusType next;

    unwatch(wire);
    next = PQconnectPoll(wire->pg);
    if (next != PGRES_POLLING_FAILED && make_poll(wire)) {
        wire->open = next == PGRES_POLLING_OK;
        if (watch(wire, next == PGRES_POLLING_WRITING ? UV_WRITABLE : UV_READABLE)) {
            if (wire->open) wire->event(wire, DB_WIRE_OPENED);
            return;
        }
    }
    wire->event(wire, DB_WIRE_LOST);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct db_wire *wire = poll->data;

    if (wire == NULL) return;
    if (!wire->open)
        connect_step(wire);
    else if (status < 0 || ((events & UV_WRITABLE) != 0 && !db_wire_flush(wire)))
        wire->event(wire, DB_WIRE_LOST);
    else if ((events & UV_READABLE) != 0)
        wire->event(wire, DB_WIRE_READABLE);
}

/* When a write fails libpq reads, and may find the end and close the socket under the loop's eyes;
 * its result does not always say so. */
bool db_wire_flush(struct db_wire *wire)
{
    int left = PQflush(wire->pg);

    return left >= 0 && PQstatus(wire->pg) == CONNECTION_OK &&
           watch(wire, left > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}
