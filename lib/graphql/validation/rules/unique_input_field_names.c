/* Input Object Field Uniqueness (specification 5.6.3): each field against the first of its name.
 * They are found when the object is entered and told one by one, so that what is wrong within a
 * field stands in the order of the text. */
#include "graphql/validation/rules.h"

/* A field whose name stood before. */
struct repetition {
    const struct ast_argument *field, *first;
    struct repetition *next;
};

struct repetitions {
    struct repetition *open; /* in the objects around the walk, in the order they will be met */
};

static void find(struct validation *in, void *state, const struct ast_value *object)
{
    struct repetitions *repetitions = state;
    struct repetition *found = NULL, **tail = &found;
    const struct ast_argument *field, *first;
    struct hash_map seen;

    if (object->fields == NULL || object->fields->next == NULL) return;
    hash_map_init(&seen, in->arena);
    AST_EACH(field, object->fields)
    {
        first = hash_map_get(&seen, field->name.text);
        if (first == NULL) {
            (void)hash_map_put(&seen, field->name.text, (void *)field);
            continue;
        }
        *tail = ARENA_NEW(in->arena, struct repetition);
        (*tail)->field = field;
        (*tail)->first = first;
        tail = &(*tail)->next;
    }
    *tail = repetitions->open;
    repetitions->open = found;
}

static void tell(struct validation *in, void *state, const struct schema_type *of,
                 const struct ast_argument *field)
{
    struct repetitions *repetitions = state;
    const struct repetition *next = repetitions->open;

    (void)of;
    if (next == NULL || next->field != field) return;
    repetitions->open = next->next;
    refuse(in, (uint32_t[]){ next->first->name.offset, field->name.offset }, 2,
           "There can be only one input field named \"%.*s\".", STR_PRINT(field->name.text));
}

const struct rule rule_unique_input_field_names = {
    .name = "UniqueInputFieldNamesRule",
    .state_size = sizeof(struct repetitions),
    .object = find,
    .object_field = tell,
};
