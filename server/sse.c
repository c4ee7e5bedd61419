#include "sse.h"

#include "reply.h"

enum { EVENT_OVERHEAD_BYTES = 256 };

void sse_open(struct http_exchange *exchange, size_t queue_bytes_max)
{
    static const struct http_header headers[] = {
        { STR_INIT("content-type"), STR_INIT("text/event-stream; charset=utf-8") },
        { STR_INIT("cache-control"), STR_INIT("private, no-store, no-transform") },
        { STR_INIT("x-accel-buffering"), STR_INIT("no") },
    };

    http_stream_open(exchange, 200, headers, sizeof(headers) / sizeof(headers[0]), queue_bytes_max);
}

enum status sse_next(struct http_exchange *exchange, struct str id, struct str json)
{
    struct buf event;
    enum status status;

    buf_init(&event, json.size + EVENT_OVERHEAD_BYTES);
    buf_add(&event, STR("event: next\n"));
    if (id.data != NULL) buf_printf(&event, "id: %.*s\n", STR_PRINT(id));
    buf_add(&event, STR("data: "));
    buf_add(&event, json);
    buf_add(&event, STR("\n\n"));
    status = buf_status(&event);
    if (status == MC_OK) status = http_stream_send(exchange, buf_str(&event));
    buf_done(&event);
    return status;
}

enum status sse_complete(struct http_exchange *exchange)
{
    return http_stream_send(exchange, STR("event: complete\ndata:\n\n"));
}

enum status sse_comment(struct http_exchange *exchange, const char *text)
{
    struct buf comment;
    enum status status;

    buf_init(&comment, EVENT_OVERHEAD_BYTES);
    buf_printf(&comment, ":%s\n\n", text);
    status = http_stream_send(exchange, buf_str(&comment));
    buf_done(&comment);
    return status;
}

void sse_reply_once(struct http_exchange *exchange, struct str json)
{
    sse_open(exchange, json.size + 2 * (size_t)EVENT_OVERHEAD_BYTES);
    enum status sent = sse_next(exchange, STR_NONE, json);

    if (sent == MC_OK) sent = sse_complete(exchange);
    (void)sent;
    http_stream_close(exchange);
}
