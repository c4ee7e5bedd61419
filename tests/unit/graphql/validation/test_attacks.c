/*
 * Documents that were made to cost much: each is judged or refused within the presets. Those that
 * would not end otherwise are caught by the test's time-out.
 */
#include "kennel.h"

/* Has the fields of this response name compared: elsewhere it stands for something else. */
#define MIXED(name) " dog { " name ": size } "

static struct kennel kennel;
static struct buf text;

static int set_up(void **state)
{
    (void)state;
    kennel_init(&kennel);
    buf_init(&text, 1 << 24);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_done(&text);
    kennel_done(&kennel);
    return 0;
}

static void repeat(const char *piece, int count)
{
    for (int i = 0; i < count; i++)
        buf_add(&text, str_of(piece));
}

static enum status judge(void)
{
    const struct validate_options presets = { .suggestions = true };

    return kennel_judge(&kennel, buf_str(&text), &presets);
}

/* webonyx/graphql-php #1906. The repeated leaves are harmless, so the document is too. */
static void inline_fragments_200_by_100(void **state)
{
    (void)state;
    buf_add(&text, STR("{ "));
    for (int i = 0; i < 200; i++) {
        buf_add(&text, STR("... on Query {"));
        for (int j = 0; j < 100; j++)
            buf_printf(&text, " f%d: count", j);
        buf_add(&text, STR(" } "));
    }
    buf_add(&text, STR("}"));
    assert_int_equal(judge(), MC_OK);
}

static void inline_fragments_200_by_100_with_arguments(void **state)
{
    (void)state;
    buf_add(&text, STR("{ " MIXED("f0")));
    for (int i = 0; i < 200; i++) {
        buf_add(&text, STR("... on Query {"));
        for (int j = 0; j < 100; j++)
            buf_printf(&text, " f%d: count(of: 2)", j);
        buf_add(&text, STR(" } "));
    }
    buf_add(&text, STR("}"));
    assert_int_equal(judge(), MC_LIMIT);
    assert_string_equal(kennel_error(&kennel),
                        "Fields need too many comparisons to be merged (limit: 10000).");
}

/* What is one field wherever it stands is not compared, however often. */
static void what_is_the_same_everywhere(void **state)
{
    (void)state;
    buf_add(&text, STR("{"));
    repeat(" human { name pets(first: 2) { ...F } }", 2000);
    buf_add(&text, STR(" } fragment F on Pet { owner { name } }"));
    assert_int_equal(judge(), MC_LIMIT);
    assert_string_equal(kennel_error(&kennel), "Fragments are spread too often (limit: 1000).");
    buf_reset(&text);
    buf_add(&text, STR("{"));
    repeat(" human { name pets(first: 2) { ...F } }", 900);
    buf_add(&text, STR(" } fragment F on Pet { owner { name } }"));
    (void)judge();
    assert_string_equal(kennel_error(&kennel), "");
}

/* graphql-js CVE-2023-26144. */
static void a_field_2000_times(void **state)
{
    (void)state;
    buf_add(&text, STR("{ human {"));
    repeat(" name", 2000);
    buf_add(&text, STR(" } }"));
    assert_int_equal(judge(), MC_OK);
}

static void a_field_2000_times_with_subfields(void **state)
{
    (void)state;
    buf_add(&text, STR("{" MIXED("name")));
    repeat(" human { name }", 2000);
    buf_add(&text, STR(" }"));
    assert_int_equal(judge(), MC_LIMIT);
}

static void fields_that_conflict_2000_times(void **state)
{
    (void)state;
    buf_add(&text, STR("{"));
    for (int i = 0; i < 2000; i++)
        buf_printf(&text, " count(of: %d)", i);
    buf_add(&text, STR(" }"));
    assert_int_not_equal(judge(), MC_OK);
    assert_in_range(kennel.errors.count, 1, 101);
}

