#include "graphql/validation/namesakes.h"

#include "graphql/validation/rule.h"

void namesakes_init(struct validation *in)
{
    struct namesakes_table *table = &in->namesakes;

    table->known = ARENA_ARRAY(in->arena, in->schema->field_names.count, struct namesakes *);
    hash_map_init(&table->others, in->arena);
}

bool types_conflict(const struct type_ref *a, const struct type_ref *b)
{
    while (a->kind == b->kind && a->kind != REF_NAMED) {
        a = a->of;
        b = b->of;
    }
    if (a->kind != b->kind) return true;
    return a->named != b->named && (type_is_leaf(a->named) || type_is_leaf(b->named));
}

const struct type_ref *known_type(const struct validation *in, const struct ast_selection *field)
{
    const struct schema_field *known = in->looked[field->number].field;

    if (known == NULL || (known->name.data[0] == '_' && known->name.data[1] == '_')) return NULL;
    return known->type;
}

/* ---- arguments ---- */

static bool same_value(const struct ast_value *a, const struct ast_value *b);

static bool same_items(const struct ast_value *a, const struct ast_value *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (!same_value(a, b)) return false;
    return a == NULL && b == NULL;
}

static size_t count_of(const struct ast_argument *list)
{
    size_t count = 0;

    for (; list != NULL; list = list->next)
        count++;
    return count;
}

/* In any order; of a name that stands more than once, the first with the first and so on. */
static bool same_fields(const struct ast_argument *a, const struct ast_argument *b)
{
    const struct ast_argument *one, *before, *other;

    if (count_of(a) != count_of(b)) return false;
    AST_EACH(one, a)
    {
        other = argument_named(b, one->name.text);
        for (before = a; before != one && other != NULL; before = before->next)
            if (str_eq(before->name.text, one->name.text))
                other = argument_named(other->next, one->name.text);
        if (other == NULL || !same_value(one->value, other->value)) return false;
    }
    return true;
}

static bool same_value(const struct ast_value *a, const struct ast_value *b)
{
    if (a->kind != b->kind || a->block != b->block) return false;
    if (a->kind == AST_LIST) return same_items(a->items, b->items);
    if (a->kind == AST_OBJECT) return same_fields(a->fields, b->fields);
    return str_eq(a->text, b->text);
}

static const struct ast_argument *last_named(const struct ast_argument *list, struct str name)
{
    const struct ast_argument *one, *last = NULL;

    AST_EACH(one, list)
    if (str_eq(one->name.text, name)) last = one;
    return last;
}

/* In any order; a name that stands twice is refused elsewhere, and here its last counts, as it does
 * for graphql-js. */
bool same_arguments(const struct ast_argument *a, const struct ast_argument *b)
{
    const struct ast_argument *one, *other;

    if (count_of(a) != count_of(b)) return false;
    AST_EACH(one, a)
    {
        other = last_named(b, one->name.text);
        if (other == NULL || !same_value(one->value, other->value)) return false;
    }
    return true;
}

/* ---- joining ---- */

enum { ROOM = 32 };

static struct namesakes *namesakes_new(struct validation *in)
{
    struct namesakes_table *table = &in->namesakes;

    if (table->room == table->room_end) {
        table->room = ARENA_ARRAY(in->arena, ROOM, struct namesakes);
        table->room_end = table->room + ROOM;
    }
    return table->room++;
}

static struct namesakes *others_named(struct validation *in, const struct ast_name *name)
{
    struct hash_map *others = &in->namesakes.others;
    struct namesakes *found = hash_map_find(others, name->text, name->hash);

    if (found != NULL) return found;
    found = namesakes_new(in);
    (void)hash_map_set(others, name->text, name->hash, found);
    return found;
}

/* What the schema has numbered is found without a look at its letters. */
static struct namesakes *namesakes_of(struct validation *in, const struct ast_selection *field)
{
    const struct schema_field *namesake = in->looked[field->number].field;
    const struct ast_name *name = field->alias.text.data != NULL ? &field->alias : &field->name;
    struct namesakes **place;

    if (name == &field->alias || namesake == NULL)
        namesake = hash_map_find(&in->schema->field_names, name->text, name->hash);
    if (namesake == NULL) return others_named(in, name);
    place = &in->namesakes.known[namesake->name_number];
    if (*place == NULL) *place = namesakes_new(in);
    return *place;
}

/* Two fields that the types define are compared without a look at their letters. Of fields whose
 * type is not known nothing can be said of the third. */
static bool differ(const struct validation *in, const struct namesakes *others,
                   const struct ast_selection *node)
{
    const struct schema_field *a = others->field, *b = in->looked[node->number].field;

    if (a != NULL && b != NULL)
        return a != b && (a->name_number != b->name_number || types_conflict(a->type, b->type));
    if (!str_eq(others->first->name.text, node->name.text)) return true;
    return known_type(in, others->first) != known_type(in, node);
}

static bool take_others(const struct ast_selection *a, const struct ast_selection *b)
{
    if (a->arguments == NULL && b->arguments == NULL) return false;
    /* Both ways: a name that stands twice makes one of them unequal. */
    return !same_arguments(a->arguments, b->arguments) ||
           !same_arguments(b->arguments, a->arguments);
}

static bool mixes(const struct validation *in, const struct namesakes *others,
                  const struct ast_selection *node)
{
    if (node->directives != NULL && directive_named(node->directives, "stream") != NULL)
        return true;
    if (node == others->first) return false;
    if (differ(in, others, node)) return true;
    return take_others(others->first, node);
}

void namesakes_join(struct validation *in, const struct ast_selection *field)
{
    struct looked *looked = &in->looked[field->number];
    struct namesakes *others = namesakes_of(in, field);

    looked->namesakes = others;
    looked->namesake = others->last;
    others->last = field->number + 1;
    if (others->first == NULL) {
        others->first = field;
        others->field = looked->field;
    }
    if (others->mixed || !mixes(in, others, field)) return;
    others->mixed = true;
    pointers_add(&in->namesakes.mixed, in->arena, others);
}
