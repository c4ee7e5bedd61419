/* Errors: how many, where they stand, how large they grow, and what they give away. */
#include "graphql/validation/places.h"
#include "kennel.h"

static void many_errors_stop_the_walk(void **state)
{
    const struct validate_options options = { .errors_max = 2 };
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    assert_int_equal(kennel_judge(&kennel, STR("{ a b }"), &options), MC_INVALID);
    assert_int_equal(kennel.errors.count, 2);
    assert_int_equal(kennel_judge(&kennel, STR("{ a b c d }"), &options), MC_INVALID);
    assert_int_equal(kennel.errors.count, 3);
    assert_string_equal(kennel.errors.head->next->next->message.data,
                        "Too many validation errors, error limit reached. Validation aborted.");
    assert_int_equal(
        kennel_judge(&kennel,
                     STR("{ human { pets(filter: { any: [{ age: A }, { age: B }, { age: C }, "
                         "{ age: D }] }) { name } } }"),
                     &options),
        MC_INVALID);
    assert_int_equal(kennel.errors.count, 3);
    assert_string_equal(kennel.errors.head->next->next->message.data,
                        "Too many validation errors, error limit reached. Validation aborted.");
    kennel_done(&kennel);
}

/* The list may be shorter than the limit: what it cannot keep is counted. */
static void a_short_list_counts_what_it_drops(void **state)
{
    const struct validate_options options = { .errors_max = 10 };
    struct ast_document *document = NULL;
    struct gql_errors errors;
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    gql_errors_init(&errors, &kennel.arena, 1);
    assert_int_equal(parse_document(&kennel.arena, STR("{ a b count(of: \"c\", is: 1) }"),
                                    &parser_limits_wide, &errors, &document),
                     MC_OK);
    assert_int_equal(validate_document(kennel.schema, document, &options, &kennel.arena, &errors),
                     MC_INVALID);
    assert_int_equal(errors.count, 1);
    assert_int_equal(errors.dropped, 3);
    kennel_done(&kennel);
}

/* Where introspection is off, an error must not tell a name that was not asked for. */
static void names_can_be_kept_back(void **state)
{
    static const char *const texts[] = {
        "{ human { nme } }",
        "{ either { name } }",
        "{ count(off: 1) }",
        "{ count @once(hw: 1, how: 1) }",
        "query ($a: Filtre) { count(is: $a) }",
        "{ human { pets(filter: { size: LRGE }) { name } } }",
        "{ human { pets(filter: { sizes: LARGE }) { name } } }",
    };
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (int told = 0; told < 2; told++) {
            const struct validate_options options = { .suggestions = told == 1 };
            bool found = false;

            print_message("%s\n", texts[i]);
            assert_int_equal(kennel_judge(&kennel, str_of(texts[i]), &options), MC_INVALID);
            for (const struct gql_error *error = kennel.errors.head; error != NULL;
                 error = error->next)
                found = found || strstr(error->message.data, "Did you mean") != NULL;
            assert_int_equal(found, told);
        }
    }
    kennel_done(&kennel);
}

/* As graphql-js has it: a description belongs to what it describes. */
static void a_definition_starts_with_its_description(void **state)
{
    const struct validate_options options = { .only_rule = "NoUnusedVariablesRule" };
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    assert_int_equal(
        kennel_judge(&kennel, STR("query Q(\n  \"what\" $a: Int\n) { count }"), &options),
        MC_INVALID);
    assert_int_equal(kennel.errors.head->locations[0].line, 2);
    assert_int_equal(kennel.errors.head->locations[0].column, 3);
    kennel_done(&kennel);
}

static void a_conflict_in_an_inline_fragment_is_told_once(void **state)
{
    const struct validate_options options = { .suggestions = true };
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    assert_int_equal(kennel_judge(&kennel, STR("{ ... { a: count a: count(of: 2) } }"), &options),
                     MC_INVALID);
    assert_int_equal(kennel.errors.count, 1);
    kennel_done(&kennel);
}

