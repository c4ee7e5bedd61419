/*
 * admission.h - may this operation run? Asked once, after its plan is known and before anything of
 * it runs. Each rule is a row of the table in admission.c.
 */
#ifndef SERVER_ADMISSION_H
#define SERVER_ADMISSION_H

#include "operation.h"

/* Fails: with an error that says which rule; the status is the rule's own. */
enum status admit(struct operation *operation, struct gql_errors *errors);

#endif
