/* A run: one call a field and level, nulls go up, errors stay where they are, waits end. */
#include "graphql/gql.h"
#include "tests/unit/check.h"

static const char sdl[] =
    "directive @max(n: Int!) on ARGUMENT_DEFINITION\n"
    "type Query { items(first: Int @max(n: 3)): [Item!]! maybe: Item any: [Any] none: Item! }\n"
    "type Mutation { a: Int b: Int c: Int }\n"
    "type Subscription { item: Item! }\n"
    "type Item { name: String! size: Int bad: Int! sub: Item later: String }\n"
    "type Other { word: String }\n"
    "union Any = Item | Other\n";

struct item {
    struct str name;
    int64_t size;
    struct item *sub;
};

static struct item leaf = { STR_INIT("leaf"), GQL_I64_NONE, NULL };
static struct item store[] = {
    { STR_INIT("one"), 1, &leaf },
    { STR_INIT("two \""), 2, NULL },
    { STR_INIT("three"), 3, &leaf },
};

/* What the resolvers share with the test. */
struct world {
    struct arena arena;
    struct gql_schema *schema;
    struct gql_batch *waiting[8];
    size_t waiting_count, flushes, calls, done;
    char order[16];
};

static enum gql_progress items(struct gql_batch *batch)
{
    size_t count = (size_t)gql_arg_int(batch, "first", 3);
    struct gql_cell *cells = gql_set_list(batch, 0, count);

    for (size_t i = 0; i < count; i++)
        cells[i] = gql_cell_object(&store[i]);
    return GQL_NOW;
}

static enum gql_progress maybe(struct gql_batch *batch)
{
    gql_set_object(batch, 0, &store[0]);
    return GQL_NOW;
}

static enum gql_progress none(struct gql_batch *batch)
{
    (void)batch;
    return GQL_NOW;
}

static enum gql_progress any(struct gql_batch *batch)
{
    struct gql_cell *cells = gql_set_list(batch, 0, 3);

    cells[0] = gql_cell_object(&store[0]);
    cells[0].type = gql_type_named(batch, "Item");
    cells[1] = gql_cell_object(&leaf);
    cells[1].type = gql_type_named(batch, "Other");
    return GQL_NOW;
}

static enum gql_progress bad(struct gql_batch *batch)
{
    struct world *world = gql_context(batch);

    world->calls++;
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct item *item = gql_parent(batch, i);

        if (item->size == 2)
            gql_fail(batch, i, MC_NOT_FOUND, "two is bad");
        else if (item->size != GQL_I64_NONE)
            gql_set_int(batch, i, item->size);
    }
    return GQL_NOW;
}

static enum gql_progress later(struct gql_batch *batch)
{
    struct world *world = gql_context(batch);

    world->calls++;
    world->waiting[world->waiting_count++] = batch;
    return GQL_LATER;
}

static enum gql_progress note(struct gql_batch *batch)
{
    struct world *world = gql_context(batch);

    world->order[strlen(world->order)] = gql_field_name(batch).data[0];
    world->waiting[world->waiting_count++] = batch;
    return GQL_LATER;
}

static const struct gql_field query_fields[] = {
    GQL_FIELD("items", items),
    GQL_FIELD("maybe", maybe),
    GQL_FIELD("any", any),
    GQL_FIELD("none", none),
    GQL_FIELDS_END,
};
static const struct gql_field mutation_fields[] = {
    GQL_FIELD("a", note),
    GQL_FIELD("b", note),
    GQL_FIELD("c", note),
    GQL_FIELDS_END,
};
static const struct gql_field item_fields[] = {
    GQL_MEMBER("name", struct item, name),
    GQL_MEMBER("size", struct item, size),
    GQL_FIELD("bad", bad),
    GQL_MEMBER("sub", struct item, sub),
    GQL_FIELD("later", later),
    GQL_FIELDS_END,
};
static const struct gql_field other_fields[] = { GQL_MEMBER("word", struct item, name),
                                                 GQL_FIELDS_END };

static const struct gql_type types[] = { { "Query", query_fields },
                                         { "Mutation", mutation_fields },
                                         { "Item", item_fields },
                                         { "Other", other_fields } };

static void world_init(struct world *world)
{
    const struct gql_type *tables[] = { &types[0], &types[1], &types[2], &types[3] };
    struct gql_source source = { "test", STR_INIT("") };
    struct gql_errors errors;

    *world = (struct world){ 0 };
    source.text = str_of(sdl);
    arena_init(&world->arena, 64 * 1024 * 1024);
    gql_errors_init(&errors, &world->arena, 10);
    assert_int_equal(gql_schema_build(&world->arena, &source, 1, &errors, &world->schema), MC_OK);
    assert_int_equal(gql_schema_bind(world->schema,
                                     &(struct gql_bindings){ tables, 4, NULL, 0, NULL, 0 },
                                     &errors),
                     MC_OK);
}

