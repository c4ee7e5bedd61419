#include "graphql/validation/rules.h"

const struct rule *const rules_all[] = {
    &rule_executable_definitions,
    &rule_known_operation_types,
    &rule_unique_operation_names,
    &rule_lone_anonymous_operation,
    &rule_single_field_subscriptions,
    &rule_known_type_names,
    &rule_fragments_on_composite_types,
    &rule_variables_are_input_types,
    &rule_scalar_leafs,
    &rule_fields_on_correct_type,
    &rule_unique_fragment_names,
    &rule_known_fragment_names,
    &rule_no_unused_fragments,
    &rule_possible_fragment_spreads,
    &rule_no_fragment_cycles,
    &rule_unique_variable_names,
    &rule_no_undefined_variables,
    &rule_no_unused_variables,
    &rule_known_directives,
    &rule_unique_directives_per_location,
    &rule_known_argument_names,
    &rule_unique_argument_names,
    &rule_values_of_correct_type,
    &rule_provided_required_arguments,
    &rule_variables_in_allowed_position,
    &rule_overlapping_fields_can_be_merged,
    &rule_unique_input_field_names,
    &rule_max_introspection_depth,
};

const size_t rules_all_count = sizeof(rules_all) / sizeof(rules_all[0]);
