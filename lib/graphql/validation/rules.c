#include "graphql/validation/rules.h"

const struct rule *const rules_known[] = {
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
    &rule_defer_stream_directive_on_root_field,
    &rule_defer_stream_directive_on_valid_operations,
    &rule_defer_stream_directive_label,
    &rule_stream_directive_on_list_field,
    &rule_known_argument_names,
    &rule_unique_argument_names,
    &rule_values_of_correct_type,
    &rule_provided_required_arguments,
    &rule_variables_in_allowed_position,
    &rule_overlapping_fields_can_be_merged,
    &rule_unique_input_field_names,
    &rule_max_introspection_depth,
    &rule_no_deprecated_custom,
    &rule_no_schema_introspection_custom,
};

enum { KNOWN = sizeof(rules_known) / sizeof(rules_known[0]), BY_NAME_ONLY = 2, UNSPECIFIED = 1 };

const size_t rules_known_count = KNOWN;
const size_t rules_all_count = KNOWN - BY_NAME_ONLY;
const size_t rules_specified_count = KNOWN - BY_NAME_ONLY - UNSPECIFIED;

static void add(struct audience *audience, enum rule_event event, size_t place)
{
    audience->rules[event][audience->counts[event]++] = (uint8_t)place;
}

void audience_fill(struct audience *audience, const struct rule *const *rules, size_t count)
{
    MC_ASSERT(count <= RULES_MAX);
    *audience = (struct audience){ .counts = { 0 } };
    for (size_t i = 0; i < count; i++) {
#define ADD(event)                                                                                 \
    if (rules[i]->event != NULL) add(audience, ON_##event, i);
        RULE_EVENTS(ADD)
#undef ADD
        if (rules[i]->field != NULL && rules[i]->quiet_too) add(audience, ON_quiet_field, i);
    }
}

const struct audience *audience_of_all(bool any_introspection)
{
    static struct audience audiences[2];
    static bool filled[2];

    if (!filled[any_introspection])
        audience_fill(&audiences[any_introspection], rules_known,
                      any_introspection ? rules_specified_count : rules_all_count);
    filled[any_introspection] = true;
    return &audiences[any_introspection];
}