/* Every set is small, but each fragment is compared with each. */
static void fragments_200_side_by_side(void **state)
{
    (void)state;
    buf_add(&text, STR("{" MIXED("count")));
    for (int i = 0; i < 200; i++)
        buf_printf(&text, " ...F%d", i);
    buf_add(&text, STR(" }"));
    for (int i = 0; i < 200; i++)
        buf_printf(&text, " fragment F%d on Query { count a%d: count }", i, i);
    assert_int_equal(judge(), MC_LIMIT);
}

/* graphql-go #742: the merge rule must not follow the cycle that another rule refuses. */
static void a_cycle_of_500_fragments(void **state)
{
    bool found = false;

    (void)state;
    buf_add(&text, STR("{ human { ...F0 } }"));
    for (int i = 0; i < 500; i++)
        buf_printf(&text, " fragment F%d on Human { name ...F%d }", i, (i + 1) % 500);
    assert_int_equal(judge(), MC_INVALID);
    for (const struct gql_error *error = kennel.errors.head; error != NULL; error = error->next)
        found = found || strstr(error->message.data, "within itself") != NULL;
    assert_true(found);
}

static void a_fragment_in_itself(void **state)
{
    (void)state;
    buf_add(&text, STR("{ human { ...F } } fragment F on Human { pets { owner { ...F } } ...F }"));
    assert_int_equal(judge(), MC_INVALID);
    assert_string_equal(kennel_error(&kennel), "Cannot spread fragment \"F\" within itself.");
}

static void thirty_fragments_that_spread_all_thirty(void **state)
{
    (void)state;
    buf_add(&text, STR("{ human { ...F0 } }"));
    for (int i = 0; i < 30; i++) {
        buf_printf(&text, " fragment F%d on Human { pets { owner {", i);
        for (int j = 0; j < 30; j++)
            buf_printf(&text, " ...F%d", j);
        buf_add(&text, STR(" } } }"));
    }
    assert_int_not_equal(judge(), MC_OK);
}

static void chain(int length)
{
    buf_reset(&text);
    buf_add(&text, STR("{" MIXED("name") " human { ...F0 } }"));
    for (int i = 0; i < length; i++)
        buf_printf(&text, " fragment F%d on Human { name ...F%d }", i, i + 1);
    buf_printf(&text, " fragment F%d on Human { name }", length);
}

/* Each is compared with all that it leads to. */
static void chains_of_fragments(void **state)
{
    (void)state;
    chain(100);
    (void)judge();
    assert_string_equal(kennel_error(&kennel), "");
    chain(500);
    assert_int_equal(judge(), MC_LIMIT);
}

static void a_chain_of_100000_fragments(void **state)
{
    (void)state;
    buf_add(&text, STR("{ human { ...F0 } }"));
    for (int i = 0; i < 100000; i++)
        buf_printf(&text, " fragment F%d on Human { ...F%d }", i, i + 1);
    assert_int_equal(judge(), MC_LIMIT);
    assert_string_equal(kennel_error(&kennel), "Fragments are spread too often (limit: 1000).");
}

/* 2 to the power of 60 fields, once spread out. */
static void fragments_that_double(void **state)
{
    (void)state;
    buf_add(&text, STR("{ human { ...F0 } }"));
    for (int i = 0; i < 60; i++)
        buf_printf(&text,
                   " fragment F%d on Human { a: pets { owner { ...F%d } } b: pets { owner { "
                   "...F%d } } }",
                   i, i + 1, i + 1);
    buf_add(&text, STR(" fragment F60 on Human { name }"));
    assert_int_equal(judge(), MC_LIMIT);
}

/* Many operations look into the same fragments. */
static void operations_times_fragments(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, "query Q%d { human { ...F0 } } ", i);
    for (int i = 0; i < 200; i++)
        buf_printf(&text, "fragment F%d on Human { name ...F%d } ", i, i + 1);
    buf_add(&text, STR("fragment F200 on Human { name }"));
    assert_int_equal(judge(), MC_LIMIT);
}

