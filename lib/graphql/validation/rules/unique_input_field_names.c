/* Input Object Field Uniqueness (specification 5.6.3): each field against the first of its name. */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_value *object)
{
    const struct ast_argument *field, *first;
    struct hash_map seen;

    (void)state;
    if (object->fields == NULL || object->fields->next == NULL) return;
    hash_map_init(&seen, in->arena);
    AST_EACH(field, object->fields)
    {
        first = hash_map_get(&seen, field->name.text);
        if (first == NULL)
            (void)hash_map_put(&seen, field->name.text, (void *)field);
        else
            refuse(in, (uint32_t[]){ first->name.offset, field->name.offset }, 2,
                   "There can be only one input field named \"%.*s\".",
                   STR_PRINT(field->name.text));
    }
}

const struct rule rule_unique_input_field_names = {
    .name = "UniqueInputFieldNamesRule",
    .object = check,
};
