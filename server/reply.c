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

void reply_result(struct http_exchange *exchange, int status, const char *media, struct str body,
                  const char *allow)
{
    struct http_header headers[6];
    size_t count = 0;

    count = add_header(headers, count, "content-type", media);
    count = add_header(headers, count, "cache-control", "private, no-store");
    count = add_header(headers, count, "x-content-type-options", "nosniff");
    if (status == 503 || status == 429) count = add_header(headers, count, "retry-after", "1");
    if (status == 401)
        count = add_header(headers, count, "www-authenticate",
                           "Bearer realm=\"motcua\", error=\"invalid_token\"");
    if (allow != NULL) count = add_header(headers, count, "allow", allow);
    http_reply(exchange, status, headers, count, body);
}

void reply_body(struct http_exchange *exchange, int status, const char *media, struct str body)
{
    reply_result(exchange, status, media, body, NULL);
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
    reply_result(exchange, status_http(status), media_json, buf_str(&body), allow);
    buf_done(&body);
}
