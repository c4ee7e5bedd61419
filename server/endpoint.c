#include "endpoint.h"

#include "base/memory.h"
#include "batch.h"
#include "graphql_ws.h"
#include "http/websocket.h"
#include "multipart.h"
#include "operation.h"
#include "reply.h"
#include "sse.h"
#include "status_profile.h"

enum { REFUSAL_BYTES_MAX = 4096, ETAG_HASH_BYTES = 32, ETAG_BYTES = ETAG_HASH_BYTES + 16 };

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
    operation->line.http = status_http(status);
    reply_refusal(take_exchange(operation), status, why, allow_of(status));
}

/* The kept forms of a public answer, or what the settings allow for a private one: never where an
 * error may say back what was sent. */
static struct str coded_body(struct operation *operation, const struct outcome *outcome,
                             struct reply_form *form, struct buf *out)
{
    const struct server_config *config = operation->app->config;
    struct str accepted = http_header(passage_of(operation)->exchange, "accept-encoding");
    unsigned offered = 0;
    enum coding coding;

    for (size_t i = 0; outcome->rendered != NULL && i < CODING_COUNT; i++)
        if (outcome->rendered->bodies[i].data != NULL) offered |= 1u << i;
    if (outcome->rendered == NULL && config->compress_private && outcome->executed &&
        outcome->worst == MC_OK && outcome->body.size >= COMPRESSED_FROM_BYTES)
        offered = 1u << CODING_GZIP;
    coding = coding_choose(accepted, offered);
    form->coding = coding_names[coding];
    if (coding == CODING_IDENTITY) return outcome->body;
    if (outcome->rendered != NULL) return outcome->rendered->bodies[coding];
    buf_init(out, outcome->body.size);
    if (compress_bytes(coding, (int)config->compress_level, outcome->body, out) == MC_OK)
        return buf_str(out);
    form->coding = "";
    return outcome->body;
}

/* Strong, so one for each coding: "<hash>", "<hash>-gzip". */
static void write_etag(char etag[ETAG_BYTES], const struct rendered *rendered, const char *coding)
{
    (void)snprintf(etag, ETAG_BYTES, "\"%.*s%s%s\"", ETAG_HASH_BYTES, rendered->hash,
                   coding[0] == '\0' ? "" : "-", coding);
}

/* RFC 9110, section 13.1.2: a weak comparison, or any. */
static bool has_etag(struct str list, const char *etag)
{
    while (list.size > 0) {
        struct str one = str_trim(str_split(&list, ','));

        if (str_starts(one, STR("W/"))) one = (struct str){ one.data + 2, one.size - 2 };
        if (str_is(one, "*") || str_is(one, etag)) return true;
    }
    return false;
}

/* Anybody may keep what a trusted document asks of what is public, by GET. */
static bool is_for_all(const struct operation *operation, const struct outcome *outcome)
{
    return outcome->rendered != NULL && outcome->rendered->policy.is_public &&
           operation->is_trusted && operation->carrier->queries_only;
}

/* The draft: what is no success says what it is, also to who asked for plain JSON. */
static const char *media_of(enum status_profile profile, bool of_json, int status)
{
    if (of_json && (profile == PROFILE_AUDIT || status / 100 == 2)) return media_json;
    return media_graphql_reply;
}

/* Whose the body is that leaves: the operation's own, which hands it on, or a kept answer's. */
static bool own_body(struct operation *operation, const struct outcome *outcome, struct str body,
                     struct http_owner *owner)
{
    if (body.data != NULL && body.data == operation->reply.data) {
        *owner = (struct http_owner){ mem_free, operation->reply.data };
        operation->reply = (struct buf){ .bytes_max = operation->reply.bytes_max };
        return true;
    }
    if (outcome->rendered == NULL) return false;
    *owner = (struct http_owner){ rendered_release, rendered_hold(outcome->rendered) };
    return true;
}

static void reply(struct operation *operation, const struct outcome *outcome)
{
    struct passage *passage = passage_of(operation);
    bool of_json = passage->media != GRAPHQL_REPLY;
    struct reply_form form = {
        .status = profile_status_of_outcome(operation->app->status_profile, of_json, outcome),
        .allow = allow_of(outcome->status),
    };
    char etag[ETAG_BYTES];
    struct http_header quota[2];
    struct http_owner owner;
    struct buf coded = { 0 };
    struct str body = coded_body(operation, outcome, &form, &coded);

    form.media = media_of(operation->app->status_profile, of_json, form.status);
    if (is_for_all(operation, outcome)) {
        write_etag(etag, outcome->rendered, form.coding);
        form.etag = etag;
        form.max_age_s = (int32_t)(outcome->rendered->until_s - operation->app->rendered.now_s);
        if (has_etag(http_header(passage->exchange, "if-none-match"), etag)) {
            form.status = 304;
            form.media = NULL;
            form.coding = "";
        }
    } else {
        /* Not where somebody may keep it: it would say to others what is left to this one. */
        form.more = quota;
        form.more_count = quota_headers(&operation->charge, quota);
    }
    form.retry_after_s = operation->charge.retry_after_s;
    operation->line.http = form.status;
    if (own_body(operation, outcome, body, &owner)) form.owner = &owner;
    reply_form(take_exchange(operation), &form, body);
    buf_done(&coded);
}

