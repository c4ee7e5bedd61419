/*
 * sdl_rule.h - what a rule of sdl_check is; only for sdl_*.c.
 *
 * One walk over the document calls every rule at every node, in the order of graphql-js's visitor,
 * so that errors come in the order of the text.
 */
#ifndef GRAPHQL_TYPE_SDL_RULE_H
#define GRAPHQL_TYPE_SDL_RULE_H

#include "graphql/type/schema_steps.h"

/* The document under the rules. */
struct sdl {
    const struct schema_sources *sources;
    const struct gql_schema *base; /* NULL: none */
    struct arena *arena;
    struct ast_document *builtin;
    struct hash_map types;         /* by name: ast_definition of this document */
    struct hash_map builtin_types; /* by name: ast_definition of the built-in ones */
    struct hash_map directives;    /* by name: ast_definition that holds for this document */
    /* What rules remember, by key. */
    struct hash_map seen_types, seen_members, seen_directives, seen_used;
    const struct ast_definition *seen_schema;
    const struct ast_root_type *seen_roots[3];
};

/* Something with directives. */
struct sdl_place {
    const char *location; /* "FIELD_DEFINITION" */
    const struct ast_directive *directives;
    struct str shared; /* absent, or a key: uses at all places of this key count together */
};

struct sdl_rule {
    const char *name;
    void (*definition)(struct sdl *sdl, const struct ast_definition *definition);
    void (*named_type)(struct sdl *sdl, const struct ast_type *type);
    void (*place)(struct sdl *sdl, const struct sdl_place *place);
    /* An extension, when all others have seen it. */
    void (*extension)(struct sdl *sdl, const struct ast_definition *extension);
    void (*directive)(struct sdl *sdl, const struct ast_directive *directive,
                      const struct sdl_place *place);
    void (*object)(struct sdl *sdl, const struct ast_value *object);
    void (*directive_left)(struct sdl *sdl, const struct ast_directive *directive);
};

/* sdl_names.c and sdl_directives.c; each ends with a rule without a name. */
extern const struct sdl_rule sdl_name_rules[];
extern const struct sdl_rule sdl_directive_rules[];

#endif
