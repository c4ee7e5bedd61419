/*
 * The first walk: it names the field that each selection is, puts fields of one response name
 * together, strings those selections together that later walks have to visit, measures what is
 * written, and keeps the variables that each definition uses. Values and directives, where types
 * follow other paths, it leaves to the second walk's own functions, with nobody listening but
 * itself. It goes as deep as the parser let the document be.
 */
#include "graphql/validation/rule.h"

static void keep_use(struct validation *in, void *state, const struct variable_use *use)
{
    struct variable_use *kept = ARENA_NEW(in->arena, struct variable_use);

    (void)state;
    *kept = *use;
    *in->definition->uses_tail = kept;
    in->definition->uses_tail = &kept->next;
}

static const struct rule keeper = { .name = "", .variable_use = keep_use };
static const struct rule *const rules[] = { &keeper };
static const struct audience audience = { .counts = { [ON_variable_use] = 1 } };

static const struct schema_type *composite(const struct schema_type *type)
{
    return type != NULL && type_is_composite(type) ? type : NULL;
}

/* What the fields within the selection are of; NULL: not known. */
static const struct schema_type *type_within(const struct validation *in,
                                             const struct schema_type *parent,
                                             const struct ast_selection *selection)
{
    const struct schema_field *field = in->looked[selection->number].field;

    if (selection->kind == AST_FIELD) return field == NULL ? NULL : composite(field->type->named);
    if (selection->type_condition == NULL) return parent;
    return composite(in->looked[selection->number].condition);
}

static bool is_quiet(const struct ast_selection *field, const struct schema_field *known)
{
    return field->name.text.data[0] != '_' && known->is_leaf == (field->selections == NULL) &&
           (field->arguments == NULL || field->arguments->next == NULL) &&
           (field->directives == NULL || field->directives->next == NULL);
}

static bool is_plain(const struct ast_selection *field, const struct schema_field *known)
{
    return field->selections == NULL && field->arguments == NULL && field->directives == NULL &&
           known->argument_count == 0 && known->is_leaf;
}

static bool is_meta_root(struct str name)
{
    return name.data[0] == '_' && (str_is(name, "__schema") || str_is(name, "__type"));
}

/* Lists of one thing of the type system in another, which may lead around in it. */
static bool is_meta_list(struct str name)
{
    switch (name.size) {
    case sizeof("fields") - 1:
        return str_is(name, "fields");
    case sizeof("interfaces") - 1:
        return str_is(name, "interfaces");
    case sizeof("inputFields") - 1:
        return str_is(name, "inputFields");
    case sizeof("possibleTypes") - 1:
        return str_is(name, "possibleTypes");
    default:
        return false;
    }
}

static const struct schema_field *find_field(const struct validation *in,
                                             const struct schema_type *parent,
                                             const struct ast_name *name)
{
    if (parent == NULL) return NULL;
    if (name->text.data[0] == '_') return schema_field(in->schema, parent, name->text);
    return hash_map_find(&parent->field_map, name->text, name->hash);
}

/* Of the set that the selection has. */
static struct level level_within(const struct validation *in, struct level at,
                                 const struct ast_selection *selection)
{
    if (selection->kind != AST_FIELD) return at;
    at.lists += in->looked[selection->number].meta_list;
    if (is_meta_root(selection->name.text)) return (struct level){ 0, at.lists, true };
    at.depth++;
    return at;
}

static void measure_list(struct measure *all, const struct level *at)
{
    if (all->meta_lists <= at->lists) all->meta_lists = at->lists + 1;
}

/* The fields of a set, as many as they are. */
static void measure_fields(struct measure *all, const struct level *at, uint32_t count)
{
    uint32_t *depth = at->meta ? &all->meta_depth : &all->depth;

    if (count > 0 && *depth <= at->depth) *depth = at->depth + 1;
    if (at->depth == 0 && !at->meta) all->root_fields += count;
}

/* Of what the fields are, the number of what is around them, and how far down they are. */
struct look_place {
    const struct schema_type *type; /* NULL: not known */
    uint32_t parent;
    struct level level;
};

