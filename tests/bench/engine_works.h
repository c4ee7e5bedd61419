/*
 * engine_works.h - what the bench does with the engine: each work prepares a document once, then
 * does the same thing as often as it is told.
 *
 * Life:    one engine for the process; engine_prepare forgets the document before.
 * Source:  the figures asked for stand in engine.mjs.
 */
#ifndef TESTS_BENCH_ENGINE_WORKS_H
#define TESTS_BENCH_ENGINE_WORKS_H

#include "graphql/language/ast.h"
#include "plan_cache.h"

struct engine {
    struct arena schema_arena, arena; /* as long as the process; of one doing */
    struct gql_schema *ours;          /* of the server, with its resolvers */
    struct gql_schema *rows;          /* of the bench: a list of rows */
    struct plan_cache plans;

    const struct work *work;
    struct str text; /* of the document */
    struct arena document_arena;
    struct ast_document *document;
    struct gql_plan *plan;
    struct buf reply;
    enum status status; /* of the last doing */
    size_t errors;
    struct str complaint; /* the first error's, in arena; absent: none */
};

struct work {
    const char *name;
    enum status (*prepare)(struct engine *engine); /* NULL: the text is enough */
    void (*once)(struct engine *engine);
};

void engine_init(struct engine *engine);
void engine_done(struct engine *engine);

/* Fails: MC_NOT_FOUND: no such work; else as the document does. */
enum status engine_prepare(struct engine *engine, const char *work, struct str text);

/* The rows' schema, bound; 1,000 rows of id, 20 characters, int, float and boolean. */
struct gql_schema *rows_schema(struct arena *arena);

/* "" when there is no schema of this name. */
void engine_schema_text(const struct engine *engine, const char *name, struct buf *out);

#endif
