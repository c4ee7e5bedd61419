/*
 * The first walk: it names the field that each selection is, for the second walk and for the rule
 * that compares fields, and keeps the variables that each definition uses. Values and directives,
 * where types follow other paths, it leaves to the second walk's own functions, with nobody
 * listening but itself. It goes as deep as the parser let the document be.
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
    return composite(schema_type(in->schema, selection->type_condition->name));
}

static bool is_plain(const struct ast_selection *field, const struct schema_field *known)
{
    return field->selections == NULL && field->arguments == NULL && field->directives == NULL &&
           known->argument_count == 0 && type_is_leaf(known->type->named);
}

static void look_at_field(struct validation *in, const struct schema_type *parent,
                          const struct ast_selection *field)
{
    struct looked *looked = &in->looked[field->number];
    struct str name = field->name.text;

    if (parent == NULL) return;
    looked->field = name.data[0] == '_' ? schema_field(in->schema, parent, name)
                                        : hash_map_find(&parent->field_map, name, field->name.hash);
    looked->plain = looked->field != NULL && is_plain(field, looked->field);
}

/* Returns the number behind the last of them and what is in it. */
static uint32_t look_at_selections(struct validation *in, const struct schema_type *parent,
                                   const struct ast_selection *selections)
{
    const struct schema_field *around = in->within;
    const struct ast_selection *selection;
    uint32_t end = 0;

    AST_EACH(selection, selections)
    {
        struct looked *looked = &in->looked[selection->number];

        looked->node = selection;
        if (selection->kind == AST_FIELD)
            look_at_field(in, parent, selection);
        else if (selection->kind == AST_FRAGMENT_SPREAD)
            looked->fragment =
                hash_map_find(&in->fragments, selection->name.text, selection->name.hash);
        end = looked->end = selection->number + 1;
        if (looked->plain) continue;
        in->within = selection->kind == AST_FIELD ? looked->field : around;
        if (selection->arguments != NULL) validation_walk_arguments(in, selection->arguments);
        if (selection->directives != NULL)
            validation_walk_directives(in, "", selection->directives);
        if (selection->selections != NULL)
            end = looked->end =
                look_at_selections(in, type_within(in, parent, selection), selection->selections);
    }
    in->within = around;
    return end;
}

void validation_look(struct validation *in)
{
    void *states[] = { NULL };

    in->looked = ARENA_ARRAY(in->arena, in->document->selection_count, struct looked);
    in->rules = rules;
    in->audience = &audience;
    in->states = states;
    for (size_t i = 0; i < in->fact_count; i++) {
        struct facts *facts = &in->facts[i];

        if (facts->definition->selections == NULL) continue;
        in->definition = facts;
        validation_walk_directives(in, "", facts->definition->directives);
        (void)look_at_selections(in, composite(facts->type), facts->definition->selections);
    }
    in->states = NULL;
}
