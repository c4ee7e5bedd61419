/*
 * suggest.h - "Did you mean ...?": names near to one that is not known.
 *
 * Order:   nearest first, then natural order ("a2" before "a10"); at most SUGGEST_MAX.
 * Limits:  names longer than SUGGEST_NAME_BYTES_MAX are near to nothing.
 * Source:  graphql-js's rule: edits (insert, delete, replace, swap of neighbours, and one for any
 *          difference of case) up to 0.4 of the length plus one.
 */
#ifndef GRAPHQL_TYPE_SUGGEST_H
#define GRAPHQL_TYPE_SUGGEST_H

#include "base/arena.h"

enum { SUGGEST_MAX = 5, SUGGEST_NAME_BYTES_MAX = 128 };

/* Candidates are offered one by one. */
struct suggestions {
    struct str input;
    struct str names[SUGGEST_MAX];
    size_t distances[SUGGEST_MAX];
    size_t count;
};

static inline struct suggestions suggestions_for(struct str input)
{
    return (struct suggestions){ .input = input };
}

void suggestions_offer(struct suggestions *suggestions, struct str name);

/* A sentence with a blank before it: ` Did you mean "a", "b", or "c"?`; empty without suggestions.
 * kind stands before the names (`the enum value `) and may be "". */
struct str suggestions_text(const struct suggestions *suggestions, struct arena *arena,
                            const char *kind);

/* What joins item number i of count in a list for people: "", ", ", " or ", ", or ". */
const char *list_joint(size_t i, size_t count, const char *last);

#endif