static void on_done(struct gql_run *run, void *context)
{
    (void)run;
    ((struct world *)context)->done++;
}

static void on_flush(void *context)
{
    ((struct world *)context)->flushes++;
}

struct operation {
    struct gql_plan *plan;
    struct gql_run run;
    struct buf reply;
    json_t *variables;
    enum gql_progress progress;
};

static void start(struct world *world, struct operation *operation, const char *document,
                  const char *variables, void *event)
{
    struct gql_errors errors;
    struct gql_run_options options = {
        .context = world,
        .arena = &world->arena,
        .reply = &operation->reply,
        .flush = on_flush,
        .done = on_done,
        .event = event,
    };

    *operation = (struct operation){ 0 };
    gql_errors_init(&errors, &world->arena, 10);
    buf_init(&operation->reply, 100000);
    if (gql_plan_new(world->schema, &(struct gql_document){ .text = str_of(document) },
                     &gql_limits_preset, &errors, &operation->plan) != MC_OK)
        fail_msg("%s", errors.head->message.data);
    operation->variables = variables == NULL ? NULL : json_loads(variables, 0, NULL);
    options.plan = operation->plan;
    options.variables = operation->variables;
    operation->progress = gql_run_start(&operation->run, &options);
}

static void finish(struct operation *operation, const char *expected)
{
    buf_add_char(&operation->reply, '\0');
    assert_string_equal(operation->reply.data, expected);
    buf_done(&operation->reply);
    json_decref(operation->variables);
    gql_plan_unref(operation->plan);
}

static void expect(const char *document, const char *variables, const char *expected)
{
    struct world world;
    struct operation operation;

    world_init(&world);
    start(&world, &operation, document, variables, NULL);
    assert_int_equal(operation.progress, GQL_NOW);
    assert_int_equal(world.done, 0);
    finish(&operation, expected);
    arena_done(&world.arena);
}

static void fields_come_in_the_order_of_the_document(void **state)
{
    (void)state;
    expect("{ b: items(first: 2) { size n: name __typename } ...F } fragment F on Query { maybe { "
           "sub { name size } } }",
           NULL,
           "{\"data\":{\"b\":[{\"size\":1,\"n\":\"one\",\"__typename\":\"Item\"},"
           "{\"size\":2,\"n\":\"two \\\"\",\"__typename\":\"Item\"}],"
           "\"maybe\":{\"sub\":{\"name\":\"leaf\",\"size\":null}}}}");
}

static void equal_keys_are_merged(void **state)
{
    (void)state;
    expect("{ maybe { name } maybe { size name } }", NULL,
           "{\"data\":{\"maybe\":{\"name\":\"one\",\"size\":1}}}");
}

static void a_null_goes_up_to_where_it_may_be(void **state)
{
    (void)state;
    expect("{ maybe { name } items { name bad } }", NULL,
           "{\"data\":null,\"errors\":[{\"message\":\"two is bad\",\"locations\":[{\"line\":1,"
           "\"column\":31}],\"path\":[\"items\",1,\"bad\"],\"extensions\":{\"code\":\"NOT_FOUND\"}}"
           "]}");
    expect("{ maybe { name sub { bad } } }", NULL,
           "{\"data\":{\"maybe\":{\"name\":\"one\",\"sub\":null}},\"errors\":[{\"message\":"
           "\"Cannot return null for "
           "non-nullable field "
           "Item.bad.\",\"locations\":[{\"line\":1,\"column\":22}],\"path\":[\"maybe\",\"sub\","
           "\"bad\"],\"extensions\":{\"code\":\"INTERNAL_SERVER_ERROR\"}}]}");
}

static void a_union_is_answered_by_its_type(void **state)
{
    (void)state;
    expect("{ any { __typename ... on Item { size } ... on Other { word } } }", NULL,
           "{\"data\":{\"any\":[{\"__typename\":\"Item\",\"size\":1},{\"__typename\":\"Other\","
           "\"word\":\"leaf\"},null]}}");
}

static void conditions_choose_a_variant(void **state)
{
    const char *document =
        "query($x: Boolean!) { maybe { name @skip(if: $x) size name @include(if: true) } }";

    (void)state;
    expect(document, "{\"x\":false}", "{\"data\":{\"maybe\":{\"name\":\"one\",\"size\":1}}}");
    expect(document, "{\"x\":true}", "{\"data\":{\"maybe\":{\"size\":1,\"name\":\"one\"}}}");
}

static void an_operation_may_be_skipped_whole(void **state)
{
    (void)state;
    expect("mutation { a @skip(if: true) }", NULL, "{\"data\":{}}");
    expect("query($x: Boolean!) { none @include(if: $x) { name } }", "{\"x\":false}",
           "{\"data\":{}}");
}

