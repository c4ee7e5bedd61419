#include "channel.h"

#include "base/json_out.h"

#include <stdio.h>

const struct channel *const channels[CHANNEL_COUNT] = { &channel_webpush, &channel_fcm };

struct channel_verdict channel_judge(const struct channel_rule *rules, size_t count, int http,
                                     struct str code)
{
    for (size_t i = 0; i < count; i++) {
        const struct channel_rule *rule = &rules[i];

        if (http < rule->http_least || http > rule->http_most) continue;
        if (rule->code == NULL || str_is(code, rule->code))
            return (struct channel_verdict){ rule->class, rule->reason };
    }
    return (struct channel_verdict){ CHANNEL_DEAD, "unexpected_answer" };
}

void channel_header(struct channel_request *request, struct str name, struct str value)
{
    MC_ASSERT(request->header_count < CHANNEL_HEADERS_MAX);
    request->headers[request->header_count++] = (struct http2_header){ name, value };
}

enum status channel_read_file(const char *path, struct arena *arena, struct str *ret_text)
{
    enum { FILE_BYTES_MAX = 65536 };
    FILE *file = fopen(path, "re");
    char *text = arena_alloc(arena, FILE_BYTES_MAX);
    size_t size;

    if (file == NULL) return MC_NOT_FOUND;
    size = fread(text, 1, FILE_BYTES_MAX - 1, file);
    (void)fclose(file);
    *ret_text = (struct str){ text, size };
    return MC_OK;
}

void channel_payload(const struct channel_message *message, struct buf *out)
{
    struct json_out json = json_out(out);

    json_object_open(&json);
    json_key(&json, "nid");
    json_str(&json, message->nid);
    json_key(&json, "event");
    json_str(&json, message->event);
    json_key(&json, "tail");
    json_str(&json, message->tail);
    json_key(&json, "template");
    json_str(&json, message->template_id);
    json_key(&json, "title");
    json_str(&json, message->title);
    json_key(&json, "body");
    json_str(&json, message->body);
    json_object_close(&json);
}
