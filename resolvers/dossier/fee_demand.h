/*
 * fee_demand.h - payments that are asked for (yêu cầu thực hiện nghĩa vụ tài chính).
 */
#ifndef RESOLVERS_FEE_DEMAND_H
#define RESOLVERS_FEE_DEMAND_H

#include "ask.h"
#include "mutation.h"

/* Dossier.feeDemands */
extern const struct ask fee_demands_of_dossier;

/* The demand of parents with its number at `demand`. */
enum status fee_demand_ask(struct gql_batch *batch, struct db_ask *ask, size_t demand);

/* Mutation.recordRefund: the payment is no event of the dossier, which is over. */
extern const struct mutation_kind record_refund;

extern const struct db_column fee_demand_columns[];
extern const size_t fee_demand_size;

#endif