static void look_at_field(struct validation *in, const struct look_place *place,
                          const struct ast_selection *field)
{
    struct looked *looked = &in->looked[field->number];

    looked->field = find_field(in, place->type, &field->name);
    looked->plain = looked->field != NULL && is_plain(field, looked->field);
    looked->quiet = looked->plain || (looked->field != NULL && is_quiet(field, looked->field));
    if (!looked->plain) looked->meta_list = is_meta_list(field->name.text);
    if (looked->meta_list) measure_list(&in->definition->measure, &place->level);
    in->definition->aliases += field->alias.text.data != NULL;
    namesakes_join(in, field);
}

static void look_at_spread(struct validation *in, const struct ast_selection *spread)
{
    in->looked[spread->number].fragment = fragment_named(in, &spread->name);
}

static void look_at_selections(struct validation *in, const struct look_place *place,
                               const struct ast_selection *selections);

static void look_within(struct validation *in, const struct look_place *place,
                        const struct ast_selection *selection)
{
    const struct schema_field *around = in->within;

    if (selection->kind == AST_FIELD) in->within = in->looked[selection->number].field;
    if (selection->arguments != NULL) validation_walk_arguments(in, selection->arguments);
    if (selection->directives != NULL) validation_walk_directives(in, "", selection->directives);
    if (selection->selections != NULL) {
        const struct look_place inner = { type_within(in, place->type, selection),
                                          selection->number,
                                          level_within(in, place->level, selection) };

        look_at_selections(in, &inner, selection->selections);
    }
    in->within = around;
}

/* The order is graphql-js's: those of a set, then those of its last inner set, and so on. So those
 * of a set go before all that its inner sets have put there. */
static void keep_spreads(struct validation *in, const struct level *at,
                         const struct ast_selection *selections, size_t count)
{
    struct facts *facts = in->definition;
    struct spread *kept = facts->spreads - count;
    const struct ast_selection *selection;

    facts->spreads = kept;
    facts->spread_count += count;
    EACH_BUSY(in, selection, selections)
    {
        if (selection->kind == AST_FRAGMENT_SPREAD)
            *kept++ = (struct spread){ selection, fragment_of(in, selection), *at };
    }
}

static void look_at_selections(struct validation *in, const struct look_place *place,
                               const struct ast_selection *selections)
{
    uint32_t fields = 0, spreads = 0;
    struct looked *first = &in->looked[selections->number];
    uint32_t *next = &first->next;
    const struct ast_selection *selection;

    AST_EACH(selection, selections)
    {
        struct looked *looked = &in->looked[selection->number];

        looked->node = selection;
        looked->parent = place->parent;
        if (selection->kind == AST_FIELD)
            look_at_field(in, place, selection);
        else if (selection->kind == AST_FRAGMENT_SPREAD)
            look_at_spread(in, selection);
        else if (selection->type_condition != NULL)
            looked->condition = schema_type_of(in->schema, selection->type_condition);
        fields += selection->kind == AST_FIELD;
        spreads += selection->kind == AST_FRAGMENT_SPREAD;
        if (looked->plain) continue;
        if (looked != first) *next = selection->number;
        next = &looked->next;
        look_within(in, place, selection);
    }
    measure_fields(&in->definition->measure, &place->level, fields);
    if (spreads > 0) keep_spreads(in, &place->level, selections, spreads);
}

void validation_look(struct validation *in)
{
    void *states[] = { NULL };
    struct spread *spreads; /* filled from the end */

    in->looked = ARENA_ARRAY(in->arena, in->document->selection_count, struct looked);
    namesakes_init(in);
    spreads = ARENA_ARRAY(in->arena, in->document->spread_count, struct spread) +
              in->document->spread_count;
    in->rules = rules;
    in->audience = &audience;
    in->states = states;
    for (size_t i = 0; i < in->fact_count; i++) {
        struct facts *facts = &in->facts[i];
        const struct look_place top = { composite(facts->type),
                                        in->document->selection_count + (uint32_t)i,
                                        { 0, 0, false } };

        if (facts->definition->selections == NULL) continue;
        in->definition = facts;
        facts->spreads = spreads;
        validation_walk_directives(in, "", facts->definition->directives);
        look_at_selections(in, &top, facts->definition->selections);
        spreads = facts->spreads;
    }
    in->states = NULL;
}
