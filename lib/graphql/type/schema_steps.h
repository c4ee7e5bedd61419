/*
 * schema_steps.h - the steps of gql_schema_build, in their order; only for this directory and the
 * test harness.
 *
 *     schema_sources   texts, parsed and joined
 *     sdl_check        what the SDL says, by itself (sdl_check.h)
 *     schema_make      tree to types; needs an SDL that sdl_check accepts
 *     schema_check     the type system's own rules
 *     schema_settle    default values
 *
 * Life:    all of it lives in the arena.
 */
#ifndef GRAPHQL_TYPE_SCHEMA_STEPS_H
#define GRAPHQL_TYPE_SCHEMA_STEPS_H

#include "graphql/type/schema.h"

/* Several texts read as one: offsets of nodes count in the joined text. */
struct schema_sources {
    struct arena *arena;
    const struct gql_source *items;
    size_t count;
    uint32_t *starts; /* offset of each in the joined text */
    struct gql_errors *errors;
    struct ast_document *document;
};

/* Fails: MC_SYNTAX, MC_LIMIT, with an error located in its own text. */
enum status schema_sources_read(struct schema_sources *sources, struct arena *arena,
                                const struct gql_source *items, size_t count,
                                struct gql_errors *errors);

/* Adds an error at offsets of the joined text; those that are SCHEMA_NOWHERE are left out. With
 * several texts the message starts with the name of the one where the first offset is. */
enum { SCHEMA_NOWHERE = 0xffffffff };
void schema_sources_error(const struct schema_sources *sources, const uint32_t *offsets,
                          size_t offset_count, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Takes over errors that were found in the joined text. */
void schema_sources_adopt(const struct schema_sources *sources, const struct gql_errors *found);

/* Where a node starts: with its description. */
static inline uint32_t node_start(const struct ast_value *description, uint32_t offset)
{
    return description == NULL ? offset : description->offset;
}

/* Fails: MC_INVALID when a built-in directive (@deprecated, @specifiedBy) or @max is given what
 * does not fit it. */
enum status schema_make(const struct schema_sources *sources, struct gql_schema **ret_schema);

/* Adds an error for every breach; MC_INVALID when there is one. */
enum status schema_check(const struct schema_sources *sources, const struct gql_schema *schema);

/* Coerces the default values of a checked schema. */
enum status schema_settle(struct gql_schema *schema);

/* Reads @cost, @listSize and @cacheControl. Fails: MC_INVALID, with an error for each that makes no
 * sense. list_max: the greatest number a slicing argument takes; 0: no limit of its own. */
enum status schema_read_hints(struct gql_schema *schema, int64_t list_max,
                              struct gql_errors *errors);

#endif
