#include "graphql/type/coerce.h"
#include "graphql/type/schema_make.h"

/* What an element says about itself by directives. */
struct remarks {
    bool deprecated;
    struct str reason;
    struct str specified_by;
    int64_t max;
};

static struct str text_of(const struct ast_value *description)
{
    return description == NULL ? STR_NONE : description->text;
}

static const struct ast_directive *directive_named(const struct ast_directive *directives,
                                                   const char *name)
{
    const struct ast_directive *directive;

    AST_EACH(directive, directives)
    if (str_is(directive->name.text, name)) return directive;
    return NULL;
}

/* The value of a directive's only argument that matters; NULL when it is not right (said). */
static const struct gql_input *argument_of(struct maker *maker,
                                           const struct ast_directive *directive, const char *name)
{
    const struct schema_directive *definition =
        schema_directive(maker->schema, directive->name.text);
    struct gql_errors errors;
    struct coercion with = { .arena = maker->arena,
                             .errors = &errors,
                             .status = MC_INVALID,
                             .source = maker->sources->document->source };
    struct coerce_target target;
    const struct gql_input *const *values;
    const struct schema_input *input;

    if (definition == NULL) return NULL;
    gql_errors_init(&errors, maker->arena, 1);
    (void)maker_settle(maker->arena, definition->arguments, definition->argument_count);
    target = (struct coerce_target){
        .name = arena_printf(maker->arena, "@%.*s", STR_PRINT(definition->name)),
        .inputs = definition->arguments,
        .count = definition->argument_count,
        .offset = directive->offset,
    };
    if (coercion_arguments(&with, &target, directive->arguments, &values) != MC_OK) {
        schema_sources_adopt(maker->sources, &errors);
        return NULL;
    }
    input = schema_input(definition->arguments, definition->argument_count, str_of(name));
    return input == NULL ? NULL : values[input - definition->arguments];
}

static struct remarks remarks_of(struct maker *maker, const struct ast_directive *directives)
{
    const struct ast_directive *deprecated = directive_named(directives, "deprecated");
    const struct ast_directive *specified = directive_named(directives, "specifiedBy");
    const struct ast_directive *max = directive_named(directives, "max");
    struct remarks remarks = { .deprecated = deprecated != NULL };
    const struct gql_input *value;

    if (deprecated != NULL) {
        value = argument_of(maker, deprecated, "reason");
        remarks.reason = value != NULL && value->kind == GQL_INPUT_TEXT
                             ? value->text
                             : STR("No longer supported");
    }
    if (specified != NULL) {
        value = argument_of(maker, specified, "url");
        if (value != NULL && value->kind == GQL_INPUT_TEXT) remarks.specified_by = value->text;
    }
    if (max != NULL) {
        value = argument_of(maker, max, "n");
        if (value != NULL && value->kind == GQL_INPUT_INT) remarks.max = value->integer;
        if (remarks.max < 1)
            schema_sources_error(maker->sources, &max->offset, 1,
                                 "@max needs an argument \"n\" of at least 1.");
    }
    return remarks;
}

static size_t count_fields(const struct ast_field_definition *list)
{
    const struct ast_field_definition *field;
    size_t count = 0;

    AST_EACH(field, list) count++;
    return count;
}

static void make_input(struct maker *maker, const struct ast_field_definition *definition,
                       struct schema_input *input)
{
    struct remarks remarks = remarks_of(maker, definition->directives);

    input->name = definition->name.text;
    input->description = text_of(definition->description);
    input->type = maker_ref(maker, definition->type);
    input->default_literal = definition->default_value;
    input->directives = definition->directives;
    input->deprecated = remarks.deprecated;
    input->deprecation_reason = remarks.reason;
    input->items_max = remarks.max;
    input->ast = definition;
}

static struct schema_input *make_inputs(struct maker *maker,
                                        const struct ast_field_definition *list, size_t *ret_count)
{
    size_t count = count_fields(list);
    struct schema_input *inputs = ARENA_ARRAY(maker->arena, count, struct schema_input);
    const struct ast_field_definition *definition;
    struct schema_input *input = inputs;

    AST_EACH(definition, list) make_input(maker, definition, input++);
    *ret_count = count;
    return inputs;
}

void maker_directive(struct maker *maker, const struct ast_definition *definition,
                     struct schema_directive *directive)
{
    struct str *locations = ARENA_ARRAY(maker->arena, definition->location_count, struct str);

    directive->name = definition->name.text;
    directive->description = text_of(definition->description);
    directive->arguments = make_inputs(maker, definition->arguments, &directive->argument_count);
    for (size_t i = 0; i < definition->location_count; i++)
        locations[i] = definition->locations[i].text;
    directive->locations = locations;
    directive->location_count = definition->location_count;
    directive->repeatable = definition->repeatable;
    directive->ast = definition;
}

