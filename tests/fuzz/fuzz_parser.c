/*
 * Documents, values and types of any bytes: what is read is printed, the print is read again and
 * printed the same. A refusal is one error.
 */
#include "graphql/language/parser.h"
#include "graphql/language/printer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

enum { PRINT_BYTES_MAX = 1 << 24, ARENA_BYTES_MAX = 1 << 26 };

/* The print may be longer than what was read: lines are broken, sets are indented. */
static const struct parser_limits narrow = { .source_bytes_max = PRINT_BYTES_MAX,
                                             .tokens_max = 10000,
                                             .depth_max = 100,
                                             .directives_per_location_max = 10 };

/* Reads source and prints it. */
typedef enum status read_and_print(struct arena *arena, struct str source,
                                   struct gql_errors *errors, struct buf *out);

static enum status document(struct arena *arena, struct str source, struct gql_errors *errors,
                            struct buf *out)
{
    struct ast_document *read = NULL;
    enum status status = parse_document(arena, source, &narrow, errors, &read);

    if (status == MC_OK) print_document(out, read);
    return status;
}

static enum status value(struct arena *arena, struct str source, struct gql_errors *errors,
                         struct buf *out)
{
    struct ast_value *read = NULL;
    enum status status = parse_value(arena, source, false, errors, &read);

    if (status == MC_OK) print_value(out, read);
    return status;
}

static enum status type(struct arena *arena, struct str source, struct gql_errors *errors,
                        struct buf *out)
{
    struct ast_type *read = NULL;
    enum status status = parse_type(arena, source, errors, &read);

    if (status == MC_OK) print_type(out, read);
    return status;
}

static void go_round(read_and_print *go, struct str source)
{
    struct gql_errors errors;
    struct buf first, second;
    struct arena arena;

    arena_init(&arena, ARENA_BYTES_MAX);
    gql_errors_init(&errors, &arena, 2);
    buf_init(&first, PRINT_BYTES_MAX);
    buf_init(&second, PRINT_BYTES_MAX);
    if (go(&arena, source, &errors, &first) == MC_OK) {
        MC_ASSERT(errors.count == 0);
        if (buf_status(&first) == MC_OK) {
            MC_ASSERT(go(&arena, buf_str(&first), &errors, &second) == MC_OK);
            MC_ASSERT(str_eq(buf_str(&first), buf_str(&second)));
        }
    } else {
        MC_ASSERT(errors.count == 1 || arena_status(&arena) != MC_OK);
    }
    buf_done(&second);
    buf_done(&first);
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    const struct str source = { (const char *)data, data_bytes };

    if (data_bytes > 1 << 16) return 0;
    go_round(document, source);
    go_round(value, source);
    go_round(type, source);
    return 0;
}
