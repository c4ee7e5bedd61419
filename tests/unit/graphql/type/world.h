/*
 * world.h - an arena, an error list and a schema for a test; world_done frees all.
 */
#ifndef TESTS_UNIT_GRAPHQL_TYPE_WORLD_H
#define TESTS_UNIT_GRAPHQL_TYPE_WORLD_H

#include "graphql/gql.h"
#include "graphql/language/parser.h"
#include "graphql/type/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A group of its own: sorted in with the others it would come first. */
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

struct world {
    struct arena arena;
    struct gql_errors errors;
    struct gql_schema *schema;
    struct buf text;
};

static inline void world_init(struct world *world)
{
    *world = (struct world){ .schema = NULL };
    arena_init(&world->arena, 1 << 26);
    gql_errors_init(&world->errors, &world->arena, 50);
    buf_init(&world->text, 1 << 20);
}

static inline void world_done(struct world *world)
{
    buf_done(&world->text);
    arena_done(&world->arena);
}

static inline enum status world_build(struct world *world, const char *sdl)
{
    const struct gql_source source = { "test.graphql", str_of(sdl) };

    world_init(world);
    return gql_schema_build(&world->arena, &source, 1, &world->errors, &world->schema);
}

/* The first error, "" when there is none. */
static inline const char *world_error(const struct world *world)
{
    return world->errors.head == NULL ? "" : world->errors.head->message.data;
}

/* sdl must build. */
static inline void world_new(struct world *world, const char *sdl)
{
    enum status status = world_build(world, sdl);

    assert_string_equal(world_error(world), "");
    assert_int_equal(status, MC_OK);
}

/* sdl must be refused, with this as the first message. */
static inline void assert_refused(const char *sdl, const char *message)
{
    struct world world;
    enum status status = world_build(&world, sdl);

    assert_string_equal(world_error(&world), message);
    assert_int_equal(status, MC_INVALID);
    world_done(&world);
}

static inline const struct ast_value *world_literal(struct world *world, const char *text)
{
    struct ast_value *value = NULL;

    assert_int_equal(parse_value(&world->arena, str_of(text), false, &world->errors, &value),
                     MC_OK);
    return value;
}

static inline const struct type_ref *world_ref(struct world *world, const char *text)
{
    struct ast_type *type = NULL;

    assert_int_equal(parse_type(&world->arena, str_of(text), &world->errors, &type), MC_OK);
    return schema_resolve(world->schema, &world->arena, type);
}

/* The JSON of a value, until the next call. */
static inline const char *world_json(struct world *world, const struct gql_input *value)
{
    buf_reset(&world->text);
    if (value == NULL)
        buf_add(&world->text, STR("ABSENT"));
    else
        gql_input_json(&world->text, value);
    buf_add_char(&world->text, '\0');
    return world->text.data;
}

#endif