/* A type is its definition and its extensions, in their order. */
static const struct ast_definition *part_of(const struct schema_type *type, size_t i)
{
    return i == 0 ? type->ast : type->extensions[i - 1];
}

static void make_field(struct maker *maker, const struct ast_field_definition *definition,
                       const struct schema_type *owner, struct schema_field *field)
{
    struct remarks remarks = remarks_of(maker, definition->directives);

    field->name = definition->name.text;
    field->description = text_of(definition->description);
    field->type = maker_ref(maker, definition->type);
    field->arguments = make_inputs(maker, definition->arguments, &field->argument_count);
    field->directives = definition->directives;
    field->deprecated = remarks.deprecated;
    field->deprecation_reason = remarks.reason;
    field->owner = owner;
    field->ast = definition;
}

void maker_fields(struct maker *maker, struct schema_type *type)
{
    size_t count = 0;

    for (size_t i = 0; i <= type->extension_count; i++)
        count += count_fields(part_of(type, i)->fields);
    type->fields = ARENA_ARRAY(maker->arena, count, struct schema_field);
    for (size_t i = 0; i <= type->extension_count; i++) {
        const struct ast_field_definition *definition;

        AST_EACH(definition, part_of(type, i)->fields)
        {
            struct schema_field *field = &type->fields[type->field_count++];

            make_field(maker, definition, type, field);
            (void)hash_map_put(&type->field_map, field->name, field);
        }
    }
}

static void make_input_fields(struct maker *maker, struct schema_type *type)
{
    size_t count = 0;

    for (size_t i = 0; i <= type->extension_count; i++)
        count += count_fields(part_of(type, i)->fields);
    type->inputs = ARENA_ARRAY(maker->arena, count, struct schema_input);
    for (size_t i = 0; i <= type->extension_count; i++) {
        const struct ast_field_definition *definition;

        AST_EACH(definition, part_of(type, i)->fields)
        {
            struct schema_input *input = &type->inputs[type->input_count++];

            make_input(maker, definition, input);
            (void)hash_map_put(&type->input_map, input->name, input);
        }
    }
    type->is_one_of = directive_named(type->ast->directives, "oneOf") != NULL;
}

static void make_values(struct maker *maker, struct schema_type *type)
{
    const struct ast_enum_value *definition;
    size_t count = 0;

    for (size_t i = 0; i <= type->extension_count; i++)
        AST_EACH(definition, part_of(type, i)->values) count++;
    type->values = ARENA_ARRAY(maker->arena, count, struct schema_enum_value);
    for (size_t i = 0; i <= type->extension_count; i++) {
        AST_EACH(definition, part_of(type, i)->values)
        {
            struct schema_enum_value *value = &type->values[type->value_count++];
            struct remarks remarks = remarks_of(maker, definition->directives);

            value->name = definition->name.text;
            value->description = text_of(definition->description);
            value->directives = definition->directives;
            value->deprecated = remarks.deprecated;
            value->deprecation_reason = remarks.reason;
            value->ast = definition;
            (void)hash_map_put(&type->value_map, value->name, value);
        }
    }
}

/* Interfaces of a type or members of a union. */
static const struct schema_type **make_named(struct maker *maker, const struct schema_type *type,
                                             bool members, size_t *ret_count)
{
    const struct schema_type **named;
    const struct ast_type *each;
    size_t count = 0;

    for (size_t i = 0; i <= type->extension_count; i++) {
        const struct ast_definition *part = part_of(type, i);

        AST_EACH(each, members ? part->members : part->interfaces) count++;
    }
    named = ARENA_ARRAY(maker->arena, count, const struct schema_type *);
    *ret_count = count;
    count = 0;
    for (size_t i = 0; i <= type->extension_count; i++) {
        const struct ast_definition *part = part_of(type, i);

        AST_EACH(each, members ? part->members : part->interfaces)
        named[count++] = maker_type(maker, each->name);
    }
    return named;
}

static void make_scalar(struct maker *maker, struct schema_type *type)
{
    for (size_t i = 0; i <= type->extension_count; i++) {
        struct remarks remarks = remarks_of(maker, part_of(type, i)->directives);

        if (remarks.specified_by.data != NULL) type->specified_by = remarks.specified_by;
    }
}

void maker_body(struct maker *maker, struct schema_type *type)
{
    type->description = text_of(type->ast->description);
    type->directives = type->ast->directives;
    switch (type->kind) {
    case TYPE_SCALAR:
        make_scalar(maker, type);
        break;
    case TYPE_OBJECT:
    case TYPE_INTERFACE:
        type->interfaces = make_named(maker, type, false, &type->interface_count);
        maker_fields(maker, type);
        break;
    case TYPE_UNION:
        type->possible = make_named(maker, type, true, &type->possible_count);
        break;
    case TYPE_ENUM:
        make_values(maker, type);
        break;
    case TYPE_INPUT_OBJECT:
        make_input_fields(maker, type);
        break;
    }
}
