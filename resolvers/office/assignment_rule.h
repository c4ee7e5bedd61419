/*
 * assignment_rule.h - to whom an agency's dossiers are given as soon as they are accepted (quy tắc
 * phân công): Viewer.assignmentRules, Mutation.setAssignmentRule.
 */
#ifndef RESOLVERS_ASSIGNMENT_RULE_H
#define RESOLVERS_ASSIGNMENT_RULE_H

#include "ask.h"
#include "mutation.h"

/* None for who is no officer; its data is the ask beside it. */
gql_resolve assignment_rules_of_viewer;
extern const struct ask assignment_rules;

extern const struct mutation_kind set_assignment_rule;

extern const struct db_column assignment_rule_columns[];

#endif
