/*
 * Documents of any bytes against a small schema: what the parser takes, the validator judges within
 * its limits, and says the same the second time.
 */
#include "graphql/language/parser.h"
#include "graphql/validation/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static const char sdl[] =
    "directive @stream(label: String) on FIELD directive @defer(if: Boolean) on INLINE_FRAGMENT\n"
    "enum E { A B } input I { e: E, i: I, n: [Int!]! = [1] } input O @oneOf { a: Int, b: O }\n"
    "interface N { n: N, l(a: Int): [N!] } type A implements N { n: N, l(a: Int): [N!], e: E }\n"
    "type B implements N { n: N, l(a: Int): [N!], e: Int } union U = A | B\n"
    "type Query { a(i: I, o: O): A, n: N, u: U, q: Query, s(t: String!): Int }\n"
    "type Subscription { a: A, b: B }";

static const struct parser_limits narrow = { .source_bytes_max = 1 << 16,
                                             .tokens_max = 4000,
                                             .depth_max = 100,
                                             .directives_per_location_max = 4 };

static struct gql_schema *schema_of(struct arena *arena)
{
    const struct gql_source source = { "fuzz", { sdl, sizeof(sdl) - 1 } };
    struct gql_schema *schema = NULL;
    struct gql_errors errors;

    gql_errors_init(&errors, arena, 1);
    MC_ASSERT(gql_schema_build(arena, &source, 1, &errors, &schema) == MC_OK);
    return schema;
}

static enum status judge(const struct gql_schema *schema, const struct ast_document *document,
                         size_t *ret_errors)
{
    const struct validate_options options = { .suggestions = true, .aliases_max = 100 };
    struct gql_errors errors;
    struct arena arena;
    enum status status;

    arena_init(&arena, 1 << 26);
    gql_errors_init(&errors, &arena, 200);
    status = validate_document(schema, document, &options, &arena, &errors);
    MC_ASSERT((status == MC_OK) == (errors.count == 0));
    MC_ASSERT(status == MC_OK || status == MC_INVALID || status == MC_LIMIT);
    MC_ASSERT(status != MC_LIMIT || errors.count == 1);
    MC_ASSERT(errors.count <= 101);
    *ret_errors = errors.count;
    arena_done(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    static struct arena schema_arena;
    static const struct gql_schema *schema;
    const struct str source = { (const char *)data, data_bytes };
    struct ast_document *document = NULL;
    size_t first = 0, second = 0;
    struct gql_errors errors;
    struct arena arena;

    if (schema == NULL) {
        arena_init(&schema_arena, 1 << 24);
        schema = schema_of(&schema_arena);
    }
    arena_init(&arena, 1 << 26);
    gql_errors_init(&errors, &arena, 1);
    if (parse_document(&arena, source, &narrow, &errors, &document) == MC_OK) {
        MC_ASSERT(judge(schema, document, &first) == judge(schema, document, &second));
        MC_ASSERT(first == second);
    }
    arena_done(&arena);
    return 0;
}
