/* Messages of graphql-transport-ws of any bytes: what is taken keeps the promises of
 * graphql_ws_message.h, and its payload is read as a request. */
#include "server/graphql_request.h"
#include "server/graphql_ws_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static void read_payload(const json_t *payload)
{
    struct graphql_request request;
    const char *why = NULL;

    if (graphql_request_of_json(payload, SIZE_MAX, &request, &why) == MC_OK)
        MC_ASSERT(request.variables == NULL || json_is_object(request.variables));
    else
        MC_ASSERT(why != NULL);
    graphql_request_done(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct graphql_ws_message message;

    if (graphql_ws_message_read((struct str){ (const char *)data, data_bytes }, 1000, &message) !=
        MC_OK)
        return 0;
    MC_ASSERT(message.type < GRAPHQL_WS_TYPES);
    MC_ASSERT(message.payload == NULL || json_is_object(message.payload));
    if (message.type == GRAPHQL_WS_SUBSCRIBE || message.type == GRAPHQL_WS_COMPLETE)
        MC_ASSERT(message.id.size > 0 && message.id.size <= GRAPHQL_WS_ID_BYTES_MAX);
    if (message.type == GRAPHQL_WS_SUBSCRIBE) read_payload(message.payload);
    graphql_ws_message_done(&message);
    return 0;
}
