/*
 * merge.h - what is selected, ready to be compared; only for overlapping_fields*.c.
 */
#ifndef GRAPHQL_VALIDATION_RULES_MERGE_H
#define GRAPHQL_VALIDATION_RULES_MERGE_H

#include "graphql/validation/pointers.h"
#include "graphql/validation/rules.h"

/* How deep the comparison may go, through fields and fragments alike. */
enum { MERGE_DEPTH_MAX = 500 };

struct merge_field {
    const struct schema_type *parent; /* NULL: not known */
    const struct ast_selection *node;
    const struct type_ref *type; /* NULL: not known */
};

/* Fields of one response name. */
struct merge_group {
    struct str name;
    struct pointers fields; /* struct merge_field; none when it only keeps its place */
    bool uniform;           /* leaves without arguments, of one name and type: they are one field */
};

/* What a selection set selects itself, inline fragments included, and which fragments it spreads.
 */
struct merge_set {
    const struct ast_selection *selections;
    const struct schema_type *type;
    struct merge_set *next;    /* of the same selections, for another type */
    struct pointers groups;    /* struct merge_group, in order of their first fields */
    struct hash_map by_name;   /* of more groups than a look at each is for */
    struct pointers fragments; /* struct facts, each once */
};

/* Two fields that cannot be one. */
struct merge_conflict {
    struct str name;
    struct str reason; /* absent: conflicts of their subfields, inner */
    struct merge_conflict *inner;
    const struct ast_selection *first, *second;
    struct merge_conflict *next;
};

struct merge_conflicts {
    struct merge_conflict *head, **tail;
};

/* The rule's state. */
struct merge {
    struct validation *in;
    struct merge_set **sets; /* by number of their first selection; NULL: not made yet */
    struct hash_map pairs;   /* compared already: struct merge_pair */
    uint32_t comparisons, depth;
    size_t lookups; /* of groups in other sets */
    const struct ast_selection *passed_over;
    bool over;      /* no more is compared */
    bool mixed;     /* is there anything to compare? */
    bool exclusive; /* are the parents of what is compared never the same object? */
};

/* NULL when the set has no field of this response name. */
const struct merge_group *merge_group_named(const struct merge_set *set, struct str name);

/* The set of these selections of type; made once. */
struct merge_set *merge_set_of(struct merge *merge, const struct schema_type *type,
                               const struct ast_selection *selections);

/* Marks in what the first walk has seen which fields may be in conflict at all, and whether there
 * are any. */
void merge_mark(struct merge *merge);

/* Both leaves without arguments, of one name and type. */
bool merge_are_one_leaf(const struct merge_field *a, const struct merge_field *b);

/* NULL: the field is not streamed. */
const struct ast_directive *merge_stream_of(const struct ast_selection *field);

/* Turns a conflict into an error of the document. */
void merge_refuse(struct validation *in, const struct merge_conflict *conflict);

#endif
