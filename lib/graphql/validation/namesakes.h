/*
 * namesakes.h - the fields of a document by response name: which of them stand for different
 * things.
 *
 * Filled by the first walk, one field at a time, for the rule that merges fields: in most documents
 * no response name is mixed, and nothing has to be compared.
 *
 * Life:    all in the arena of the validation.
 * Source:  GraphQL specification, September 2025 edition, section 5.3.2.
 */
#ifndef GRAPHQL_VALIDATION_NAMESAKES_H
#define GRAPHQL_VALIDATION_NAMESAKES_H

#include "graphql/type/schema.h"
#include "graphql/validation/pointers.h"

struct validation;

/* Fields of one response name, whether they meet or not. */
struct namesakes {
    const struct ast_selection *first;
    uint32_t last; /* its number, plus one; each knows the one before it: looked.namesake */
    const struct schema_field *field; /* what the first is; NULL: not known */
    bool mixed;
    bool lead; /* some are mixed, or lead to what is */
};

struct namesakes_table {
    struct namesakes **known; /* by number of the schema's field of that name */
    struct namesakes *room, *room_end;
    struct hash_map others; /* names that no field of the schema has */
    struct pointers mixed;
};

void namesakes_init(struct validation *in);

/* Adds a field, when what it is has been looked up. */
void namesakes_join(struct validation *in, const struct ast_selection *field);

/* Lists and nulls differ, or leaves of different types. */
bool types_conflict(const struct type_ref *a, const struct type_ref *b);

/* NULL: not known, or not a field that the type defines. */
const struct type_ref *known_type(const struct validation *in, const struct ast_selection *field);

bool same_arguments(const struct ast_argument *a, const struct ast_argument *b);

#endif
