#include "graphql_ws_message.h"

#include "graphql_request.h"

static const struct {
    const char *name;
    bool has_id, needs_payload;
} types[GRAPHQL_WS_TYPES] = {
    [GRAPHQL_WS_CONNECTION_INIT] = { "connection_init", false, false },
    [GRAPHQL_WS_PING] = { "ping", false, false },
    [GRAPHQL_WS_PONG] = { "pong", false, false },
    [GRAPHQL_WS_SUBSCRIBE] = { "subscribe", true, true },
    [GRAPHQL_WS_COMPLETE] = { "complete", true, false },
};

struct str graphql_ws_text(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_string(value)) return STR_NONE;
    return (struct str){ json_string_value(value), json_string_length(value) };
}

static enum graphql_ws_type type_of(struct str name)
{
    size_t type = 0;

    while (type < GRAPHQL_WS_TYPES && !str_is(name, types[type].name))
        type++;
    return (enum graphql_ws_type)type;
}

static bool fits(const struct graphql_ws_message *message)
{
    if (message->type == GRAPHQL_WS_TYPES) return false;
    if (types[message->type].has_id &&
        (message->id.size == 0 || message->id.size > GRAPHQL_WS_ID_BYTES_MAX))
        return false;
    if (message->payload == NULL) return !types[message->type].needs_payload;
    return json_is_object(message->payload);
}

enum status graphql_ws_message_read(struct str text, size_t parts_max,
                                    struct graphql_ws_message *ret_message)
{
    struct graphql_ws_message message = { .json = graphql_json_read(text, parts_max) };

    message.type = type_of(graphql_ws_text(message.json, "type"));
    message.id = graphql_ws_text(message.json, "id");
    message.payload = json_object_get(message.json, "payload");
    if (!fits(&message)) {
        graphql_ws_message_done(&message);
        return MC_BAD_INPUT;
    }
    *ret_message = message;
    return MC_OK;
}

void graphql_ws_message_done(struct graphql_ws_message *message)
{
    json_decref(message->json);
    message->json = NULL;
}