static const struct carrier get_carrier = {
    .name = "http", .reply = reply, .refuse = refuse, .free = free_passage, .queries_only = true
};
static const struct carrier post_carrier = {
    .name = "http", .reply = reply, .refuse = refuse, .free = free_passage
};

/* ---- an event stream ---- */

static void reply_in_stream(struct operation *operation, const struct outcome *outcome)
{
    int http = status_http(outcome->executed ? outcome->worst : outcome->status);
    struct http_header quota[2];
    size_t count = quota_headers(&operation->charge, quota);

    operation->line.http = http;
    if (http == 503 || http == 405 || http == 429)
        reply_form(take_exchange(operation),
                   &(struct reply_form){ .status = http,
                                         .media = media_json,
                                         .allow = allow_of(outcome->status),
                                         .retry_after_s = operation->charge.retry_after_s,
                                         .more = quota,
                                         .more_count = count },
                   outcome->body);
    else
        sse_reply_once(take_exchange(operation),
                       &(struct stream_form){
                           .media = media_event_stream, .more = quota, .more_count = count },
                       outcome->body);
}

static void open_as(struct operation *operation, const char *media, size_t queue_bytes_max)
{
    struct http_header quota[2];

    operation->line.http = 200;
    reply_stream(passage_of(operation)->exchange,
                 &(struct stream_form){ .media = media,
                                        .queue_bytes_max = queue_bytes_max,
                                        .more = quota,
                                        .more_count = quota_headers(&operation->charge, quota) });
}

static enum status open_stream(struct operation *operation, size_t queue_bytes_max)
{
    open_as(operation, media_event_stream, queue_bytes_max);
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
    open_as(operation, media_multipart, queue_bytes_max);
    return http_stream_send(passage_of(operation)->exchange, STR("--graphql"));
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

static enum status fail_in_parts(struct operation *operation, enum status status, struct str json)
{
    (void)status;
    return multipart_fail(passage_of(operation)->exchange, json);
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
    .fail = fail_in_parts,
    .alive = send_empty_part,
    .close = close_stream,
    .waiting = waiting,
};
static const struct carrier get_parts_carrier = { .name = "multipart",
                                                  .reply = reply,
                                                  .refuse = refuse,
                                                  .free = free_passage,
                                                  .stream = &parts,
                                                  .queries_only = true };
static const struct carrier post_parts_carrier = {
    .name = "multipart", .reply = reply, .refuse = refuse, .free = free_passage, .stream = &parts
};

static const struct carrier get_stream_carrier = { .name = "sse",
                                                   .reply = reply_in_stream,
                                                   .refuse = refuse,
                                                   .free = free_passage,
                                                   .stream = &event_stream,
                                                   .queries_only = true };
static const struct carrier post_stream_carrier = { .name = "sse",
                                                    .reply = reply_in_stream,
                                                    .refuse = refuse,
                                                    .free = free_passage,
                                                    .stream = &event_stream };

/* ---- the exchange ---- */

static void on_gone(struct http_exchange *exchange)
{
    operation_gone(http_data(exchange));
}

static void on_drained(struct http_exchange *exchange)
{
    operation_drained(http_data(exchange));
}

static const struct carrier *carrier_for(const struct graphql_request *request)
{
    enum graphql_media media = request->media;
    bool get = request->is_safe;

    if (media == GRAPHQL_MULTIPART) return get ? &get_parts_carrier : &post_parts_carrier;
    if (media == GRAPHQL_EVENT_STREAM) return get ? &get_stream_carrier : &post_stream_carrier;
    return get ? &get_carrier : &post_carrier;
}

static void refuse_request(struct app *app, struct http_exchange *exchange, enum status status,
                           const char *why)
{
    struct buf body;

    buf_init(&body, REFUSAL_BYTES_MAX);
    reply_refusal_json(&body, status, why);
    reply_form(
        exchange,
        &(struct reply_form){ .status = profile_status_of_refusal(app->status_profile, status),
                              .media = media_json,
                              .allow = status == MC_METHOD ? "GET, POST, QUERY" : NULL },
        buf_str(&body));
    buf_done(&body);
}

void endpoint_handle(struct http_exchange *exchange, void *data)
{
    struct app *app = data;
    struct graphql_request_limits limits = {
        .variables_bytes_max = (size_t)app->config->variables_bytes_max,
        .json_parts_max = (size_t)app->config->json_parts_max,
        .batch_max = (size_t)app->config->batch_max,
    };
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
    status = graphql_request_read(exchange, &operation->arena, &limits, &operation->graphql, &why);
    if (status != MC_OK) {
        refuse_request(app, take_exchange(operation), status, why);
        operation_free(operation);
        return;
    }
    if (json_is_array(operation->graphql.json)) {
        batch_open(app, take_exchange(operation), &operation->graphql);
        operation_free(operation);
        return;
    }
    http_tells_itself(exchange);
    operation->line.id = http_id(exchange);
    passage->media = operation->graphql.media;
    operation->carrier = carrier_for(&operation->graphql);
    operation->authorization = http_header(exchange, "authorization");
    operation->client = client_name_of(exchange);
    operation->address = http_peer(exchange);
    operation->resume = http_header(exchange, "last-event-id");
    http_set_data(exchange, operation);
    http_on_gone(exchange, on_gone);
    http_stream_on_drained(exchange, on_drained);
    operation_start(operation);
}
