#include "sse.h"

enum { EVENT_OVERHEAD_BYTES = 256 };

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

void sse_reply_once(struct http_exchange *exchange, const struct stream_form *form, struct str json)
{
    struct stream_form long_enough = *form;

    long_enough.queue_bytes_max = json.size + 2 * (size_t)EVENT_OVERHEAD_BYTES;
    reply_stream(exchange, &long_enough);
    enum status sent = sse_next(exchange, STR_NONE, json);

    if (sent == MC_OK) sent = sse_complete(exchange);
    (void)sent;
    http_stream_close(exchange);
}
