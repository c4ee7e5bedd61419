/*
 * validate.h - does a document fit the schema, and is it small enough to be run?
 *
 * Life:    needs nothing after it returns; what it takes is in the arena, errors in theirs.
 * Order:   errors come in the order of the text: a rule may speak when a node is entered, when it
 *          is left, or when an operation, or the document, ends.
 * Limits:  each is counted before the work it bounds, and fails with one error that names it, in
 *          place of all others. Fragments are measured once each, and cycles are found first, so
 *          that nothing here runs around in them.
 *          An error has at most VALIDATE_PLACES_MAX locations and VALIDATE_MESSAGE_BYTES_MAX bytes
 *          of message: a small document must not buy a large answer.
 * Fails:   MC_INVALID with errors; MC_LIMIT with one; MC_NOT_FOUND: no such rule.
 * Source:  GraphQL specification, September 2025 edition, section 5; the words are graphql-js's.
 */
#ifndef GRAPHQL_VALIDATION_VALIDATE_H
#define GRAPHQL_VALIDATION_VALIDATE_H

#include "graphql/type/schema.h"

/* 0 is the preset, or no limit where a preset is not named. */
struct validate_options {
    size_t errors_max; /* preset 100; then one more error says that validation stopped */
    bool suggestions;  /* may errors name what the schema has ("Did you mean")? */
    /* "FieldsOnCorrectTypeRule": no other rule. NULL: all of them, but for those that a service
     * chooses by name ("NoDeprecatedCustomRule"). */
    const char *only_rule;
    bool any_introspection;   /* no limit of introspection's own, which no specification has */
    uint32_t aliases_max;     /* in the whole document */
    uint32_t root_fields_max; /* of an operation, its fragments spread out */
    uint32_t depth_max; /* of fields, fragments spread out; introspection has the next instead */
    uint32_t meta_depth_max; /* of fields below __schema and __type; preset 20 */
    uint32_t meta_lists_max; /* how often lists may lie within each other there; preset 1 */
    /* Preset 1000: spreads in a definition, its fragments spread out; and fragments that operations
     * reach, counted once for each operation. */
    uint32_t fragment_visits_max;
    uint32_t merge_comparisons_max; /* pairs of fields compared for merging; preset 10,000 */
};

enum {
    VALIDATE_PLACES_MAX = 100,
    VALIDATE_MESSAGE_BYTES_MAX = 4096,
};

enum status validate_document(const struct gql_schema *schema, const struct ast_document *document,
                              const struct validate_options *options, struct arena *arena,
                              struct gql_errors *errors);

#endif
