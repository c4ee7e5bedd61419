/*
 * supplement.h - requests for what is missing (yêu cầu bổ sung) and their parts.
 */
#ifndef RESOLVERS_SUPPLEMENT_H
#define RESOLVERS_SUPPLEMENT_H

#include "ask.h"

/* Dossier.supplements */
extern const struct ask supplements_of_dossier;

/* The parts of a request that are not there, of parents with its number at `request`. */
enum status missing_items_ask(struct gql_batch *batch, struct db_ask *ask, size_t request);

extern const struct db_column supplement_columns[], supplement_item_columns[];
extern const size_t supplement_item_size;

#endif
