/* A request's body of any bytes: with its document taken out it says what it says to the JSON
 * reader as a whole. */
#include "server/body_document.h"
#include "server/graphql_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

enum { ARENA_BYTES_MAX = 16 << 20, PARTS_MAX = 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct str body = { (const char *)data, data_bytes }, document, rest;
    json_t *whole = graphql_json_read(body, PARTS_MAX), *parts;
    struct arena arena;

    arena_init(&arena, ARENA_BYTES_MAX);
    if (body_take_document(body, &arena, &document, &rest)) {
        parts = graphql_json_read(rest, PARTS_MAX);
        MC_ASSERT((parts == NULL) == (whole == NULL));
        if (parts != NULL) {
            json_object_set_new(parts, "query", json_stringn(document.data, document.size));
            MC_ASSERT(json_equal(parts, whole));
        }
        json_decref(parts);
    }
    json_decref(whole);
    arena_done(&arena);
    return 0;
}
