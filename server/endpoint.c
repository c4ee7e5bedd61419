#include "endpoint.h"

#include "base/memory.h"
#include "graphql_ws.h"
#include "http/websocket.h"
#include "multipart.h"
#include "operation.h"
#include "reply.h"
#include "sse.h"

/* An operation carried by one exchange. */
struct passage {
    struct operation operation;
    struct http_exchange *exchange; /* NULL once it has ended */
    enum graphql_media media;
};

static struct passage *passage_of(const struct operation *operation)
{
    return CONTAINER_OF(operation, struct passage, operation);
}

static struct http_exchange *take_exchange(struct operation *operation)
{
    struct passage *passage = passage_of(operation);
    struct http_exchange *exchange = passage->exchange;

    passage->exchange = NULL;
    return exchange;
}

static void free_passage(struct operation *operation)
{
    struct passage *passage = passage_of(operation);

    if (passage->exchange != NULL) http_release(passage->exchange);
    mem_free(passage);
}

static const char *allow_of(enum status status)
{
    return status == MC_METHOD ? "POST" : NULL;
}

static void refuse(struct operation *operation, enum status status, const char *why)
{
    reply_refusal(take_exchange(operation), status, why, allow_of(status));
}

/* A document with errors is a well-formed request: old clients (application/json) get 200. What
 * cannot be answered now is a 503, so that a client (and a balancer) tries again. */
static int http_status_of(const struct outcome *outcome, enum graphql_media media)
{
    enum status status = outcome->executed ? outcome->worst : outcome->status;
    int http = status_http(status);

    if (http == 503 || http == 405 || http == 406) return http;
    return outcome->executed || media != GRAPHQL_REPLY ? 200 : http;
}

static void reply(struct operation *operation, const struct outcome *outcome)
{
    enum graphql_media media = passage_of(operation)->media;
    int http = http_status_of(outcome, media);

    reply_result(take_exchange(operation), http,
                 media == GRAPHQL_REPLY ? media_graphql_reply : media_json, outcome->body,
                 allow_of(outcome->status));
}

static const struct carrier get_carrier = {
    .reply = reply, .refuse = refuse, .free = free_passage, .queries_only = true
};
static const struct carrier post_carrier = { .reply = reply,
                                             .refuse = refuse,
                                             .free = free_passage };

/* ---- an event stream ---- */

static void reply_in_stream(struct operation *operation, const struct outcome *outcome)
{
    int http = status_http(outcome->executed ? outcome->worst : outcome->status);

    if (http == 503 || http == 405)
        reply_result(take_exchange(operation), http, media_json, outcome->body,
                     allow_of(outcome->status));
    else
        sse_reply_once(take_exchange(operation), outcome->body);
}

static enum status open_stream(struct operation *operation, size_t queue_bytes_max)
{
    sse_open(passage_of(operation)->exchange, queue_bytes_max);
    return sse_comment(passage_of(operation)->exchange, "");
}

static enum status send_next(struct operation *operation, struct str cursor, struct str json)
{
    return sse_next(passage_of(operation)->exchange, cursor, json);
}

static enum status send_complete(struct operation *operation)
{
    return sse_complete(passage_of(operation)->exchange);
}

static enum status send_alive(struct operation *operation, bool going_away)
{
    return sse_comment(passage_of(operation)->exchange, going_away ? " going away" : "");
}

static void close_stream(struct operation *operation)
{
    http_stream_close(take_exchange(operation));
}

static size_t waiting(const struct operation *operation)
{
    return http_stream_waiting(passage_of(operation)->exchange);
}

static const struct stream_carrier event_stream = {
    .open = open_stream,
    .next = send_next,
    .complete = send_complete,
    .alive = send_alive,
    .close = close_stream,
    .waiting = waiting,
};
/* ---- parts ---- */

static enum status open_parts(struct operation *operation, size_t queue_bytes_max)
{
    struct http_exchange *exchange = passage_of(operation)->exchange;

    multipart_open(exchange, queue_bytes_max);
    return http_stream_send(exchange, STR("--graphql"));
}

/* The protocol has no place for a cursor: it goes into the result's extensions. */
static enum status send_part(struct operation *operation, struct str cursor, struct str json)
{
    struct buf payload;
    enum status status;

    buf_init(&payload, json.size + cursor.size + 64);
    result_with_cursor(&payload, json, cursor);
    status = multipart_next(passage_of(operation)->exchange, buf_str(&payload));
    buf_done(&payload);
    return status;
}

static enum status send_last_boundary(struct operation *operation)
{
    return multipart_complete(passage_of(operation)->exchange);
}

static enum status send_empty_part(struct operation *operation, bool going_away)
{
    (void)going_away;
    return multipart_heartbeat(passage_of(operation)->exchange);
}

static const struct stream_carrier parts = {
    .open = open_parts,
    .next = send_part,
    .complete = send_last_boundary,
    .alive = send_empty_part,
    .close = close_stream,
    .waiting = waiting,
};
static const struct carrier get_parts_carrier = {
    .reply = reply, .refuse = refuse, .free = free_passage, .stream = &parts, .queries_only = true
};
static const struct carrier post_parts_carrier = {
    .reply = reply, .refuse = refuse, .free = free_passage, .stream = &parts
};

static const struct carrier get_stream_carrier = { .reply = reply_in_stream,
                                                   .refuse = refuse,
                                                   .free = free_passage,
                                                   .stream = &event_stream,
                                                   .queries_only = true };
static const struct carrier post_stream_carrier = {
    .reply = reply_in_stream, .refuse = refuse, .free = free_passage, .stream = &event_stream
};

/* ---- the exchange ---- */

static void on_gone(struct http_exchange *exchange)
{
    operation_gone(http_data(exchange));
}

static void on_drained(struct http_exchange *exchange)
{
    operation_drained(http_data(exchange));
}

static const struct carrier *carrier_for(const struct http_exchange *exchange,
                                         enum graphql_media media)
{
    bool get = str_is(http_method(exchange), "GET");

    if (media == GRAPHQL_MULTIPART) return get ? &get_parts_carrier : &post_parts_carrier;
    if (media == GRAPHQL_EVENT_STREAM) return get ? &get_stream_carrier : &post_stream_carrier;
    return get ? &get_carrier : &post_carrier;
}

void endpoint_handle(struct http_exchange *exchange, void *data)
{
    struct app *app = data;
    struct passage *passage;
    struct operation *operation;
    const char *why;
    enum status status;

    if (http_websocket_is_wanted(exchange)) {
        graphql_ws_open(app->websockets, exchange);
        return;
    }
    passage = MEM_NEW(struct passage);
    operation = &passage->operation;
    passage->exchange = exchange;
    operation_init(operation, app, &post_carrier);
    status = graphql_request_read(exchange, &operation->arena, &operation->graphql, &why);
    if (status != MC_OK) {
        reply_refusal(take_exchange(operation), status, why,
                      status == MC_METHOD ? "GET, POST" : NULL);
        operation_free(operation);
        return;
    }
    passage->media = operation->graphql.media;
    operation->carrier = carrier_for(exchange, passage->media);
    operation->authorization = http_header(exchange, "authorization");
    operation->resume = http_header(exchange, "last-event-id");
    http_set_data(exchange, operation);
    http_on_gone(exchange, on_gone);
    http_stream_on_drained(exchange, on_drained);
    operation_start(operation);
}
