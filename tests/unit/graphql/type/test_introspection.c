/* introspection.h: what __schema and __type answer. */
#include "graphql/type/introspection.h"
#include "world.h"

static const char *const sdl =
    "directive @tag(old: Int = 1 @deprecated, name: [String!] = [\"a\"]) repeatable on OBJECT\n"
    "scalar Date @specifiedBy(url: \"https://example.org/date\")\n"
    "interface Node { id: ID! }\n"
    "\"A file.\" type Dossier implements Node { id: ID! code: Date gone: Int @deprecated }\n"
    "enum State { OPEN CLOSED @deprecated(reason: \"use DONE\") DONE }\n"
    "input Choice @oneOf { a: Int b: [State!] }\n"
    "type Query { node(choice: Choice, at: State = OPEN): Node }";

static void finished(struct gql_run *run, void *context)
{
    (void)run;
    (void)context;
}

static void assert_answer(const char *query, const char *reply)
{
    struct gql_errors unbound;
    struct gql_limits limits = gql_limits_preset;
    struct gql_run_options options = { .done = finished };
    struct gql_run run;
    struct world world;

    world_new(&world, sdl);
    limits.introspection = true;
    gql_errors_init(&unbound, &world.arena, 0);
    (void)gql_schema_bind(world.schema, &(struct gql_bindings){ 0 }, &unbound);
    assert_int_equal(gql_plan_new(world.schema, &(struct gql_document){ .text = str_of(query) },
                                  &limits, &world.errors, &options.plan),
                     MC_OK);
    options.arena = &world.arena;
    options.reply = &world.text;
    assert_int_equal(gql_run_start(&run, &options), GQL_NOW);
    buf_add_char(&world.text, '\0');
    assert_string_equal(world.text.data, reply);
    gql_plan_unref(options.plan);
    world_done(&world);
}

static void the_schema_names_its_roots_and_types(void **state)
{
    (void)state;
    assert_answer(
        "{ __schema { queryType { name } mutationType { name } types { name } } }",
        "{\"data\":{\"__schema\":{\"queryType\":{\"name\":\"Query\"},"
        "\"mutationType\":null,\"types\":[{\"name\":\"Date\"},{\"name\":\"Node\"},"
        "{\"name\":\"ID\"},{\"name\":\"Dossier\"},{\"name\":\"Int\"},{\"name\":\"State\"},"
        "{\"name\":\"Choice\"},{\"name\":\"Query\"},{\"name\":\"String\"},"
        "{\"name\":\"Boolean\"},{\"name\":\"__Schema\"},{\"name\":\"__Type\"},"
        "{\"name\":\"__TypeKind\"},{\"name\":\"__Field\"},{\"name\":\"__InputValue\"},"
        "{\"name\":\"__EnumValue\"},{\"name\":\"__Directive\"},"
        "{\"name\":\"__DirectiveLocation\"}]}}}");
}

static void deprecated_things_are_shown_when_asked_for(void **state)
{
    (void)state;
    assert_answer(
        "{ __type(name: \"Dossier\") { few: fields { name } "
        "all: fields(includeDeprecated: true) { name isDeprecated deprecationReason } } }",
        "{\"data\":{\"__type\":{\"few\":[{\"name\":\"id\"},{\"name\":\"code\"}],"
        "\"all\":[{\"name\":\"id\",\"isDeprecated\":false,\"deprecationReason\":null},"
        "{\"name\":\"code\",\"isDeprecated\":false,\"deprecationReason\":null},"
        "{\"name\":\"gone\",\"isDeprecated\":true,"
        "\"deprecationReason\":\"No longer supported\"}]}}}");
    assert_answer("{ __type(name: \"State\") { few: enumValues { name } "
                  "all: enumValues(includeDeprecated: true) { name } } }",
                  "{\"data\":{\"__type\":{\"few\":[{\"name\":\"OPEN\"},{\"name\":\"DONE\"}],"
                  "\"all\":[{\"name\":\"OPEN\"},{\"name\":\"CLOSED\"},{\"name\":\"DONE\"}]}}}");
}

