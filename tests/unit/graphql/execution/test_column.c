/* The short way from a row to JSON writes what the long way would, and leaves to it what it cannot.
 */
#include "graphql/gql.h"
#include "tests/unit/check.h"

#include <math.h>

static const char sdl[] = "type Query { rows: [Row] }\n"
                          "type Row { id: ID text: String whole: Int real: Float flag: Boolean }\n";

struct row {
    struct str id, text;
    int64_t whole;
    double real;
    bool flag;
};

static struct row rows[] = {
    { STR_INIT("1"), STR_INIT("plain, and longer than eight"), 42, 0.1, true },
    { STR_INIT(""), STR_INIT("q\"uote and \xc3\xa9"), -2147483648, -1e21, false },
    { { NULL, 0 }, { NULL, 0 }, GQL_I64_NONE, NAN, false },
    { STR_INIT("short"), STR_INIT("tab\there"), 2147483648, INFINITY, true },
};

static enum gql_progress all_rows(struct gql_batch *batch)
{
    struct gql_cell *cells = gql_set_list(batch, 0, sizeof(rows) / sizeof(rows[0]));

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cells[i] = gql_cell_object(&rows[i]);
    return GQL_NOW;
}

static const struct gql_field query_fields[] = { GQL_FIELD("rows", all_rows), GQL_FIELDS_END };
static const struct gql_field row_fields[] = {
    GQL_MEMBER("id", struct row, id),       GQL_MEMBER("text", struct row, text),
    GQL_MEMBER("whole", struct row, whole), GQL_MEMBER("real", struct row, real),
    GQL_MEMBER("flag", struct row, flag),   GQL_FIELDS_END,
};
static const struct gql_type query = { "Query", query_fields }, row_type = { "Row", row_fields };

static void on_done(struct gql_run *run, void *context)
{
    (void)run;
    (void)context;
}

/* Runs the document for a reply of at most so many bytes. */
static enum status ask(const char *document, size_t bytes_max, struct buf *ret_reply)
{
    const struct gql_type *tables[] = { &query, &row_type };
    const struct gql_source source = { "test", { sdl, sizeof(sdl) - 1 } };
    struct gql_schema *schema;
    struct gql_errors errors;
    struct gql_plan *plan;
    struct gql_run run;
    struct arena arena;

    arena_init(&arena, 1 << 24);
    gql_errors_init(&errors, &arena, 10);
    assert_int_equal(gql_schema_build(&arena, &source, 1, &errors, &schema), MC_OK);
    assert_int_equal(gql_schema_bind(schema,
                                     &(struct gql_bindings){ .types = tables, .type_count = 2 },
                                     &errors),
                     MC_OK);
    assert_int_equal(gql_plan_new(schema, &(struct gql_document){ str_of(document), STR_NONE },
                                  &gql_limits_preset, &errors, &plan),
                     MC_OK);
    buf_init(ret_reply, bytes_max);
    const struct gql_run_options options = {
        .plan = plan, .arena = &arena, .reply = ret_reply, .done = on_done
    };

    assert_int_equal(gql_run_start(&run, &options), GQL_NOW);
    gql_plan_unref(plan);
    arena_done(&arena);
    return run.status;
}

static void check(const char *document, const char *wanted)
{
    struct buf reply;

    assert_int_equal(ask(document, 10000, &reply), MC_OK);
    buf_add_char(&reply, '\0');
    assert_string_equal(reply.data, wanted);
    buf_done(&reply);
}

static void every_kind_of_value_is_written(void **state)
{
    (void)state;
    check("{ rows { id text flag } }",
          "{\"data\":{\"rows\":["
          "{\"id\":\"1\",\"text\":\"plain, and longer than eight\",\"flag\":true},"
          "{\"id\":\"\",\"text\":\"q\\\"uote and \xc3\xa9\",\"flag\":false},"
          "{\"id\":null,\"text\":null,\"flag\":false},"
          "{\"id\":\"short\",\"text\":\"tab\\there\",\"flag\":true}]}}");
}

static void keys_of_any_length_are_written(void **state)
{
    (void)state;
    check("{ rows { aVeryLongAliasIndeedWhichIsNotShort: flag f: flag __typename } }",
          "{\"data\":{\"rows\":["
          "{\"aVeryLongAliasIndeedWhichIsNotShort\":true,\"f\":true,\"__typename\":\"Row\"},"
          "{\"aVeryLongAliasIndeedWhichIsNotShort\":false,\"f\":false,\"__typename\":\"Row\"},"
          "{\"aVeryLongAliasIndeedWhichIsNotShort\":false,\"f\":false,\"__typename\":\"Row\"},"
          "{\"aVeryLongAliasIndeedWhichIsNotShort\":true,\"f\":true,\"__typename\":\"Row\"}]}}");
}

/* 2^31 is no Int, and infinity no Float: an error each, and null in their place. */
static void what_does_not_fit_is_an_error(void **state)
{
    struct buf reply;

    (void)state;
    assert_int_equal(ask("{ rows { whole real } }", 10000, &reply), MC_OK);
    buf_add_char(&reply, '\0');
    assert_non_null(strstr(reply.data, "{\"rows\":[{\"whole\":42,\"real\":0.1},"
                                       "{\"whole\":-2147483648,\"real\":-1e+21},"
                                       "{\"whole\":null,\"real\":null},"
                                       "{\"whole\":null,\"real\":null}]}"));
    assert_non_null(strstr(reply.data, "\"path\":[\"rows\",3,\"whole\"]"));
    assert_non_null(strstr(reply.data, "\"path\":[\"rows\",3,\"real\"]"));
    assert_null(strstr(reply.data, "\"path\":[\"rows\",2"));
    buf_done(&reply);
}

static void check_limit(const char *document)
{
    struct buf reply;
    size_t size;

    assert_int_equal(ask(document, 10000, &reply), MC_OK);
    size = reply.size;
    buf_done(&reply);
    assert_int_equal(ask(document, size, &reply), MC_OK);
    assert_int_equal(reply.size, size);
    buf_done(&reply);
    for (size_t limit = 1; limit < size; limit += limit + 20 < size ? 20 : 1) {
        assert_int_equal(ask(document, limit, &reply), MC_LIMIT);
        buf_done(&reply);
    }
}

static void a_reply_may_fill_its_limit_to_the_byte(void **state)
{
    (void)state;
    check_limit("{ rows { id text flag } }");
}

static void a_reply_with_errors_may_fill_its_limit_to_the_byte(void **state)
{
    (void)state;
    check_limit("{ rows { whole real } }");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_written),
        cmocka_unit_test(keys_of_any_length_are_written),
        cmocka_unit_test(what_does_not_fit_is_an_error),
        cmocka_unit_test(a_reply_may_fill_its_limit_to_the_byte),
        cmocka_unit_test(a_reply_with_errors_may_fill_its_limit_to_the_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
