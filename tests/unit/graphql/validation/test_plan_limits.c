/*
 * Every limit of a document, asked for as a service asks: what reaches it becomes a plan, one more
 * is refused, and the error says which limit it is. A row is a limit; n is its value in the test.
 */
#include "graphql/gql.h"
#include "tests/unit/check.h"

static const char sdl[] = "directive @twice repeatable on FIELD\n"
                          "type Query { q: Query, n: Int, a(x: Int): Int }";

static struct arena arena;
static struct gql_schema *schema;
static struct buf text;

static void repeat(const char *piece, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        buf_add(&text, str_of(piece));
}

static void write_bytes(uint32_t n)
{
    buf_add(&text, STR("{n}"));
    repeat(" ", n - 3);
}

static void write_tokens(uint32_t n)
{
    buf_add(&text, STR("{"));
    repeat(" n", n - 2);
    buf_add(&text, STR(" }"));
}

static void write_depth(uint32_t n)
{
    repeat("{q", n - 1);
    buf_add(&text, STR("{n}"));
    repeat("}", n - 1);
}

static void write_aliases(uint32_t n)
{
    buf_add(&text, STR("{ q {"));
    for (uint32_t i = 0; i < n; i++)
        buf_printf(&text, " a%u: n", i);
    buf_add(&text, STR(" } }"));
}

static void write_root_fields(uint32_t n)
{
    buf_add(&text, STR("{"));
    repeat(" n", n);
    buf_add(&text, STR(" }"));
}

static void write_directives(uint32_t n)
{
    buf_add(&text, STR("{ n"));
    repeat(" @twice", n);
    buf_add(&text, STR(" }"));
}

static void write_visits(uint32_t n)
{
    buf_add(&text, STR("{ q {"));
    repeat(" ...F", n);
    buf_add(&text, STR(" } } fragment F on Query { n }"));
}

/* Three fields of one name are three pairs, four are six. The last makes them worth a look. */
static void write_comparisons(uint32_t n)
{
    buf_add(&text, STR("{ q {"));
    repeat(" a(x: 1)", n);
    buf_add(&text, STR(" q { a } } }"));
}

static void write_meta_depth(uint32_t n)
{
    buf_add(&text, STR("{ __type(name: \"Query\") "));
    repeat("{ofType", n - 1);
    buf_add(&text, STR("{name}"));
    repeat("}", n - 1);
    buf_add(&text, STR(" }"));
}

static void write_meta_lists(uint32_t n)
{
    buf_add(&text, STR("{ __type(name: \"Query\") "));
    repeat("{ fields { type", n + 1);
    buf_add(&text, STR("{name}"));
    repeat("} }", n + 1);
    buf_add(&text, STR(" }"));
}

struct edge {
    size_t limit; /* its place in struct gql_limits */
    uint32_t n;
    void (*write)(uint32_t n);
    enum status status;
    const char *error;
};

#define LIMIT(name) offsetof(struct gql_limits, name)

static const struct edge edges[] = {
    { LIMIT(document_bytes_max), 40, write_bytes, MC_LIMIT,
      "The document is longer than 40 bytes." },
    { LIMIT(tokens_max), 9, write_tokens, MC_LIMIT, "The document has more than 9 tokens." },
    { LIMIT(depth_max), 4, write_depth, MC_LIMIT, "Fields are nested too deep (limit: 4)." },
    { LIMIT(aliases_max), 3, write_aliases, MC_LIMIT,
      "The document has too many aliases (limit: 3)." },
    { LIMIT(root_fields_max), 3, write_root_fields, MC_LIMIT,
      "The operation selects too many root fields (limit: 3)." },
    { LIMIT(directives_max), 2, write_directives, MC_LIMIT, "More than 2 directives stand here." },
    { LIMIT(fragment_visits_max), 5, write_visits, MC_LIMIT,
      "Fragments are spread too often (limit: 5)." },
    { LIMIT(merge_comparisons_max), 3, write_comparisons, MC_LIMIT,
      "Fields need too many comparisons to be merged (limit: 3)." },
    { LIMIT(introspection_depth_max), 6, write_meta_depth, MC_LIMIT,
      "Introspection fields are nested too deep (limit: 6)." },
    { LIMIT(introspection_lists_max), 2, write_meta_lists, MC_INVALID,
      "Maximum introspection depth exceeded" },
};

static enum status plan(const struct gql_limits *limits, struct gql_errors *errors)
{
    const struct gql_document document = { .text = buf_str(&text) };
    struct gql_plan *made = NULL;
    enum status status;

    gql_errors_init(errors, &arena, 200);
    status = gql_plan_new(schema, &document, limits, errors, &made);
    if (status == MC_OK) gql_plan_unref(made);
    return status;
}

static void limits_hold_at_their_edges(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        const struct edge *edge = &edges[i];
        struct gql_limits limits = gql_limits_preset;
        struct gql_errors errors;

        limits.root_fields_max = 100;
        memcpy((char *)&limits + edge->limit, &edge->n, sizeof(edge->n));
        print_message("%s\n", edge->error);
        buf_reset(&text);
        edge->write(edge->n);
        assert_int_equal(plan(&limits, &errors), MC_OK);
        buf_reset(&text);
        edge->write(edge->n + 1);
        assert_int_equal(plan(&limits, &errors), edge->status);
        assert_int_equal(errors.count, 1);
        assert_string_equal(errors.head->message.data, edge->error);
    }
}

static void errors_stop_at_their_limit(void **state)
{
    struct gql_limits limits = gql_limits_preset;
    struct gql_errors errors;

    (void)state;
    limits.errors_max = 3;
    for (uint32_t i = 3; i <= 4; i++) {
        buf_reset(&text);
        buf_add(&text, STR("{ q {"));
        repeat(" wrong", i);
        buf_add(&text, STR(" } }"));
        assert_int_equal(plan(&limits, &errors), MC_INVALID);
        assert_int_equal(errors.count, i);
    }
    while (errors.head->next != NULL)
        errors.head = errors.head->next;
    assert_string_equal(errors.head->message.data,
                        "Too many validation errors, error limit reached. Validation aborted.");
}

static int set_up(void **state)
{
    const struct gql_source source = { "limits", { sdl, sizeof(sdl) - 1 } };
    struct gql_errors errors;

    (void)state;
    arena_init(&arena, 1 << 26);
    buf_init(&text, 1 << 20);
    gql_errors_init(&errors, &arena, 5);
    return gql_schema_build(&arena, &source, 1, &errors, &schema) == MC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    buf_done(&text);
    arena_done(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_hold_at_their_edges),
        cmocka_unit_test(errors_stop_at_their_limit),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
