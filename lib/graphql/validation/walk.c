/*
 * The walk. It keeps what graphql-js calls type information in struct validation: set on the way
 * in, put back on the way out. It goes as deep as the parser let the document be.
 */
#include "graphql/validation/rule.h"

/* Tells every rule that listens to event of what. */
#define TELL_OF(in, event, what, ...)                                                              \
    do {                                                                                           \
        const uint8_t *rules_ = (in)->audience->rules[event];                                      \
        for (const uint8_t *end_ = rules_ + (in)->audience->counts[event]; rules_ < end_;          \
             rules_++)                                                                             \
            if (!validation_stopped(in))                                                           \
                (in)->rules[*rules_]->what((in), (in)->states[*rules_], ##__VA_ARGS__);            \
    } while (0)
#define TELL(in, what, ...) TELL_OF((in), ON_##what, what, ##__VA_ARGS__)

/* What a value is wanted as. */
struct place {
    const struct type_ref *type; /* NULL: not known */
    bool has_default;
    const struct schema_type *one_of;
};

static void walk_value(struct validation *in, const struct place *place,
                       const struct ast_value *value);

static void walk_object(struct validation *in, const struct type_ref *type,
                        const struct ast_value *object)
{
    const struct schema_type *named = type == NULL ? NULL : type->named;
    const struct ast_argument *field;

    TELL(in, object, object);
    AST_EACH(field, object->fields)
    {
        struct place at = { NULL, false, NULL };

        if (named != NULL && named->kind == TYPE_INPUT_OBJECT) {
            const struct schema_input *input = hash_map_get(&named->input_map, field->name.text);

            at.type = input == NULL ? NULL : input->type;
            at.has_default = input != NULL && input->default_literal != NULL;
            /* As graphql-js has it, only where the object itself may be null; elsewhere coercion
             * refuses a null when it comes. */
            at.one_of = named->is_one_of && type->kind == REF_NAMED ? named : NULL;
        }
        TELL(in, object_field, named, field);
        walk_value(in, &at, field->value);
    }
}

static void walk_value(struct validation *in, const struct place *place,
                       const struct ast_value *value)
{
    const struct ast_value *item;

    if (value->kind == AST_VARIABLE) {
        const struct variable_use use = { .node = value,
                                          .type = place->type,
                                          .has_default = place->has_default,
                                          .one_of = place->one_of };

        TELL(in, variable_use, &use);
    } else if (value->kind == AST_LIST) {
        const struct type_ref *list = place->type == NULL ? NULL : type_ref_nullable(place->type);
        struct place at = { list != NULL && list->kind == REF_LIST ? list->of : NULL, false, NULL };

        AST_EACH(item, value->items) walk_value(in, &at, item);
    } else if (value->kind == AST_ENUM) {
        TELL(in, enum_value, place->type == NULL ? NULL : place->type->named, value);
    } else if (value->kind == AST_OBJECT) {
        walk_object(in, place->type, value);
    }
}

static void walk_whole_value(struct validation *in, const struct place *place,
                             const struct ast_value *value)
{
    TELL(in, value, place->type, value);
    walk_value(in, place, value);
}

/* Those of an unknown directive are read as if they were the field's that it stands in, as
 * graphql-js has it. */
static const struct schema_input *argument_definition(const struct validation *in, struct str name)
{
    if (in->in_directive && in->directive != NULL)
        return schema_input(in->directive->arguments, in->directive->argument_count, name);
    if (in->within == NULL) return NULL;
    return schema_input(in->within->arguments, in->within->argument_count, name);
}

void validation_walk_arguments(struct validation *in, const struct ast_argument *arguments)
{
    const struct ast_argument *argument;

    AST_EACH(argument, arguments)
    {
        struct place at = { NULL, false, NULL };

        in->argument = argument_definition(in, argument->name.text);
        TELL(in, argument, argument);
        if (in->argument != NULL) {
            at.type = in->argument->type;
            at.has_default = in->argument->default_literal != NULL;
        }
        walk_whole_value(in, &at, argument->value);
        in->argument = NULL;
    }
}

void validation_walk_directives(struct validation *in, const char *location,
                                const struct ast_directive *directives)
{
    const struct ast_directive *directive;

    in->in_directive = true;
    AST_EACH(directive, directives)
    {
        in->location = location;
        in->directive =
            hash_map_find(&in->schema->directive_map, directive->name.text, directive->name.hash);
        TELL(in, directive, directive);
        validation_walk_arguments(in, directive->arguments);
        TELL(in, directive_left, directive);
    }
    in->directive = NULL;
    in->in_directive = false;
}

/* Who calls this where a type is known, calls in vain: rules ask of those that are not. */
static void walk_type(struct validation *in, const struct ast_type *type)
{
    while (type->kind != AST_TYPE_NAMED)
        type = type->of;
    TELL(in, named_type, type);
}

static void walk_selections(struct validation *in, const struct ast_selection *selections);

static void walk_field(struct validation *in, const struct ast_selection *field)
{
    const struct schema_type *parent = in->parent_type;
    const struct schema_field *around = in->within;
    const struct schema_field *definition = in->looked[field->number].field;
    bool quiet = in->looked[field->number].quiet;

    in->field = definition;
    in->type = definition == NULL ? NULL : definition->type;
    if (quiet)
        TELL_OF(in, ON_quiet_field, field, field);
    else
        TELL(in, field, field);
    if (in->looked[field->number].plain) return;
    in->within = definition;
    validation_walk_arguments(in, field->arguments);
    validation_walk_directives(in, "FIELD", field->directives);
    if (field->selections != NULL) walk_selections(in, field->selections);
    in->parent_type = parent;
    in->field = definition;
    in->type = definition == NULL ? NULL : definition->type;
    if (!quiet || definition->argument_count > 0) TELL(in, field_left, field);
    in->within = around;
}

static const struct type_ref *ref_of(const struct schema_type *type)
{
    return type == NULL ? NULL : &type->ref;
}

static void walk_inline_fragment(struct validation *in, const struct ast_selection *fragment)
{
    const struct schema_type *parent = in->parent_type, *type = parent;

    if (fragment->type_condition != NULL) type = in->looked[fragment->number].condition;
    in->type = ref_of(type);
    TELL(in, inline_fragment, fragment);
    if (fragment->type_condition != NULL && type == NULL) walk_type(in, fragment->type_condition);
    validation_walk_directives(in, "INLINE_FRAGMENT", fragment->directives);
    in->type = ref_of(type);
    walk_selections(in, fragment->selections);
    in->parent_type = parent;
}

/* Of what in->type is. */
static void walk_selections(struct validation *in, const struct ast_selection *selections)
{
    const struct type_ref *type = in->type;
    const struct schema_type *parent =
        type != NULL && type_is_composite(type->named) ? type->named : NULL;
    const bool all = in->audience->counts[ON_quiet_field] > 0;
    const struct ast_selection *selection;

    in->parent_type = parent;
    TELL(in, selections, selections);
    for (selection = all ? selections : busy_first(in, selections); selection != NULL;
         selection = all ? selection->next : busy_next(in, selection)) {
        if (validation_stopped(in)) return;
        in->parent_type = parent;
        in->type = type;
        in->field = NULL;
        if (selection->kind == AST_FIELD) {
            walk_field(in, selection);
        } else if (selection->kind == AST_INLINE_FRAGMENT) {
            walk_inline_fragment(in, selection);
        } else {
            TELL(in, spread, selection);
            validation_walk_directives(in, "FRAGMENT_SPREAD", selection->directives);
        }
    }
}

static void walk_variables(struct validation *in, const struct ast_variable *variables)
{
    const struct ast_variable *variable;

    AST_EACH(variable, variables)
    {
        TELL(in, variable, variable);
        walk_type(in, variable->type);
        if (variable->default_value != NULL) {
            struct place at = { schema_resolve(in->schema, in->arena, variable->type), false,
                                NULL };

            if (at.type != NULL && !type_is_input(at.type->named)) at.type = NULL;
            walk_whole_value(in, &at, variable->default_value);
        }
        validation_walk_directives(in, "VARIABLE_DEFINITION", variable->directives);
    }
}

static void walk_field_definitions(struct validation *in, const char *location,
                                   const struct ast_field_definition *fields)
{
    const struct ast_field_definition *field;

    AST_EACH(field, fields)
    {
        TELL(in, directives, field->directives);
        walk_field_definitions(in, "ARGUMENT_DEFINITION", field->arguments);
        walk_type(in, field->type);
        validation_walk_directives(in, location, field->directives);
    }
}

/* The type system has no place in a document to be run: enough of it for the errors that name it.
 */
static void walk_type_system(struct validation *in, const struct ast_definition *definition)
{
    static const char *const locations[] = {
        [AST_SCHEMA] = "SCHEMA",
        [AST_DIRECTIVE_DEFINITION] = "DIRECTIVE_DEFINITION",
        [AST_SCALAR_TYPE] = "SCALAR",
        [AST_OBJECT_TYPE] = "OBJECT",
        [AST_INTERFACE_TYPE] = "INTERFACE",
        [AST_UNION_TYPE] = "UNION",
        [AST_ENUM_TYPE] = "ENUM",
        [AST_INPUT_TYPE] = "INPUT_OBJECT",
    };
    bool input = definition->kind == AST_INPUT_TYPE;
    const struct ast_root_type *root;
    const struct ast_type *type;
    const struct ast_enum_value *value;

    AST_EACH(type, definition->interfaces) walk_type(in, type);
    validation_walk_directives(in, locations[definition->kind], definition->directives);
    AST_EACH(root, definition->root_types) walk_type(in, root->type);
    walk_field_definitions(in, "ARGUMENT_DEFINITION", definition->arguments);
    walk_field_definitions(in, input ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION",
                           definition->fields);
    AST_EACH(type, definition->members) walk_type(in, type);
    AST_EACH(value, definition->values)
    {
        TELL(in, directives, value->directives);
        validation_walk_directives(in, "ENUM_VALUE", value->directives);
    }
}

static void walk_definition(struct validation *in, const struct ast_definition *definition)
{
    static const char *const locations[] = {
        [AST_QUERY] = "QUERY", [AST_MUTATION] = "MUTATION", [AST_SUBSCRIPTION] = "SUBSCRIPTION"
    };
    const struct type_ref *type = ref_of(in->definition->type);

    in->parent_type = NULL;
    in->field = NULL;
    in->within = NULL;
    in->type = type;
    TELL(in, definition, definition);
    if (definition->kind == AST_OPERATION) {
        walk_variables(in, definition->variables);
        validation_walk_directives(in, locations[definition->operation], definition->directives);
    } else if (definition->kind == AST_FRAGMENT) {
        if (in->definition->type == NULL) walk_type(in, definition->type_condition);
        validation_walk_directives(in, "FRAGMENT_DEFINITION", definition->directives);
    } else {
        walk_type_system(in, definition);
    }
    in->type = type;
    if (definition->selections != NULL) walk_selections(in, definition->selections);
    TELL(in, definition_left, definition);
}

void validation_walk(struct validation *in)
{
    TELL(in, document);
    for (size_t i = 0; i < in->fact_count && !validation_stopped(in); i++) {
        in->definition = &in->facts[i];
        walk_definition(in, in->facts[i].definition);
        if (arena_status(in->arena) != MC_OK) return;
    }
    TELL(in, document_left);
}
