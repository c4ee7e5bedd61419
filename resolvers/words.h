/*
 * words.h - a text of words with blanks between, as the statements give small lists, as a list.
 */
#ifndef RESOLVERS_WORDS_H
#define RESOLVERS_WORDS_H

#include "graphql/gql.h"

/* Sets the batch's cell to the list of the words. */
void words_set(struct gql_batch *batch, size_t position, struct str text);

#endif
