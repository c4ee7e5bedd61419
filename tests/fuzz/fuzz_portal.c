/* What a state system sends, of any bytes: what is taken keeps the promises of portal_message.h. */
#include "server/portal_field.h"
#include "server/portal_message.h"

#include <jansson.h>

enum { ARENA_BYTES_MAX = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static void check(const struct portal_message *message)
{
    json_t *body;

    if (message->why != NULL) {
        MC_ASSERT(message->body.data == NULL);
        return;
    }
    MC_ASSERT(message->kind != NULL && message->code.size > 0);
    MC_ASSERT(message->personal_no.data == NULL || message->personal_no.size == 12);
    body = json_loadb(message->body.data, message->body.size, JSON_REJECT_DUPLICATES, NULL);
    MC_ASSERT(json_is_object(body));
    MC_ASSERT(json_object_get(body, "DinhDanhCHS") == NULL);
    MC_ASSERT(json_array_size(json_object_get(body, "papers")) <= PORTAL_PAPERS_MAX);
    json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct str text = { (const char *)data, data_bytes }, time;
    struct portal_message messages[PORTAL_RECORDS_MAX];
    const char *why = NULL;
    struct arena arena;
    size_t count = 0;

    arena_init(&arena, ARENA_BYTES_MAX);
    if (portal_messages_read(text, &arena, messages, &count, &why) == MC_OK) {
        MC_ASSERT(count >= 1 && count <= PORTAL_RECORDS_MAX);
        for (size_t i = 0; i < count; i++)
            check(&messages[i]);
    } else {
        MC_ASSERT(why != NULL && count <= PORTAL_RECORDS_MAX);
    }
    if (portal_time_read(text, &arena, &time) == MC_OK) MC_ASSERT(time.size == 25);
    arena_done(&arena);
    return 0;
}