static void an_argument_over_its_maximum_is_refused_before_the_resolver(void **state)
{
    struct world world;
    struct operation operation;

    (void)state;
    world_init(&world);
    start(&world, &operation, "query($n: Int) { items(first: $n) { size } }", "{\"n\":4}", NULL);
    assert_int_equal(operation.progress, GQL_NOW);
    assert_int_equal(operation.run.error_count, 1);
    assert_true(operation.run.data_is_null);
    buf_reset(&operation.reply);
    finish(&operation, "");
    start(&world, &operation, "query($n: Int) { items(first: $n) { size } }", "{\"n\":3}", NULL);
    assert_int_equal(operation.run.error_count, 0);
    buf_reset(&operation.reply);
    finish(&operation, "");
    arena_done(&world.arena);
}

static void variables_are_checked_before_anything_runs(void **state)
{
    struct world world;
    struct operation operation;

    (void)state;
    world_init(&world);
    start(&world, &operation, "query($n: Int!) { items(first: $n) { bad } }", "{}", NULL);
    assert_int_equal(operation.progress, GQL_NOW);
    assert_int_equal(operation.run.status, MC_BAD_INPUT);
    assert_int_equal(world.calls, 0);
    buf_add_char(&operation.reply, '\0');
    assert_non_null(strstr(operation.reply.data, "\"errors\""));
    assert_null(strstr(operation.reply.data, "\"data\""));
    buf_reset(&operation.reply);
    finish(&operation, "");
    arena_done(&world.arena);
}

static void a_level_is_asked_once_for_all_parents(void **state)
{
    struct world world;
    struct operation operation;

    (void)state;
    world_init(&world);
    start(&world, &operation, "{ items { later l: later } }", NULL, NULL);
    assert_int_equal(operation.progress, GQL_LATER);
    assert_int_equal(world.calls, 2);
    assert_int_equal(world.flushes, 1);
    for (size_t i = 0; i < 3; i++)
        gql_set_text(world.waiting[0], i, STR("x"));
    gql_batch_done(world.waiting[0]);
    assert_int_equal(world.done, 0);
    gql_batch_done(world.waiting[1]);
    assert_int_equal(world.done, 1);
    finish(&operation,
           "{\"data\":{\"items\":[{\"later\":\"x\",\"l\":null},{\"later\":\"x\",\"l\":null},"
           "{\"later\":\"x\",\"l\":null}]}}");
    arena_done(&world.arena);
}

static void mutations_run_one_after_the_other(void **state)
{
    struct world world;
    struct operation operation;

    (void)state;
    world_init(&world);
    start(&world, &operation, "mutation { b a c }", NULL, NULL);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(world.waiting_count, i + 1);
        assert_int_equal(world.done, 0);
        gql_set_int(world.waiting[i], 0, (int64_t)i);
        gql_batch_done(world.waiting[i]);
    }
    assert_string_equal(world.order, "bac");
    assert_int_equal(world.done, 1);
    finish(&operation, "{\"data\":{\"b\":0,\"a\":1,\"c\":2}}");
    arena_done(&world.arena);
}

static void a_cancelled_run_starts_nothing_more(void **state)
{
    struct world world;
    struct operation operation;

    (void)state;
    world_init(&world);
    start(&world, &operation, "mutation { a b }", NULL, NULL);
    gql_run_cancel(&operation.run, MC_CANCELLED);
    assert_int_equal(world.done, 0);
    gql_batch_done(world.waiting[0]);
    assert_int_equal(world.done, 1);
    assert_int_equal(world.waiting_count, 1);
    assert_int_equal(operation.run.status, MC_CANCELLED);
    finish(&operation, "");
    arena_done(&world.arena);
}

static void an_event_is_the_value_of_its_root_field(void **state)
{
    struct world world;
    struct operation operation;
    struct gql_event_source source;
    struct gql_errors errors;

    (void)state;
    world_init(&world);
    start(&world, &operation, "subscription { i: item { name } }", NULL, &store[2]);
    gql_errors_init(&errors, &world.arena, 1);
    assert_int_equal(gql_subscription_source(operation.plan, NULL, &world.arena, &errors, &source),
                     MC_OK);
    assert_true(str_is(source.field, "item"));
    finish(&operation, "{\"data\":{\"i\":{\"name\":\"three\"}}}");
    arena_done(&world.arena);
}

