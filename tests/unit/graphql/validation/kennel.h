/*
 * kennel.h - a schema of dogs and their owners, and documents judged against it.
 *
 * kennel_init, then kennel_judge as often as wanted (each forgets the errors of the one before),
 * then kennel_done.
 */
#ifndef TESTS_UNIT_GRAPHQL_VALIDATION_KENNEL_H
#define TESTS_UNIT_GRAPHQL_VALIDATION_KENNEL_H

#include "graphql/language/parser.h"
#include "graphql/validation/validate.h"
#include "tests/unit/check.h"

static const char kennel_sdl[] =
    "directive @twice repeatable on FIELD\n"
    "directive @once(why: String, how: Int!) on FIELD\n"
    "directive @defer(if: Boolean, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT\n"
    "directive @stream(if: Boolean, label: String) on FIELD\n"
    "enum Size { SMALL LARGE }\n"
    "input Filter { size: Size, name: String, age: Int! = 1, any: [Filter!] }\n"
    "input One @oneOf { a: String, b: Int }\n"
    "interface Pet { name(loud: Boolean): String, owner: Human, friends: [Pet!] }\n"
    "type Dog implements Pet { name(loud: Boolean): String, owner: Human, friends: [Pet!]\n"
    "  barks: Boolean @deprecated(reason: \"Too loud.\"), size: Size }\n"
    "type Cat implements Pet { name(loud: Boolean): String, owner: Human, friends: [Pet!]\n"
    "  barks: Int, meows: Boolean }\n"
    "type Human { name: String, pets(first: Int, filter: Filter): [Pet!]! }\n"
    "union DogOrHuman = Dog | Human\n"
    "type Query { dog(id: ID, one: One): Dog, pet(name: String!): Pet, either: DogOrHuman\n"
    "  human: Human, count(of: Int! = 1, is: Boolean): Int }\n"
    "type Mutation { bark: Dog }\n"
    "type Subscription { barked: Dog, meowed: Cat }\n";

struct kennel {
    struct arena schema_arena, arena;
    struct gql_errors errors;
    struct gql_schema *schema;
    enum status status;
};

static inline void kennel_init(struct kennel *kennel)
{
    const struct gql_source source = { "kennel", str_of(kennel_sdl) };

    *kennel = (struct kennel){ .status = MC_OK };
    arena_init(&kennel->schema_arena, 1 << 24);
    arena_init(&kennel->arena, (size_t)1 << 28);
    gql_errors_init(&kennel->errors, &kennel->schema_arena, 5);
    assert_int_equal(
        gql_schema_build(&kennel->schema_arena, &source, 1, &kennel->errors, &kennel->schema),
        MC_OK);
}

static inline void kennel_done(struct kennel *kennel)
{
    arena_done(&kennel->arena);
    arena_done(&kennel->schema_arena);
}

/* The document must parse. */
static inline enum status kennel_judge(struct kennel *kennel, struct str text,
                                       const struct validate_options *options)
{
    struct ast_document *document = NULL;

    arena_reset(&kennel->arena);
    gql_errors_init(&kennel->errors, &kennel->arena, 1000);
    assert_int_equal(
        parse_document(&kennel->arena, text, &parser_limits_wide, &kennel->errors, &document),
        MC_OK);
    kennel->status =
        validate_document(kennel->schema, document, options, &kennel->arena, &kennel->errors);
    assert_int_equal(kennel->status == MC_OK, kennel->errors.count == 0);
    return kennel->status;
}

/* The first error, "" when there is none. */
static inline const char *kennel_error(const struct kennel *kennel)
{
    return kennel->errors.head == NULL ? "" : kennel->errors.head->message.data;
}

#endif
