/* Field Selections (specification 5.3.1). */
#include "graphql/validation/rules.h"

/* A type on which the field could be selected, and in how many of the possible types it stands. */
struct candidate {
    const struct schema_type *type;
    size_t uses;
};

/* The row never holds more than the schema has types. */
struct candidates {
    struct candidate *items;
    size_t count;
};

static void note(struct candidates *all, const struct schema_type *type, struct str field)
{
    size_t i = 0;

    if (hash_map_get(&type->field_map, field) == NULL) return;
    while (i < all->count && all->items[i].type != type)
        i++;
    if (i == all->count) all->items[all->count++] = (struct candidate){ type, 0 };
    all->items[i].uses++;
}

static bool implements(const struct schema_type *type, const struct schema_type *interface)
{
    for (size_t i = 0; i < type->interface_count; i++)
        if (type->interfaces[i] == interface) return true;
    return false;
}

/* The more general first. */
static bool goes_before(const struct candidate *a, const struct candidate *b)
{
    if (a->uses != b->uses) return a->uses > b->uses;
    if (implements(b->type, a->type)) return true;
    if (implements(a->type, b->type)) return false;
    return str_compare(a->type->name, b->type->name) < 0;
}

/* How many stand in order from the start, or in reverse order; those are turned around. */
static size_t first_run(struct candidates *all)
{
    bool reverse = all->count > 1 && goes_before(&all->items[1], &all->items[0]);
    size_t length = 1;

    while (length < all->count &&
           goes_before(&all->items[length], &all->items[length - 1]) == reverse)
        length++;
    for (size_t i = 0; reverse && i < length / 2; i++) {
        struct candidate moved = all->items[i];

        all->items[i] = all->items[length - 1 - i];
        all->items[length - 1 - i] = moved;
    }
    return length;
}

/* What goes before what is no total order, so the answer depends on the way of sorting. This is
 * the way of the JavaScript engine that graphql-js runs on: binary insertion behind the first run.
 */
static void sort(struct candidates *all)
{
    for (size_t i = first_run(all); i < all->count; i++) {
        struct candidate moved = all->items[i];
        size_t from = 0, to = i;

        while (from < to) {
            size_t middle = from + (to - from) / 2;

            if (goes_before(&moved, &all->items[middle]))
                to = middle;
            else
                from = middle + 1;
        }
        for (size_t at = i; at > from; at--)
            all->items[at] = all->items[at - 1];
        all->items[from] = moved;
    }
}

static struct str type_hint(struct validation *in, struct str field)
{
    struct candidates all = { ARENA_ARRAY(in->arena, in->schema->type_count, struct candidate), 0 };
    struct suggestions names = suggestions_for(field);

    if (!type_is_abstract(in->parent_type)) return STR("");
    for (size_t i = 0; i < in->parent_type->possible_count; i++) {
        const struct schema_type *possible = in->parent_type->possible[i];

        if (hash_map_get(&possible->field_map, field) == NULL) continue;
        note(&all, possible, field);
        for (size_t j = 0; j < possible->interface_count; j++)
            note(&all, possible->interfaces[j], field);
    }
    sort(&all);
    while (names.count < SUGGEST_MAX && names.count < all.count) {
        names.names[names.count] = all.items[names.count].type->name;
        names.count++;
    }
    return suggestions_text(&names, in->arena, "to use an inline fragment on ");
}

static struct str field_hint(struct validation *in, struct str field)
{
    struct suggestions near = suggestions_for(field);
    struct str types;

    if (!in->options.suggestions) return STR("");
    types = type_hint(in, field);
    if (types.size > 0) return types;
    for (size_t i = 0; i < in->parent_type->field_count; i++)
        suggestions_offer(&near, in->parent_type->fields[i].name);
    return hint(in, &near);
}

static void check(struct validation *in, void *state, const struct ast_selection *field)
{
    struct str name = field->name.text;

    (void)state;
    if (in->parent_type == NULL || in->field != NULL) return;
    REFUSE_AT(in, field->offset, "Cannot query field \"%.*s\" on type \"%.*s\".%.*s",
              STR_PRINT(name), STR_PRINT(in->parent_type->name), STR_PRINT(field_hint(in, name)));
}

const struct rule rule_fields_on_correct_type = {
    .name = "FieldsOnCorrectTypeRule",
    .field = check,
};
