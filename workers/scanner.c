#include "scanner.h"

#include "base/memory.h"

#include <stdio.h>

static void finish(struct scan *scan)
{
    if (scan->open_handles == 0 && !scan->resolving) scan->done(scan, scan->status);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct scan *scan = handle->data;

    scan->open_handles--;
    finish(scan);
}

static void end(struct scan *scan, enum status status)
{
    if (scan->ending) return;
    scan->ending = true;
    scan->status = status;
    uv_close((uv_handle_t *)&scan->timer, on_handle_closed);
    uv_close((uv_handle_t *)&scan->socket, on_handle_closed);
    if (scan->resolving) (void)uv_cancel((uv_req_t *)&scan->resolve);
}

static void on_time(uv_timer_t *timer)
{
    end(timer->data, MC_TIMEOUT);
}

void scanner_cancel(struct scan *scan)
{
    end(scan, MC_CANCELLED);
}

/* ---- the answer ---- */

enum status scanner_reply_read(struct str reply)
{
    static const struct str clean = STR_INIT("stream: OK"), found = STR_INIT(" FOUND");

    while (reply.size > 0 &&
           (reply.data[reply.size - 1] == '\0' || reply.data[reply.size - 1] == '\n'))
        reply.size--;
    if (str_eq(reply, clean)) return MC_OK;
    if (str_starts(reply, STR("stream: ")) && reply.size > found.size &&
        str_eq((struct str){ reply.data + reply.size - found.size, found.size }, found))
        return MC_INVALID;
    return MC_UNAVAILABLE;
}

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *ret_room)
{
    struct scan *scan = handle->data;

    (void)size;
    *ret_room = uv_buf_init(scan->reply + scan->reply_bytes,
                            (unsigned)(sizeof(scan->reply) - scan->reply_bytes));
}

static void on_reply(uv_stream_t *stream, ssize_t size, const uv_buf_t *bytes)
{
    struct scan *scan = stream->data;
    struct str reply;

    (void)bytes;
    if (size > 0) scan->reply_bytes += (size_t)size;
    reply = (struct str){ scan->reply, scan->reply_bytes };
    if (size < 0 || scan->reply_bytes == sizeof(scan->reply) ||
        memchr(reply.data, '\0', reply.size) != NULL)
        end(scan, scanner_reply_read(reply));
}

/* ---- the question ---- */

/* A scanner that has seen enough closes early: its answer is still there to read. */
static void on_sent(uv_write_t *write, int status)
{
    (void)write;
    (void)status;
}

static void big_endian(unsigned char bytes[4], size_t number)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(number >> (24 - 8 * i));
}

static void on_connected(uv_connect_t *connect, int status)
{
    static const char command[] = "zINSTREAM"; /* with its NUL */
    struct scan *scan = CONTAINER_OF(connect, struct scan, connect);
    uv_buf_t parts[3];

    if (scan->ending) return;
    if (status != 0) {
        end(scan, MC_UNAVAILABLE);
        return;
    }
    memcpy(scan->head, command, sizeof(command));
    big_endian(scan->head + sizeof(command), scan->bytes.size);
    big_endian(scan->tail, 0);
    parts[0] = uv_buf_init((char *)scan->head, sizeof(command) + 4);
    parts[1] = uv_buf_init((char *)(uintptr_t)scan->bytes.data, (unsigned)scan->bytes.size);
    parts[2] = uv_buf_init((char *)scan->tail, sizeof(scan->tail));
    if (uv_write(&scan->write, &scan->socket.stream, parts, 3, on_sent) != 0 ||
        uv_read_start(&scan->socket.stream, on_room, on_reply) != 0)
        end(scan, MC_UNAVAILABLE);
}

static void on_resolved(uv_getaddrinfo_t *resolve, int status, struct addrinfo *found)
{
    struct scan *scan = CONTAINER_OF(resolve, struct scan, resolve);

    scan->resolving = false;
    if (scan->ending)
        finish(scan);
    else if (status != 0 ||
             uv_tcp_connect(&scan->connect, &scan->socket.tcp, found->ai_addr, on_connected) != 0)
        end(scan, MC_UNAVAILABLE);
    uv_freeaddrinfo(found);
}

/* ---- where ---- */

static bool is_path(const char *url)
{
    return url[0] == '/';
}

static bool split(const char *url, char host[SCANNER_HOST_BYTES_MAX], const char **ret_port)
{
    const char *colon = strrchr(url, ':');
    size_t size = colon == NULL ? 0 : (size_t)(colon - url);
    int64_t port;

    if (size > 2 && url[0] == '[' && url[size - 1] == ']') {
        url++;
        size -= 2;
    }
    if (size == 0 || size >= SCANNER_HOST_BYTES_MAX ||
        str_to_i64(str_of(colon + 1), &port) != MC_OK || port < 1 || port > 65535)
        return false;
    memcpy(host, url, size);
    host[size] = '\0';
    *ret_port = colon + 1;
    return true;
}

bool scanner_url_is_good(const char *url)
{
    char host[SCANNER_HOST_BYTES_MAX];
    const char *port;

    return is_path(url) ? strlen(url) < 108 : split(url, host, &port);
}

void scanner_scan(struct scan *scan)
{
    char host[SCANNER_HOST_BYTES_MAX];
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    const char *port;

    scan->reply_bytes = 0;
    scan->resolving = scan->ending = false;
    scan->open_handles = 2;
    MC_ASSERT(uv_timer_init(scan->loop, &scan->timer) == 0);
    scan->timer.data = scan;
    uv_timer_start(&scan->timer, on_time, scan->timeout_ms, 0);
    if (is_path(scan->url)) {
        MC_ASSERT(uv_pipe_init(scan->loop, &scan->socket.pipe, 0) == 0);
        uv_pipe_connect(&scan->connect, &scan->socket.pipe, scan->url, on_connected);
    } else {
        MC_ASSERT(uv_tcp_init(scan->loop, &scan->socket.tcp) == 0);
        scan->resolving =
            split(scan->url, host, &port) &&
            uv_getaddrinfo(scan->loop, &scan->resolve, on_resolved, host, port, &hints) == 0;
    }
    scan->socket.stream.data = scan;
    if (!is_path(scan->url) && !scan->resolving) end(scan, MC_UNAVAILABLE);
}
