/*
 * sdl_check.h - the rules that SDL must keep before types are made of it: names once, what is
 * named known, directives where and as they may be.
 *
 * Source:  specification section 3; rule names and sentences are graphql-js's.
 */
#ifndef GRAPHQL_TYPE_SDL_CHECK_H
#define GRAPHQL_TYPE_SDL_CHECK_H

#include "graphql/type/schema_steps.h"

/* base: the schema that the SDL extends, NULL for none. rule: the only one to keep, by its
 * graphql-js name ("UniqueTypeNamesRule"), NULL for all.
 * Fails: MC_INVALID with errors; MC_NOT_FOUND when there is no such rule. */
enum status sdl_check(const struct schema_sources *sources, const struct gql_schema *base,
                      const char *rule);

#endif
