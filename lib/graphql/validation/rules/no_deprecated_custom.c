/* Asked for by name: tells a client of what it uses that will go. */
#include "graphql/validation/rules.h"

static void check_field(struct validation *in, void *state, const struct ast_selection *field)
{
    (void)state;
    if (in->field == NULL || !in->field->deprecated) return;
    REFUSE_AT(in, field->offset, "The field %.*s is deprecated. %.*s", STR_PRINT(field_text(in)),
              STR_PRINT(in->field->deprecation_reason));
}

static void check_argument(struct validation *in, void *state, const struct ast_argument *argument)
{
    const struct schema_input *known = in->argument;
    struct str owner;

    (void)state;
    if (known == NULL || !known->deprecated) return;
    owner = in->in_directive ? arena_printf(in->arena, "@%.*s", STR_PRINT(in->directive->name))
                             : field_text(in);
    REFUSE_AT(in, argument->name.offset, "The argument \"%.*s(%.*s:)\" is deprecated. %.*s",
              STR_PRINT(owner), STR_PRINT(known->name), STR_PRINT(known->deprecation_reason));
}

static void check_object_field(struct validation *in, void *state, const struct schema_type *of,
                               const struct ast_argument *field)
{
    const struct schema_input *known;

    (void)state;
    if (of == NULL || of->kind != TYPE_INPUT_OBJECT) return;
    known = hash_map_get(&of->input_map, field->name.text);
    if (known == NULL || !known->deprecated) return;
    REFUSE_AT(in, field->name.offset, "The input field %.*s.%.*s is deprecated. %.*s",
              STR_PRINT(of->name), STR_PRINT(known->name), STR_PRINT(known->deprecation_reason));
}

static void check_enum_value(struct validation *in, void *state, const struct schema_type *of,
                             const struct ast_value *value)
{
    const struct schema_enum_value *known;

    (void)state;
    if (of == NULL || of->kind != TYPE_ENUM) return;
    known = hash_map_get(&of->value_map, value->text);
    if (known == NULL || !known->deprecated) return;
    REFUSE_AT(in, value->offset, "The enum value \"%.*s.%.*s\" is deprecated. %.*s",
              STR_PRINT(of->name), STR_PRINT(known->name), STR_PRINT(known->deprecation_reason));
}

const struct rule rule_no_deprecated_custom = {
    .name = "NoDeprecatedCustomRule",
    .quiet_too = true,
    .field = check_field,
    .argument = check_argument,
    .object_field = check_object_field,
    .enum_value = check_enum_value,
};