/* graphql-java CVE-2022-37734, gqlparser CVE-2023-49559: refused while read. */
static void a_hundred_thousand_directives(void **state)
{
    const struct parser_limits limits = { .source_bytes_max = 1 << 24,
                                          .tokens_max = 1 << 20,
                                          .depth_max = 100,
                                          .directives_per_location_max = 4 };
    struct ast_document *document = NULL;

    (void)state;
    buf_add(&text, STR("{ count"));
    repeat(" @a", 100000);
    buf_add(&text, STR(" }"));
    assert_int_equal(
        parse_document(&kennel.arena, buf_str(&text), &limits, &kennel.errors, &document),
        MC_LIMIT);
    assert_int_equal(kennel.errors.count, 1);
}

/* Should the parser let them through, the errors stay few. */
static void five_thousand_unknown_directives(void **state)
{
    (void)state;
    buf_add(&text, STR("{ count"));
    repeat(" @a", 5000);
    buf_add(&text, STR(" }"));
    assert_int_equal(judge(), MC_INVALID);
    assert_int_equal(kennel.errors.count, 101);
}

static void aliases_10000(void **state)
{
    const struct validate_options options = { .aliases_max = 50, .root_fields_max = 10 };

    (void)state;
    buf_add(&text, STR("{"));
    for (int i = 0; i < 10000; i++)
        buf_printf(&text, " a%d: count", i);
    buf_add(&text, STR(" }"));
    assert_int_equal(kennel_judge(&kennel, buf_str(&text), &options), MC_LIMIT);
    assert_string_equal(kennel_error(&kennel), "The document has too many aliases (limit: 50).");
    assert_int_equal(judge(), MC_OK);
}

/* What nests as deep as the widest parser lets it fits on the stack. */
static void nesting_300_deep(void **state)
{
    (void)state;
    buf_add(&text, STR("{ human { pets(filter: "));
    repeat("{ any: [", 150);
    repeat("] }", 150);
    buf_add(&text, STR(") { ... on Dog"));
    repeat(" { friends", 300);
    buf_add(&text, STR(" { name }"));
    repeat(" }", 300);
    buf_add(&text, STR(" } } }"));
    (void)judge();
    assert_string_equal(kennel_error(&kennel), "");
}

/* graphql-js takes half a minute for the like: the same subfields again and again, further down. */
static void siblings_that_nest(void **state)
{
    (void)state;
    buf_add(&text, STR("{" MIXED("name")));
    for (int i = 0; i < 40; i++) {
        buf_add(&text, STR(" human"));
        for (int j = 0; j < 20; j++)
            buf_add(&text, STR(" { pets { owner"));
        buf_add(&text, STR(" { name }"));
        repeat(" } }", 20);
    }
    buf_add(&text, STR(" }"));
    assert_int_equal(judge(), MC_LIMIT);
}

#define ATTACK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ATTACK(inline_fragments_200_by_100),
        ATTACK(inline_fragments_200_by_100_with_arguments),
        ATTACK(what_is_the_same_everywhere),
        ATTACK(a_field_2000_times),
        ATTACK(a_field_2000_times_with_subfields),
        ATTACK(fields_that_conflict_2000_times),
        ATTACK(fragments_200_side_by_side),
        ATTACK(a_cycle_of_500_fragments),
        ATTACK(a_fragment_in_itself),
        ATTACK(thirty_fragments_that_spread_all_thirty),
        ATTACK(chains_of_fragments),
        ATTACK(a_chain_of_100000_fragments),
        ATTACK(fragments_that_double),
        ATTACK(operations_times_fragments),
        ATTACK(a_hundred_thousand_directives),
        ATTACK(five_thousand_unknown_directives),
        ATTACK(aliases_10000),
        ATTACK(nesting_300_deep),
        ATTACK(siblings_that_nest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
