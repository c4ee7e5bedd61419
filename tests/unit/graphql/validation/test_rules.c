/* Each rule passes what it should, and refuses what it should, in its own words. */
#include "kennel.h"

struct sample {
    const char *rule;
    const char *text;
    const char *error; /* NULL: it passes */
};

static const struct sample samples[] = {
    { "ExecutableDefinitionsRule", "{ human { name } }", NULL },
    { "ExecutableDefinitionsRule", "{ human { name } } type New { a: Int }",
      "The \"New\" definition is not executable." },
    { "KnownOperationTypesRule", "mutation { bark { name } }", NULL },
    { "UniqueOperationNamesRule", "query A { count } query B { count }", NULL },
    { "UniqueOperationNamesRule", "query A { count } mutation A { bark { name } }",
      "There can be only one operation named \"A\"." },
    { "LoneAnonymousOperationRule", "{ count }", NULL },
    { "LoneAnonymousOperationRule", "{ count } query B { count }",
      "This anonymous operation must be the only defined operation." },
    { "SingleFieldSubscriptionsRule", "subscription { barked { name } ... { barked { size } } }",
      NULL },
    { "SingleFieldSubscriptionsRule", "subscription S { barked { name } meowed { name } }",
      "Subscription \"S\" must select only one top level field." },
    { "SingleFieldSubscriptionsRule", "subscription { __typename }",
      "Anonymous Subscription must not select an introspection top level field." },
    { "SingleFieldSubscriptionsRule", "subscription { barked @skip(if: true) { name } }",
      "Anonymous Subscription must not use `@skip` or `@include` directives in the top level "
      "selection." },
    { "KnownTypeNamesRule", "query ($a: Filter) { count }", NULL },
    { "KnownTypeNamesRule", "query ($a: Filtre) { count }",
      "Unknown type \"Filtre\". Did you mean \"Filter\"?" },
    { "FragmentsOnCompositeTypesRule", "{ ... on Query { count } }", NULL },
    { "FragmentsOnCompositeTypesRule", "{ ... on Size { count } }",
      "Fragment cannot condition on non composite type \"Size\"." },
    { "VariablesAreInputTypesRule", "query ($a: [Filter!]!) { count }", NULL },
    { "VariablesAreInputTypesRule", "query ($a: [Dog!]!) { count }",
      "Variable \"$a\" cannot be non-input type \"[Dog!]!\"." },
    { "ScalarLeafsRule", "{ count human { name } }", NULL },
    { "ScalarLeafsRule", "{ human }",
      "Field \"human\" of type \"Human\" must have a selection of subfields. Did you mean \"human "
      "{ ... }\"?" },
    { "ScalarLeafsRule", "{ count { of } }",
      "Field \"count\" must not have a selection since type \"Int\" has no subfields." },
    { "FieldsOnCorrectTypeRule", "{ __typename either { __typename } __schema { description } }",
      NULL },
    { "FieldsOnCorrectTypeRule", "{ human { nme } }",
      "Cannot query field \"nme\" on type \"Human\". Did you mean \"name\"?" },
    { "FieldsOnCorrectTypeRule", "{ either { name } }",
      "Cannot query field \"name\" on type \"DogOrHuman\". Did you mean to use an inline fragment "
      "on \"Human\", \"Pet\", or \"Dog\"?" },
    { "UniqueFragmentNamesRule", "{ ...A } fragment A on Query { count }", NULL },
    { "UniqueFragmentNamesRule",
      "{ ...A } fragment A on Query { count } fragment A on Query { count }",
      "There can be only one fragment named \"A\"." },
    { "KnownFragmentNamesRule", "{ ...A } fragment A on Query { count }", NULL },
    { "KnownFragmentNamesRule", "{ ...A }", "Unknown fragment \"A\"." },
    { "NoUnusedFragmentsRule",
      "{ ...A } fragment A on Query { ...B } fragment B on Query { count }", NULL },
    { "NoUnusedFragmentsRule", "{ count } fragment A on Query { count }",
      "Fragment \"A\" is never used." },
    { "PossibleFragmentSpreadsRule", "{ dog { ... on Pet { ... on Dog { size } } } }", NULL },
    { "PossibleFragmentSpreadsRule", "{ dog { ... on Cat { meows } } }",
      "Fragment cannot be spread here as objects of type \"Dog\" can never be of type \"Cat\"." },
    { "NoFragmentCyclesRule",
      "fragment A on Query { ...B ...B } fragment B on Query { ...C } fragment C on Query { count "
      "}",
      NULL },
    { "NoFragmentCyclesRule", "fragment A on Query { ...B } fragment B on Query { ...A }",
      "Cannot spread fragment \"A\" within itself via \"B\"." },
    { "UniqueVariableNamesRule", "query ($a: Int, $b: Int) { count }", NULL },
    { "UniqueVariableNamesRule", "query ($a: Int, $a: Int) { count }",
      "There can be only one variable named \"$a\"." },
    { "NoUndefinedVariablesRule", "query ($a: Int!) { ...A } fragment A on Query { count(of: $a) }",
      NULL },
    { "NoUndefinedVariablesRule", "query Q { ...A } fragment A on Query { count(of: $a) }",
      "Variable \"$a\" is not defined by operation \"Q\"." },
    { "NoUnusedVariablesRule", "query ($a: Int!) { ...A } fragment A on Query { count(of: $a) }",
      NULL },
    { "NoUnusedVariablesRule", "query ($a: Int) { count }", "Variable \"$a\" is never used." },
    { "KnownDirectivesRule", "{ count @skip(if: true) }", NULL },
    { "KnownDirectivesRule", "{ count @skp }", "Unknown directive \"@skp\"." },
    { "KnownDirectivesRule", "query @skip(if: true) { count }",
      "Directive \"@skip\" may not be used on QUERY." },
    { "UniqueDirectivesPerLocationRule", "{ count @twice @twice }", NULL },
    { "UniqueDirectivesPerLocationRule", "{ count @skip(if: true) @skip(if: false) }",
      "The directive \"@skip\" can only be used once at this location." },
    { "DeferStreamDirectiveOnRootFieldRule", "{ ... @defer { count } }", NULL },
    { "DeferStreamDirectiveOnRootFieldRule", "mutation { ... @defer { bark { name } } }",
      "Defer directive cannot be used on root mutation type \"Mutation\"." },
    { "DeferStreamDirectiveOnValidOperationsRule",
      "subscription ($a: Boolean!) { barked { ... @defer(if: $a) { name } } }", NULL },
    { "DeferStreamDirectiveOnValidOperationsRule",
      "subscription { barked { ... @defer { name } } }",
      "Defer directive not supported on subscription operations. Disable `@defer` by setting the "
      "`if` argument to `false`." },
    { "DeferStreamDirectiveLabelRule",
      "{ ... @defer(label: \"a\") { count } ... @defer(label: \"b\") { count } }", NULL },
    { "DeferStreamDirectiveLabelRule", "query ($a: String) { ... @defer(label: $a) { count } }",
      "Argument \"@defer(label:)\" must be a static string." },
    { "StreamDirectiveOnListFieldRule", "{ human { pets @stream { name } } }", NULL },
    { "StreamDirectiveOnListFieldRule", "{ human { name @stream } }",
      "Directive \"@stream\" cannot be used on non-list field \"Human.name\"." },
    { "KnownArgumentNamesRule", "{ count(of: 1) @once(how: 1) }", NULL },
    { "KnownArgumentNamesRule", "{ count(off: 1) }",
      "Unknown argument \"off\" on field \"Query.count\". Did you mean \"of\"?" },
    { "KnownArgumentNamesRule", "{ count @once(who: 1) }",
      "Unknown argument \"who\" on directive \"@once\". Did you mean \"why\" or \"how\"?" },
    { "UniqueArgumentNamesRule", "{ count(of: 1, is: true) }", NULL },
    { "UniqueArgumentNamesRule", "{ count(of: 1, of: 1) }",
      "There can be only one argument named \"of\"." },
    { "ValuesOfCorrectTypeRule", "{ human { pets(filter: { size: LARGE, any: [] }) { name } } }",
      NULL },
    { "ValuesOfCorrectTypeRule", "{ count(of: \"1\") }",
      "Int cannot represent non-integer value: \"1\"" },
    { "ValuesOfCorrectTypeRule", "{ human { pets(filter: { size: LRGE }) { name } } }",
      "Value \"LRGE\" does not exist in \"Size\" enum. Did you mean the enum value \"LARGE\"?" },
    { "ValuesOfCorrectTypeRule", "{ dog(one: { a: \"x\", b: 1 }) { name } }",
      "Within OneOf Input Object type \"One\", exactly one field must be specified, and the value "
      "for that field must be non-null." },
    { "ProvidedRequiredArgumentsRule", "{ count pet(name: \"a\") { name } }", NULL },
    { "ProvidedRequiredArgumentsRule", "{ pet { name } }",
      "Argument \"Query.pet(name:)\" of type \"String!\" is required, but it was not provided." },
    { "ProvidedRequiredArgumentsRule", "{ count @once }",
      "Argument \"@once(how:)\" of type \"Int!\" is required, but it was not provided." },
    { "VariablesInAllowedPositionRule", "query ($a: Int) { count(of: $a) }", NULL },
    { "VariablesInAllowedPositionRule", "query ($a: String) { pet(name: $a) { name } }",
      "Variable \"$a\" of type \"String\" used in position expecting type \"String!\"." },
    { "VariablesInAllowedPositionRule", "query ($a: String) { dog(one: { a: $a }) { name } }",
      "Variable \"$a\" is of type \"String\" but must be non-nullable to be used for OneOf Input "
      "Object \"One\"." },
    { "OverlappingFieldsCanBeMergedRule",
      "{ human { pets { ... on Dog { owner { name } } ... on Cat { owner { name } } } } }", NULL },
    { "OverlappingFieldsCanBeMergedRule", "{ a: count a: human { name } }",
      "Fields \"a\" conflict because \"count\" and \"human\" are different fields. Use different "
      "aliases on the fields to fetch both if this was intentional." },
    { "OverlappingFieldsCanBeMergedRule", "{ count(of: 1) count(of: 2) }",
      "Fields \"count\" conflict because they have differing arguments. Use different aliases on "
      "the fields to fetch both if this was intentional." },
    { "OverlappingFieldsCanBeMergedRule",
      "{ human { pets { ... on Dog { barks } ... on Cat { barks } } } }",
      "Fields \"barks\" conflict because they return conflicting types \"Boolean\" and \"Int\". "
      "Use different aliases on the fields to fetch both if this was intentional." },
    { "UniqueInputFieldNamesRule", "{ human { pets(filter: { age: 1, any: [{ age: 1 }] }) } }",
      NULL },
    { "UniqueInputFieldNamesRule",
      "{ human { pets(filter: { any: [{ age: 1, age: 2 }], any: [] }) { name } } }",
      "There can be only one input field named \"age\"." },
    { "OverlappingFieldsCanBeMergedRule",
      "{ dog(one: { a: \"x\", a: \"y\" }) { name } dog(one: { a: \"x\", a: \"y\" }) { name } }",
      NULL },
    { "OverlappingFieldsCanBeMergedRule",
      "{ dog(one: { a: \"x\", a: \"y\" }) { name } dog(one: { a: \"x\", a: \"z\" }) { name } }",
      "Fields \"dog\" conflict because they have differing arguments. Use different aliases on the "
      "fields to fetch both if this was intentional." },
    { "ValuesOfCorrectTypeRule", "{ count @unknown(of: \"x\") }",
      "Int cannot represent non-integer value: \"x\"" },
    { "UniqueInputFieldNamesRule", "{ human { pets(filter: { age: 1, age: 1 }) } }",
      "There can be only one input field named \"age\"." },
    { "MaxIntrospectionDepthRule", "{ __schema { types { fields { args { name } } } } }", NULL },
    { "MaxIntrospectionDepthRule",
      "{ __type(name: \"A\") { fields { type { fields { type { fields { name } } } } } } }",
      "Maximum introspection depth exceeded" },
    { "NoDeprecatedCustomRule", "{ dog { size } }", NULL },
    { "NoDeprecatedCustomRule", "{ dog { barks } }",
      "The field Dog.barks is deprecated. Too loud." },
    { "NoSchemaIntrospectionCustomRule", "{ __typename }", NULL },
    { "NoSchemaIntrospectionCustomRule", "{ __schema { description } }",
      "GraphQL introspection has been disabled, but the requested query contained the field "
      "\"__schema\"." },
};

