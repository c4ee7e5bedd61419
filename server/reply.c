#include "reply.h"

#include "base/json_out.h"

enum { REFUSAL_BYTES_MAX = 4096 };

const char media_json[] = "application/json; charset=utf-8";
const char media_graphql_reply[] = "application/graphql-response+json; charset=utf-8";
const char media_event_stream[] = "text/event-stream; charset=utf-8";

static size_t add_header(struct http_header *headers, size_t count, const char *name,
                         const char *value)
{
    headers[count] = (struct http_header){ str_of(name), str_of(value) };
    return count + 1;
}

static size_t add_cache_headers(struct http_header *headers, size_t count,
                                const struct reply_form *form, char *text, size_t text_bytes)
{
    if (form->max_age_s == 0)
        return add_header(headers, count, "cache-control", "private, no-store");
    (void)snprintf(text, text_bytes, "public, max-age=%d", (int)form->max_age_s);
    count = add_header(headers, count, "cache-control", text);
    count = add_header(headers, count, "etag", form->etag);
    return add_header(headers, count, "vary", "accept, accept-encoding");
}

void reply_form(struct http_exchange *exchange, const struct reply_form *form, struct str body)
{
    struct http_header headers[9 + REPLY_MORE_MAX];
    char max_age[32], retry_after[32];
    size_t count = 0;
    int status = form->status;

    if (form->media != NULL) count = add_header(headers, count, "content-type", form->media);
    count = add_cache_headers(headers, count, form, max_age, sizeof(max_age));
    count = add_header(headers, count, "x-content-type-options", "nosniff");
    if (form->coding != NULL && form->coding[0] != '\0')
        count = add_header(headers, count, "content-encoding", form->coding);
    if (status == 503 || status == 429) {
        (void)snprintf(retry_after, sizeof(retry_after), "%lld",
                       (long long)(form->retry_after_s > 0 ? form->retry_after_s : 1));
        count = add_header(headers, count, "retry-after", retry_after);
    }
    if (status == 401)
        count = add_header(headers, count, "www-authenticate",
                           "Bearer realm=\"motcua\", error=\"invalid_token\"");
    if (form->allow != NULL) count = add_header(headers, count, "allow", form->allow);
    MC_ASSERT(form->more_count <= REPLY_MORE_MAX);
    for (size_t i = 0; i < form->more_count; i++)
        headers[count++] = form->more[i];
    http_reply_body(exchange, status, headers, count, (struct http_body){ body, form->owner });
}

void reply_stream(struct http_exchange *exchange, const struct stream_form *form)
{
    struct http_header headers[3 + REPLY_MORE_MAX];
    size_t count = add_header(headers, 0, "content-type", form->media);

    count = add_header(headers, count, "cache-control", "private, no-store, no-transform");
    count = add_header(headers, count, "x-accel-buffering", "no");
    MC_ASSERT(form->more_count <= REPLY_MORE_MAX);
    for (size_t i = 0; i < form->more_count; i++)
        headers[count++] = form->more[i];
    http_stream_open(exchange, 200, headers, count, form->queue_bytes_max);
}

void reply_body(struct http_exchange *exchange, int status, const char *media, struct str body)
{
    reply_form(exchange, &(struct reply_form){ .status = status, .media = media }, body);
}

void reply_refusal_json(struct buf *out, enum status status, const char *message)
{
    struct json_out json = json_out(out);

    json_object_open(&json);
    json_key(&json, "errors");
    json_array_open(&json);
    json_object_open(&json);
    json_key(&json, "message");
    json_str(&json, str_of(message == NULL ? status_sentence(status) : message));
    json_key(&json, "extensions");
    json_object_open(&json);
    json_key(&json, "code");
    json_str(&json, str_of(status_code(status)));
    json_object_close(&json);
    json_object_close(&json);
    json_array_close(&json);
    json_object_close(&json);
}

void reply_refusal(struct http_exchange *exchange, enum status status, const char *message,
                   const char *allow)
{
    struct buf body;

    buf_init(&body, REFUSAL_BYTES_MAX);
    reply_refusal_json(&body, status, message);
    reply_form(
        exchange,
        &(struct reply_form){ .status = status_http(status), .media = media_json, .allow = allow },
        buf_str(&body));
    buf_done(&body);
}