static void wrappers_are_types_of_types(void **state)
{
    (void)state;
    assert_answer("{ __type(name: \"Choice\") { kind isOneOf inputFields { name type { kind name "
                  "ofType { kind ofType { kind name ofType { kind } } } } } } }",
                  "{\"data\":{\"__type\":{\"kind\":\"INPUT_OBJECT\",\"isOneOf\":true,"
                  "\"inputFields\":[{\"name\":\"a\",\"type\":{\"kind\":\"SCALAR\",\"name\":\"Int\","
                  "\"ofType\":null}},{\"name\":\"b\",\"type\":{\"kind\":\"LIST\",\"name\":null,"
                  "\"ofType\":{\"kind\":\"NON_NULL\",\"ofType\":{\"kind\":\"ENUM\","
                  "\"name\":\"State\",\"ofType\":null}}}}]}}}");
}

static void what_a_kind_does_not_have_is_null(void **state)
{
    (void)state;
    assert_answer("{ __type(name: \"Date\") { specifiedByURL fields { name } interfaces { name } "
                  "possibleTypes { name } enumValues { name } inputFields { name } isOneOf } }",
                  "{\"data\":{\"__type\":{\"specifiedByURL\":\"https://example.org/date\","
                  "\"fields\":null,\"interfaces\":null,\"possibleTypes\":null,"
                  "\"enumValues\":null,\"inputFields\":null,\"isOneOf\":null}}}");
    assert_answer("{ __type(name: \"Node\") { interfaces { name } possibleTypes { name } } }",
                  "{\"data\":{\"__type\":{\"interfaces\":[],"
                  "\"possibleTypes\":[{\"name\":\"Dossier\"}]}}}");
    assert_answer("{ __type(name: \"Nobody\") { name } }", "{\"data\":{\"__type\":null}}");
}

static void defaults_and_directives_are_described(void **state)
{
    (void)state;
    assert_answer("{ __type(name: \"Query\") { fields { args { name defaultValue } } } }",
                  "{\"data\":{\"__type\":{\"fields\":[{\"args\":[{\"name\":\"choice\","
                  "\"defaultValue\":null},{\"name\":\"at\",\"defaultValue\":\"OPEN\"}]}]}}}");
    assert_answer("{ __schema { directives { name isRepeatable locations args { defaultValue } } } "
                  "}",
                  "{\"data\":{\"__schema\":{\"directives\":[{\"name\":\"tag\","
                  "\"isRepeatable\":true,\"locations\":[\"OBJECT\"],"
                  "\"args\":[{\"defaultValue\":\"[\\\"a\\\"]\"}]},"
                  "{\"name\":\"include\",\"isRepeatable\":false,\"locations\":[\"FIELD\","
                  "\"FRAGMENT_SPREAD\",\"INLINE_FRAGMENT\"],\"args\":[{\"defaultValue\":null}]},"
                  "{\"name\":\"skip\",\"isRepeatable\":false,\"locations\":[\"FIELD\","
                  "\"FRAGMENT_SPREAD\",\"INLINE_FRAGMENT\"],\"args\":[{\"defaultValue\":null}]},"
                  "{\"name\":\"deprecated\",\"isRepeatable\":false,"
                  "\"locations\":[\"FIELD_DEFINITION\",\"ARGUMENT_DEFINITION\","
                  "\"INPUT_FIELD_DEFINITION\",\"ENUM_VALUE\"],"
                  "\"args\":[{\"defaultValue\":\"\\\"No longer supported\\\"\"}]},"
                  "{\"name\":\"specifiedBy\",\"isRepeatable\":false,\"locations\":[\"SCALAR\"],"
                  "\"args\":[{\"defaultValue\":null}]},"
                  "{\"name\":\"oneOf\",\"isRepeatable\":false,\"locations\":[\"INPUT_OBJECT\"],"
                  "\"args\":[]}]}}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schema_names_its_roots_and_types),
        cmocka_unit_test(deprecated_things_are_shown_when_asked_for),
        cmocka_unit_test(wrappers_are_types_of_types),
        cmocka_unit_test(what_a_kind_does_not_have_is_null),
        cmocka_unit_test(defaults_and_directives_are_described),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
