/*
 * rules.h - the rules, each in a file of its own; only for validation/.
 */
#ifndef GRAPHQL_VALIDATION_RULES_H
#define GRAPHQL_VALIDATION_RULES_H

#include "graphql/validation/rule.h"

extern const struct rule rule_executable_definitions;
extern const struct rule rule_known_operation_types;
extern const struct rule rule_unique_operation_names;
extern const struct rule rule_lone_anonymous_operation;
extern const struct rule rule_single_field_subscriptions;
extern const struct rule rule_known_type_names;
extern const struct rule rule_fragments_on_composite_types;
extern const struct rule rule_variables_are_input_types;
extern const struct rule rule_scalar_leafs;
extern const struct rule rule_fields_on_correct_type;
extern const struct rule rule_unique_fragment_names;
extern const struct rule rule_known_fragment_names;
extern const struct rule rule_no_unused_fragments;
extern const struct rule rule_possible_fragment_spreads;
extern const struct rule rule_no_fragment_cycles;
extern const struct rule rule_unique_variable_names;
extern const struct rule rule_no_undefined_variables;
extern const struct rule rule_no_unused_variables;
extern const struct rule rule_known_directives;
extern const struct rule rule_unique_directives_per_location;
extern const struct rule rule_defer_stream_directive_on_root_field;
extern const struct rule rule_defer_stream_directive_on_valid_operations;
extern const struct rule rule_defer_stream_directive_label;
extern const struct rule rule_stream_directive_on_list_field;
extern const struct rule rule_known_argument_names;
extern const struct rule rule_unique_argument_names;
extern const struct rule rule_values_of_correct_type;
extern const struct rule rule_provided_required_arguments;
extern const struct rule rule_variables_in_allowed_position;
extern const struct rule rule_overlapping_fields_can_be_merged;
extern const struct rule rule_unique_input_field_names;
extern const struct rule rule_max_introspection_depth;
extern const struct rule rule_no_deprecated_custom;
extern const struct rule rule_no_schema_introspection_custom;

#endif