static void a_reply_over_its_limit_is_an_error(void **state)
{
    struct world world;
    struct gql_errors errors;
    struct gql_plan *plan;
    struct gql_run run;
    struct buf reply;

    (void)state;
    world_init(&world);
    gql_errors_init(&errors, &world.arena, 10);
    buf_init(&reply, 20);
    assert_int_equal(gql_plan_new(world.schema,
                                  &(struct gql_document){ .text = STR("{ items { name } }") },
                                  &gql_limits_preset, &errors, &plan),
                     MC_OK);
    assert_int_equal(gql_run_start(&run, &(struct gql_run_options){ .plan = plan,
                                                                    .context = &world,
                                                                    .arena = &world.arena,
                                                                    .reply = &reply }),
                     GQL_NOW);
    assert_int_equal(run.status, MC_LIMIT);
    assert_string_equal(run.refusal, "The answer is too long (limit: 20 bytes).");
    gql_plan_unref(plan);
    buf_done(&reply);
    arena_done(&world.arena);
}

/* How much memory the run took of what it may have. */
static size_t run_within(struct world *world, struct gql_plan *plan, size_t bytes_max,
                         const char *refusal)
{
    struct gql_run run;
    struct arena arena;
    struct buf reply;
    size_t used;

    arena_init(&arena, bytes_max);
    buf_init(&reply, 1000);
    assert_int_equal(gql_run_start(&run, &(struct gql_run_options){ .plan = plan,
                                                                    .context = world,
                                                                    .arena = &arena,
                                                                    .reply = &reply }),
                     GQL_NOW);
    used = arena.used_bytes;
    assert_int_equal(run.status, refusal == NULL ? MC_OK : MC_LIMIT);
    if (refusal == NULL)
        assert_null(run.refusal);
    else
        assert_string_equal(run.refusal, refusal);
    buf_done(&reply);
    arena_done(&arena);
    return used;
}

static void a_run_may_take_its_memory_to_the_byte(void **state)
{
    struct world world;
    struct gql_errors errors;
    struct gql_plan *plan;
    size_t used;
    char refusal[100];

    (void)state;
    world_init(&world);
    gql_errors_init(&errors, &world.arena, 10);
    assert_int_equal(gql_plan_new(world.schema,
                                  &(struct gql_document){ .text = STR("{ items { name bad } }") },
                                  &gql_limits_preset, &errors, &plan),
                     MC_OK);
    used = run_within(&world, plan, 1 << 20, NULL);
    run_within(&world, plan, used, NULL);
    snprintf(refusal, sizeof(refusal), "The request takes too much memory (limit: %zu bytes).",
             used - 1);
    run_within(&world, plan, used - 1, refusal);
    run_within(&world, plan, 1, "The request takes too much memory (limit: 1 bytes).");
    gql_plan_unref(plan);
    arena_done(&world.arena);
}

/* Aliases below each other, so many levels deep. */
static enum status plan_of_depth(struct world *world, size_t depth, struct gql_errors *errors)
{
    struct gql_limits limits = gql_limits_preset;
    struct gql_plan *plan;
    struct buf document;
    enum status status;

    buf_init(&document, 10000);
    buf_add(&document, STR("{ maybe { "));
    for (size_t i = 2; i < depth; i++)
        buf_add(&document, STR("sub { "));
    buf_add(&document, STR("name "));
    for (size_t i = 0; i < depth; i++)
        buf_add(&document, STR("}"));
    limits.depth_max = 1000;
    status = gql_plan_new(world->schema, &(struct gql_document){ .text = buf_str(&document) },
                          &limits, errors, &plan);
    if (status == MC_OK) gql_plan_unref(plan);
    buf_done(&document);
    return status;
}

static void plans_have_a_greatest_depth_whatever_documents_may_have(void **state)
{
    struct world world;
    struct gql_errors errors;

    (void)state;
    world_init(&world);
    gql_errors_init(&errors, &world.arena, 10);
    assert_int_equal(plan_of_depth(&world, 100, &errors), MC_OK);
    assert_int_equal(plan_of_depth(&world, 101, &errors), MC_LIMIT);
    assert_string_equal(errors.head->message.data, "The document is nested too deeply.");
    arena_done(&world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_come_in_the_order_of_the_document),
        cmocka_unit_test(equal_keys_are_merged),
        cmocka_unit_test(a_null_goes_up_to_where_it_may_be),
        cmocka_unit_test(a_union_is_answered_by_its_type),
        cmocka_unit_test(conditions_choose_a_variant),
        cmocka_unit_test(an_operation_may_be_skipped_whole),
        cmocka_unit_test(an_argument_over_its_maximum_is_refused_before_the_resolver),
        cmocka_unit_test(variables_are_checked_before_anything_runs),
        cmocka_unit_test(a_level_is_asked_once_for_all_parents),
        cmocka_unit_test(mutations_run_one_after_the_other),
        cmocka_unit_test(a_cancelled_run_starts_nothing_more),
        cmocka_unit_test(an_event_is_the_value_of_its_root_field),
        cmocka_unit_test(a_reply_over_its_limit_is_an_error),
        cmocka_unit_test(a_run_may_take_its_memory_to_the_byte),
        cmocka_unit_test(plans_have_a_greatest_depth_whatever_documents_may_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
