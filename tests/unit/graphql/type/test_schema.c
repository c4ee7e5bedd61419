/* schema.h: look-ups and relations of types. */
#include "world.h"

static const char *const sdl = "interface Node { id: ID! }\n"
                               "interface Named implements Node { id: ID! name: String }\n"
                               "type Person implements Named & Node { id: ID! name: String }\n"
                               "type Dossier implements Node { id: ID! owner: Person }\n"
                               "union Hit = Dossier | Person\n"
                               "type Query { node: Node hits: [Hit!]! }\n";

static const struct schema_type *type(const struct world *world, const char *name)
{
    return schema_type(world->schema, str_of(name));
}

static void finds_types_and_fields_by_name(void **state)
{
    struct world world;
    const struct schema_field *field;

    (void)state;
    world_new(&world, sdl);
    assert_non_null(type(&world, "Dossier"));
    assert_null(type(&world, "Nobody"));
    field = schema_field(world.schema, type(&world, "Dossier"), STR("owner"));
    assert_non_null(field);
    assert_ptr_equal(field->type->named, type(&world, "Person"));
    assert_ptr_equal(field->owner, type(&world, "Dossier"));
    assert_null(schema_field(world.schema, type(&world, "Dossier"), STR("nothing")));
    assert_null(schema_field(world.schema, type(&world, "ID"), STR("id")));
    world_done(&world);
}

static void meta_fields_stand_where_they_may(void **state)
{
    struct world world;

    (void)state;
    world_new(&world, sdl);
    assert_non_null(schema_field(world.schema, type(&world, "Query"), STR("__schema")));
    assert_non_null(schema_field(world.schema, type(&world, "Query"), STR("__type")));
    assert_null(schema_field(world.schema, type(&world, "Dossier"), STR("__schema")));
    assert_non_null(schema_field(world.schema, type(&world, "Dossier"), STR("__typename")));
    assert_non_null(schema_field(world.schema, type(&world, "Hit"), STR("__typename")));
    assert_null(schema_field(world.schema, type(&world, "ID"), STR("__typename")));
    world_done(&world);
}

static void possible_types_are_objects_in_schema_order(void **state)
{
    struct world world;
    const struct schema_type *node;

    (void)state;
    world_new(&world, sdl);
    node = type(&world, "Node");
    assert_int_equal(node->possible_count, 2);
    assert_ptr_equal(node->possible[0], type(&world, "Person"));
    assert_ptr_equal(node->possible[1], type(&world, "Dossier"));
    assert_true(type_is_possible(node, type(&world, "Dossier")));
    assert_true(type_is_possible(type(&world, "Hit"), type(&world, "Person")));
    assert_false(type_is_possible(type(&world, "Named"), type(&world, "Dossier")));
    assert_false(type_is_possible(type(&world, "Hit"), type(&world, "Query")));
    world_done(&world);
}

static void subtypes_follow_wrappers_and_interfaces(void **state)
{
    static const struct {
        const char *a, *b;
        bool subtype;
    } rows[] = {
        { "Person", "Node", true },       { "Named", "Node", true },
        { "Node", "Person", false },      { "Person!", "Node", true },
        { "Person", "Node!", false },     { "[Person!]!", "[Node]", true },
        { "[Person]", "[Node!]", false }, { "Person", "[Person]", false },
        { "Dossier", "Hit", true },       { "Query", "Hit", false },
        { "[Int]", "Int", false },
    };
    struct world world;

    (void)state;
    world_new(&world, "interface Node { id: Int } interface Named implements Node { id: Int }"
                      "type Person implements Named & Node { id: Int }"
                      "type Dossier implements Node { id: Int } union Hit = Dossier | Person "
                      "type Query { a: Hit }");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(
            type_ref_is_subtype(world_ref(&world, rows[i].a), world_ref(&world, rows[i].b)),
            rows[i].subtype);
    world_done(&world);
}

static void references_print_and_compare(void **state)
{
    struct world world;
    const struct type_ref *ref;

    (void)state;
    world_new(&world, sdl);
    ref = world_ref(&world, "[[ID!]]!");
    assert_string_equal(type_ref_text(&world.arena, ref).data, "[[ID!]]!");
    assert_true(type_ref_eq(ref, world_ref(&world, "[[ID!]]!")));
    assert_false(type_ref_eq(ref, world_ref(&world, "[[ID]]!")));
    assert_false(type_ref_eq(ref, world_ref(&world, "[[String!]]!")));
    assert_ptr_equal(ref->of->of->named, type(&world, "ID"));
    assert_null(world_ref(&world, "[Nobody]"));
    world_done(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_types_and_fields_by_name),
        cmocka_unit_test(meta_fields_stand_where_they_may),
        cmocka_unit_test(possible_types_are_objects_in_schema_order),
        cmocka_unit_test(subtypes_follow_wrappers_and_interfaces),
        cmocka_unit_test(references_print_and_compare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
