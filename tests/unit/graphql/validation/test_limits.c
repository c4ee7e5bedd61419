/* Every limit lets through what reaches it, refuses what passes it, and says which it is. */
#include "kennel.h"

struct edge {
    struct validate_options options;
    const char *inside, *outside;
    const char *error;
};

static const struct edge edges[] = {
    { { .aliases_max = 2 },
      "{ a: count b: count }",
      "{ a: count b: count c: count }",
      "The document has too many aliases (limit: 2)." },
    { { .aliases_max = 2 },
      "{ a: count ...A } fragment A on Query { b: count }",
      "{ a: count ...A } fragment A on Query { b: human { c: name } }",
      "The document has too many aliases (limit: 2)." },
    { { .root_fields_max = 3 },
      "{ count __typename human { name } }",
      "{ count __typename human { name } dog { name } }",
      "The operation selects too many root fields (limit: 3)." },
    { { .root_fields_max = 4 },
      "{ ...A ... { ...A } } fragment A on Query { count __typename }",
      "{ ...A ... { ...A } count } fragment A on Query { count __typename }",
      "The operation selects too many root fields (limit: 4)." },
    { { .depth_max = 3 },
      "{ human { pets { name } } }",
      "{ human { pets { owner { name } } } }",
      "Fields are nested too deep (limit: 3)." },
    { { .depth_max = 4 },
      "{ human { ...A } } fragment A on Human { pets { ...B } } fragment B on Pet { owner { name } "
      "}",
      "{ human { pets { ...A } } } fragment A on Pet { owner { pets { name } } }",
      "Fields are nested too deep (limit: 4)." },
    { { .fragment_visits_max = 3 },
      "{ ...A ...A ...A } fragment A on Query { count }",
      "{ ...A ...A ...A ...A } fragment A on Query { count }",
      "Fragments are spread too often (limit: 3)." },
    { { .fragment_visits_max = 6 },
      "{ ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { count }",
      "{ ...A ...A } fragment A on Query { ...B ...B ...B } fragment B on Query { count }",
      "Fragments are spread too often (limit: 6)." },
    { { .fragment_visits_max = 2 },
      "query A { ...A } query B { ...A } fragment A on Query { count }",
      "query A { ...A } query B { ...A } query C { ...A } fragment A on Query { count }",
      "Fragments are spread too often (limit: 2)." },
    { { .merge_comparisons_max = 3 },
      "{ dog { count: size } count(of: 2) count(of: 2) count(of: 2) }",
      "{ dog { count: size } count(of: 2) count(of: 2) count(of: 2) count(of: 2) }",
      "Fields need too many comparisons to be merged (limit: 3)." },
};

static void limits_hold_at_their_edges(void **state)
{
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        const struct edge *edge = &edges[i];

        print_message("%s\n", edge->outside);
        (void)kennel_judge(&kennel, str_of(edge->inside), &edge->options);
        assert_string_equal(kennel_error(&kennel), "");
        assert_int_equal(kennel_judge(&kennel, str_of(edge->outside), &edge->options), MC_LIMIT);
        assert_string_equal(kennel_error(&kennel), edge->error);
        assert_int_equal(kennel.errors.head->status, MC_LIMIT);
        assert_int_equal(kennel.errors.count, 1);
    }
    kennel_done(&kennel);
}

/* The service's own limit on depth is not for those who ask what there is. */
static void introspection_is_as_deep_as_tools_need(void **state)
{
    const struct validate_options options = { .depth_max = 3 };
    struct kennel kennel;
    struct buf text;

    (void)state;
    kennel_init(&kennel);
    buf_init(&text, 10000);
    for (int more = 0; more < 2; more++) {
        int depth = 20 - 3 + more;

        buf_reset(&text);
        buf_add(&text, STR("{ __type(name: \"A\") { fields { type "));
        for (int i = 0; i < depth; i++)
            buf_add(&text, STR("{ ofType "));
        buf_add(&text, STR("{ name }"));
        for (int i = 0; i < depth; i++)
            buf_add_char(&text, '}');
        buf_add(&text, STR("} } }"));
        assert_int_equal(kennel_judge(&kennel, buf_str(&text), &options),
                         more == 0 ? MC_OK : MC_LIMIT);
    }
    assert_string_equal(kennel_error(&kennel),
                        "Introspection fields are nested too deep (limit: 20).");
    buf_done(&text);
    kennel_done(&kennel);
}

/* The limit's error stands in place of what the rules had found, but not of what others had. */
static void a_limit_speaks_alone(void **state)
{
    const struct validate_options options = { .merge_comparisons_max = 1 };
    const struct str text =
        STR("{ none dog { count: size } count(of: 2) count(of: 2) count(of: 2) }");
    struct ast_document *document = NULL;
    struct gql_errors errors;
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    gql_errors_init(&errors, &kennel.arena, 5);
    gql_errors_add(&errors, MC_BAD_INPUT, STR_NONE, NULL, 0, "Before.");
    assert_int_equal(parse_document(&kennel.arena, text, &parser_limits_wide, &errors, &document),
                     MC_OK);
    assert_int_equal(validate_document(kennel.schema, document, &options, &kennel.arena, &errors),
                     MC_LIMIT);
    assert_int_equal(errors.count, 2);
    assert_string_equal(errors.head->message.data, "Before.");
    assert_string_equal(errors.head->next->message.data,
                        "Fields need too many comparisons to be merged (limit: 1).");
    kennel_done(&kennel);
}

/* A request's memory is bounded: what passes it is refused, not taken. */
static void memory_is_limited(void **state)
{
    const struct validate_options options = { .suggestions = true };
    struct ast_document *document = NULL;
    struct gql_errors errors;
    struct kennel kennel;
    struct arena small;

    (void)state;
    kennel_init(&kennel);
    arena_init(&small, 1000);
    gql_errors_init(&errors, &kennel.arena, 5);
    assert_int_equal(parse_document(&kennel.arena, STR("{ human { name } }"), &parser_limits_wide,
                                    &errors, &document),
                     MC_OK);
    assert_int_equal(validate_document(kennel.schema, document, &options, &small, &errors),
                     MC_LIMIT);
    assert_string_equal(errors.head->message.data,
                        "The document needs too many bytes of memory (limit: 1000).");
    arena_done(&small);
    kennel_done(&kennel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_hold_at_their_edges),
        cmocka_unit_test(introspection_is_as_deep_as_tools_need),
        cmocka_unit_test(a_limit_speaks_alone),
        cmocka_unit_test(memory_is_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