/* The error is that it stands there; what it says is taken at its word. */
static void a_directive_of_the_document_is_known(void **state)
{
    const struct validate_options options = { .suggestions = true };
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    assert_int_equal(kennel_judge(&kennel, STR("{ count @new } directive @new on FIELD"), &options),
                     MC_INVALID);
    assert_int_equal(kennel.errors.count, 1);
    assert_string_equal(kennel_error(&kennel), "The \"new\" definition is not executable.");
    assert_int_equal(
        kennel_judge(&kennel, STR("{ count @new @new } directive @new on QUERY"), &options),
        MC_INVALID);
    assert_int_equal(kennel.errors.count, 4);
    kennel_done(&kennel);
}

static void an_unknown_rule_is_told_of(void **state)
{
    const struct validate_options options = { .only_rule = "NoSuchRule" };
    struct ast_document *document = NULL;
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    assert_int_equal(parse_document(&kennel.arena, STR("{ count }"), &parser_limits_wide,
                                    &kennel.errors, &document),
                     MC_OK);
    assert_int_equal(
        validate_document(kennel.schema, document, &options, &kennel.arena, &kennel.errors),
        MC_NOT_FOUND);
    kennel_done(&kennel);
}

static void places_are_those_of_a_full_count(void **state)
{
    static const char *const pieces[] = { "a", "\n", "\xc3\xa9", "\r\n", "\xf0\x9f\x98\x80", "\r" };
    struct places places;
    struct arena arena;
    struct buf text;

    (void)state;
    arena_init(&arena, 1 << 20);
    buf_init(&text, 1 << 16);
    for (size_t i = 0; text.size < 8 * PLACES_STEP; i++)
        buf_add(&text, str_of(pieces[i * i % 7 % 6]));
    places = (struct places){ .arena = &arena, .source = buf_str(&text) };
    for (size_t i = text.size; i-- > 0;) {
        struct gql_location want = gql_location_of(buf_str(&text), (uint32_t)i), got;

        if (((unsigned char)text.data[i] & 0xc0) == 0x80) continue;
        got = places_find(&places, (uint32_t)i);
        assert_int_equal(got.line, want.line);
        assert_int_equal(got.column, want.column);
    }
    buf_done(&text);
    arena_done(&arena);
}

/* A repeated name is one error; its places are counted no further than the limit. */
static void one_error_has_few_places(void **state)
{
    const struct validate_options options = { .only_rule = "UniqueVariableNamesRule" };
    struct kennel kennel;
    struct buf text;

    (void)state;
    kennel_init(&kennel);
    buf_init(&text, 1 << 20);
    buf_add(&text, STR("query ("));
    for (int i = 0; i < 2 * VALIDATE_PLACES_MAX; i++)
        buf_add(&text, STR("$a: Int "));
    buf_add(&text, STR(") { count }"));
    assert_int_equal(kennel_judge(&kennel, buf_str(&text), &options), MC_INVALID);
    assert_int_equal(kennel.errors.count, 1);
    assert_int_equal(kennel.errors.head->location_count, VALIDATE_PLACES_MAX);
    buf_done(&text);
    kennel_done(&kennel);
}

static void one_error_has_few_bytes(void **state)
{
    const struct validate_options options = { .suggestions = true };
    struct kennel kennel;
    struct buf text;

    (void)state;
    kennel_init(&kennel);
    buf_init(&text, 1 << 20);
    buf_add(&text, STR("{ "));
    for (int i = 0; i < 50000; i++)
        buf_add_char(&text, 'x');
    buf_add(&text, STR(" }"));
    assert_int_equal(kennel_judge(&kennel, buf_str(&text), &options), MC_INVALID);
    assert_int_equal(kennel.errors.head->message.size, VALIDATE_MESSAGE_BYTES_MAX);
    buf_done(&text);
    kennel_done(&kennel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_errors_stop_the_walk),
        cmocka_unit_test(a_short_list_counts_what_it_drops),
        cmocka_unit_test(names_can_be_kept_back),
        cmocka_unit_test(a_definition_starts_with_its_description),
        cmocka_unit_test(a_conflict_in_an_inline_fragment_is_told_once),
        cmocka_unit_test(a_directive_of_the_document_is_known),
        cmocka_unit_test(an_unknown_rule_is_told_of),
        cmocka_unit_test(places_are_those_of_a_full_count),
        cmocka_unit_test(one_error_has_few_places),
        cmocka_unit_test(one_error_has_few_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
