/* gql_schema_bind: schema and tables must fit each other, both ways. */
#include "world.h"

struct dossier {
    struct str code;
};

static enum gql_progress resolve_now(struct gql_batch *batch)
{
    (void)batch;
    return GQL_NOW;
}

static const struct gql_field query_rows[] = { GQL_FIELD("dossier", resolve_now), GQL_FIELDS_END };
static const struct gql_field dossier_rows[] = { GQL_MEMBER("code", struct dossier, code),
                                                 GQL_FIELDS_END };
static const struct gql_field wrong_rows[] = { GQL_FIELD("nothing", resolve_now), GQL_FIELDS_END };
static const struct gql_type query_table = { "Query", query_rows };
static const struct gql_type dossier_table = { "Dossier", dossier_rows };
static const struct gql_type wrong_table = { "Dossier", wrong_rows };
static const struct gql_type stray_table = { "Stray", wrong_rows };

static const char *const sdl = "scalar Date type Dossier { code: Date }\n"
                               "type Query { dossier: Dossier }\n"
                               "type Subscription { changes: Dossier }";

static enum status refuse_all(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    (void)arena;
    (void)value;
    *ret_why = STR("no");
    return MC_BAD_INPUT;
}

static const struct gql_scalar date = { "Date", refuse_all, NULL };

static enum status bind(struct world *world, const struct gql_type *const *types, size_t count,
                        const struct gql_scalar *scalar)
{
    return gql_schema_bind(world->schema,
                           &(struct gql_bindings){ types, count, &scalar, scalar != NULL, NULL, 0 },
                           &world->errors);
}

static void ties_every_field_to_its_row(void **state)
{
    struct world world;
    const struct schema_type *query, *type;

    (void)state;
    world_new(&world, sdl);
    assert_int_equal(
        bind(&world, (const struct gql_type *const[]){ &query_table, &dossier_table }, 2, &date),
        MC_OK);
    query = world.schema->query;
    type = schema_type(world.schema, STR("__Type"));
    assert_ptr_equal(query->fields[0].resolver, &query_rows[0]);
    assert_ptr_equal(schema_type(world.schema, STR("Date"))->scalar, &date);
    for (size_t i = 0; i < type->field_count; i++)
        assert_non_null(type->fields[i].resolver);
    assert_non_null(world.schema->schema_field.resolver);
    assert_non_null(world.schema->type_field.resolver);
    world_done(&world);
}

static void a_field_without_resolver_is_named(void **state)
{
    struct world world;

    (void)state;
    world_new(&world, sdl);
    assert_int_equal(bind(&world, (const struct gql_type *const[]){ &query_table }, 1, NULL),
                     MC_INVALID);
    assert_string_equal(world_error(&world), "Dossier.code: in the schema, no resolver");
    world_done(&world);
}

static void a_resolver_without_field_is_named(void **state)
{
    struct world world;

    (void)state;
    world_new(&world, sdl);
    assert_int_equal(
        bind(&world, (const struct gql_type *const[]){ &query_table, &dossier_table, &wrong_table },
             3, NULL),
        MC_INVALID);
    assert_string_equal(world_error(&world), "Dossier.nothing: a resolver, not in the schema");
    world_done(&world);
    world_new(&world, sdl);
    assert_int_equal(
        bind(&world, (const struct gql_type *const[]){ &query_table, &dossier_table, &stray_table },
             3, NULL),
        MC_INVALID);
    assert_string_equal(world_error(&world), "Stray: resolvers, but no object type in the schema");
    world_done(&world);
}

static void a_second_resolver_is_refused(void **state)
{
    struct world world;

    (void)state;
    world_new(&world, sdl);
    assert_int_equal(
        bind(&world,
             (const struct gql_type *const[]){ &query_table, &dossier_table, &dossier_table }, 3,
             NULL),
        MC_INVALID);
    assert_string_equal(world_error(&world), "Dossier.code: more than one resolver");
    world_done(&world);
}

static void built_in_scalars_stay_as_they_are(void **state)
{
    static const struct gql_scalar string = { "String", refuse_all, NULL };
    struct world world;

    (void)state;
    world_new(&world, sdl);
    assert_int_equal(
        bind(&world, (const struct gql_type *const[]){ &query_table, &dossier_table }, 2, &string),
        MC_INVALID);
    world_done(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_every_field_to_its_row),
        cmocka_unit_test(a_field_without_resolver_is_named),
        cmocka_unit_test(a_resolver_without_field_is_named),
        cmocka_unit_test(a_second_resolver_is_refused),
        cmocka_unit_test(built_in_scalars_stay_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
