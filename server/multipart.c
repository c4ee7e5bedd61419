#include "multipart.h"

enum { PART_OVERHEAD_BYTES = 256 };

/* A boundary is sent behind each part, so that a reader need not wait for the next. */
#define BOUNDARY  "\r\n--graphql"
#define PART_HEAD "\r\ncontent-type: application/json\r\n\r\n"

const char media_multipart[] = "multipart/mixed; boundary=\"graphql\"; subscriptionSpec=\"1.0\"";

static enum status send_part(struct http_exchange *exchange, const char *before, struct str json,
                             const char *behind)
{
    struct buf part;
    enum status status;

    buf_init(&part, json.size + PART_OVERHEAD_BYTES);
    buf_add(&part, STR(PART_HEAD));
    buf_add(&part, str_of(before));
    buf_add(&part, json);
    buf_add(&part, str_of(behind));
    buf_add(&part, STR(BOUNDARY));
    status = buf_status(&part);
    if (status == MC_OK) status = http_stream_send(exchange, buf_str(&part));
    buf_done(&part);
    return status;
}

enum status multipart_next(struct http_exchange *exchange, struct str json)
{
    return send_part(exchange, "{\"payload\":", json, "}");
}

enum status multipart_fail(struct http_exchange *exchange, struct str errors)
{
    struct str members = { errors.data + 1, errors.size - 1 };
    enum status status = send_part(exchange, "{\"payload\":null,", members, "");

    return status == MC_OK ? multipart_complete(exchange) : status;
}

enum status multipart_heartbeat(struct http_exchange *exchange)
{
    return send_part(exchange, "{}", STR(""), "");
}

enum status multipart_complete(struct http_exchange *exchange)
{
    return http_stream_send(exchange, STR("--\r\n"));
}
