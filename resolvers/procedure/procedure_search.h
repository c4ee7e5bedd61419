/*
 * procedure_search.h - Query.procedures(search:): the best hits first, found by PostgreSQL.
 *
 * Limits:  SEARCH_PLACES_MAX places in all, whatever the page (functions/86_procedures.sql).
 */
#ifndef RESOLVERS_PROCEDURE_SEARCH_H
#define RESOLVERS_PROCEDURE_SEARCH_H

#include "ask.h"

/* Is there a letter or a digit to search for? */
bool search_has_words(struct str search);

extern const struct ask procedure_search;

#endif
