/*
 * builtin.h - what every schema has without saying so, as SDL.
 *
 * Source:  GraphQL specification, September 2025 edition, sections 3.5, 3.13 and 4.2.
 */
#ifndef GRAPHQL_TYPE_BUILTIN_H
#define GRAPHQL_TYPE_BUILTIN_H

#include "base/str.h"

/* Scalars, then directives, then introspection types. */
extern const struct str builtin_sdl;

#endif