enum { SAMPLE_COUNT = sizeof(samples) / sizeof(samples[0]) };

static void each_rule_takes_and_refuses(void **state)
{
    struct kennel kennel;

    (void)state;
    kennel_init(&kennel);
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        struct validate_options options = { .suggestions = true, .only_rule = samples[i].rule };

        print_message("%s: %s\n", samples[i].rule, samples[i].text);
        (void)kennel_judge(&kennel, str_of(samples[i].text), &options);
        assert_string_equal(kennel_error(&kennel),
                            samples[i].error == NULL ? "" : samples[i].error);
        assert_int_equal(kennel.status, samples[i].error == NULL ? MC_OK : MC_INVALID);
    }
    kennel_done(&kennel);
}

/* What one rule refuses is refused when all of them judge; but for what a service must ask for. */
static void all_rules_are_at_work_together(void **state)
{
    struct kennel kennel;
    const struct validate_options options = { .suggestions = true };

    (void)state;
    kennel_init(&kennel);
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        const struct gql_error *error;

        if (samples[i].error == NULL || strstr(samples[i].rule, "Custom") != NULL) continue;
        print_message("%s: %s\n", samples[i].rule, samples[i].text);
        assert_int_equal(kennel_judge(&kennel, str_of(samples[i].text), &options), MC_INVALID);
        for (error = kennel.errors.head; error != NULL; error = error->next)
            if (str_is(error->message, samples[i].error)) break;
        assert_non_null(error);
    }
    kennel_done(&kennel);
}

static void operations_without_root_type_are_refused(void **state)
{
    const struct gql_source source = { "small", STR_INIT("type Query { a: Int }") };
    const struct validate_options options = { .suggestions = true };
    struct ast_document *document = NULL;
    struct gql_schema *schema = NULL;
    struct gql_errors errors;
    struct arena arena;

    (void)state;
    arena_init(&arena, 1 << 24);
    gql_errors_init(&errors, &arena, 5);
    assert_int_equal(gql_schema_build(&arena, &source, 1, &errors, &schema), MC_OK);
    assert_int_equal(
        parse_document(&arena, STR("mutation { a }"), &parser_limits_wide, &errors, &document),
        MC_OK);
    assert_int_equal(validate_document(schema, document, &options, &arena, &errors), MC_INVALID);
    assert_string_equal(errors.head->message.data,
                        "The mutation operation is not supported by the schema.");
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_takes_and_refuses),
        cmocka_unit_test(all_rules_are_at_work_together),
        cmocka_unit_test(operations_without_root_type_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
