/*
 * Schemas of any bytes; what stands behind a NUL is a second file. What builds and is lawful is
 * printed, and the print builds again and is printed the same.
 */
#include "graphql/gql.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

enum { PRINT_BYTES_MAX = 1 << 24, ARENA_BYTES_MAX = 1 << 26, ERRORS_MAX = 20 };

static enum status build_and_print(const struct gql_source *sources, size_t count, struct buf *out)
{
    struct gql_schema *schema = NULL;
    struct gql_errors errors;
    struct arena arena;
    enum status status;

    arena_init(&arena, ARENA_BYTES_MAX);
    gql_errors_init(&errors, &arena, ERRORS_MAX);
    status = gql_schema_build(&arena, sources, count, &errors, &schema);
    MC_ASSERT(errors.count <= ERRORS_MAX);
    if (status == MC_OK) {
        MC_ASSERT(errors.count == 0);
        gql_schema_print(schema, out);
    } else {
        MC_ASSERT(errors.count > 0 || status == MC_LIMIT);
    }
    arena_done(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    const char *text = (const char *)data;
    const char *end = data_bytes == 0 ? NULL : memchr(text, 0, data_bytes);
    size_t first_bytes = end == NULL ? data_bytes : (size_t)(end - text);
    const struct gql_source sources[] = {
        { "first", { text, first_bytes } },
        { "second", { end == NULL ? NULL : end + 1, data_bytes - first_bytes - (end != NULL) } },
    };
    struct buf first, second;

    if (data_bytes > 1 << 15) return 0;
    buf_init(&first, PRINT_BYTES_MAX);
    buf_init(&second, PRINT_BYTES_MAX);
    if (build_and_print(sources, end == NULL ? 1 : 2, &first) == MC_OK &&
        buf_status(&first) == MC_OK) {
        const struct gql_source print = { "print", buf_str(&first) };

        MC_ASSERT(build_and_print(&print, 1, &second) == MC_OK);
        MC_ASSERT(str_eq(buf_str(&first), buf_str(&second)));
    }
    buf_done(&second);
    buf_done(&first);
    return 0;
}
