#include "graphql/type/coerce.h"
#include "graphql/type/schema_make.h"

static struct schema_type *writable(const struct schema_type *type)
{
    return (struct schema_type *)type;
}

static bool is_listed(const struct maker *maker, const struct schema_type *type)
{
    return hash_map_get(&maker->schema->type_map, type->name) != NULL;
}

static void list_type(struct maker *maker, const struct schema_type *type)
{
    struct gql_schema *schema = maker->schema;

    if (is_listed(maker, type)) return;
    writable(type)->index = schema->type_count;
    schema->types[schema->type_count++] = type;
    (void)hash_map_put(&schema->type_map, type->name, writable(type));
}

static void list_used(struct maker *maker, const struct schema_type *type);

/* The SDL's own types have their places already; what it uses of the built-in ones comes where it
 * is used first. Built-in types reach only each other, so this goes no deeper than there are. */
static void list_builtin(struct maker *maker, const struct type_ref *ref)
{
    const struct schema_type *type = ref->named;

    if ((!type->is_builtin && !type->is_introspection) || is_listed(maker, type)) return;
    list_type(maker, type);
    list_used(maker, type);
}

static void list_inputs(struct maker *maker, const struct schema_input *inputs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        list_builtin(maker, inputs[i].type);
}

static void list_used(struct maker *maker, const struct schema_type *type)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const struct schema_field *field = &type->fields[i];

        list_builtin(maker, field->type);
        list_inputs(maker, field->arguments, field->argument_count);
    }
    list_inputs(maker, type->inputs, type->input_count);
}

/* Objects say which interfaces they implement; interfaces are told here, in the order of types. */
static void tell_interfaces(struct maker *maker, bool count)
{
    const struct gql_schema *schema = maker->schema;

    for (size_t i = 0; i < schema->type_count; i++) {
        const struct schema_type *type = schema->types[i];

        for (size_t j = 0; type->kind == TYPE_OBJECT && j < type->interface_count; j++) {
            struct schema_type *interface = writable(type->interfaces[j]);

            if (interface->kind != TYPE_INTERFACE) continue;
            if (!count && interface->possible == NULL) {
                interface->possible = ARENA_ARRAY(maker->arena, interface->possible_count,
                                                  const struct schema_type *);
                interface->possible_count = 0;
            }
            if (!count) interface->possible[interface->possible_count] = type;
            interface->possible_count++;
        }
    }
}

void maker_list_types(struct maker *maker)
{
    struct gql_schema *schema = maker->schema;
    const struct ast_definition *definition;

    schema->types = ARENA_ARRAY(maker->arena, maker->shell_count, const struct schema_type *);
    AST_EACH(definition, maker->sources->document->definitions)
    {
        const struct schema_type *type;

        if (definition->kind < AST_SCALAR_TYPE || definition->extends) continue;
        type = maker_type(maker, definition->name.text);
        list_type(maker, type);
        list_used(maker, type);
    }
    for (size_t i = 0; i < schema->directive_count; i++)
        list_inputs(maker, schema->directives[i].arguments, schema->directives[i].argument_count);
    list_builtin(maker, schema->schema_field.type);
    tell_interfaces(maker, true);
    tell_interfaces(maker, false);
}

/* Defaults of input objects need the defaults of the fields they leave out, so this goes round
 * until nothing changes; a circle, which schema_check refuses, would stay as it is. */
bool maker_settle(struct arena *arena, const struct schema_input *inputs, size_t count)
{
    const struct coercion with = { .arena = arena, .status = MC_INVALID };
    bool all = true;

    for (size_t i = 0; i < count; i++) {
        struct schema_input *input = (struct schema_input *)&inputs[i];

        if (input->default_literal == NULL || input->default_value != NULL) continue;
        if (coercion_literal(&with, STR_NONE, input->type, input->default_literal,
                             &input->default_value) != MC_OK)
            all = false;
    }
    return all;
}

static bool settle_type(struct arena *arena, const struct schema_type *type)
{
    bool all = maker_settle(arena, type->inputs, type->input_count);

    for (size_t i = 0; i < type->field_count; i++)
        if (!maker_settle(arena, type->fields[i].arguments, type->fields[i].argument_count))
            all = false;
    return all;
}

static void number_field(struct gql_schema *schema, struct schema_field *field)
{
    const struct schema_field *namesake = hash_map_get(&schema->field_names, field->name);

    field->is_leaf = type_is_leaf(field->type->named);
    if (namesake != NULL) {
        field->name_number = namesake->name_number;
        return;
    }
    field->name_number = (uint32_t)schema->field_names.count;
    (void)hash_map_put(&schema->field_names, field->name, field);
}

static void number_fields(struct gql_schema *schema)
{
    hash_map_init(&schema->field_names, schema->arena);
    number_field(schema, &schema->schema_field);
    number_field(schema, &schema->type_field);
    number_field(schema, &schema->typename_field);
    for (size_t i = 0; i < schema->type_count; i++)
        for (size_t j = 0; j < schema->types[i]->field_count; j++)
            number_field(schema, &schema->types[i]->fields[j]);
}

enum status schema_settle(struct gql_schema *schema)
{
    bool all = false;

    for (size_t round = 0; round <= schema->type_count && !all; round++) {
        all = true;
        for (size_t i = 0; i < schema->type_count; i++)
            if (!settle_type(schema->arena, schema->types[i])) all = false;
        for (size_t i = 0; i < schema->directive_count; i++)
            if (!maker_settle(schema->arena, schema->directives[i].arguments,
                              schema->directives[i].argument_count))
                all = false;
    }
    number_fields(schema);
    return all ? arena_status(schema->arena) : MC_INVALID;
}
