#include "graphql/type/introspection.h"

#include "graphql/language/printer.h"

/* Objects of the schema are constant; cells carry what is not, because other resolvers' objects
 * are not. */
static void *object(const void *constant)
{
    return (void *)constant;
}

static void set_type(struct gql_batch *batch, size_t i, const struct schema_type *type)
{
    gql_set_object(batch, i, type == NULL ? NULL : object(&type->ref));
}

/* The named type behind parent number i; NULL when it is a list or non-null. */
static const struct schema_type *parent_type(struct gql_batch *batch, size_t i)
{
    const struct type_ref *ref = gql_parent(batch, i);

    return ref->kind == REF_NAMED ? ref->named : NULL;
}

static void set_types(struct gql_batch *batch, size_t i, const struct schema_type *const *types,
                      size_t count)
{
    struct gql_cell *cells = gql_set_list(batch, i, count);

    for (size_t j = 0; j < count; j++)
        cells[j] = gql_cell_object(object(&types[j]->ref));
}

/* Arguments or input fields, the deprecated ones when asked for. */
static void set_inputs(struct gql_batch *batch, size_t i, const struct schema_input *inputs,
                       size_t count)
{
    bool all = gql_arg_bool(batch, "includeDeprecated", false);
    struct gql_cell *cells;
    size_t shown = 0;

    for (size_t j = 0; j < count; j++)
        shown += all || !inputs[j].deprecated;
    cells = gql_set_list(batch, i, shown);
    for (size_t j = 0; j < count; j++)
        if (all || !inputs[j].deprecated) *cells++ = gql_cell_object(object(&inputs[j]));
}

/* ---- __schema, __type ---- */

static enum gql_progress query_schema(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, object(gql_data(batch)));
    return GQL_NOW;
}

static enum gql_progress query_type(struct gql_batch *batch)
{
    const struct gql_schema *schema = gql_data(batch);

    for (size_t i = 0; i < gql_count(batch); i++)
        set_type(batch, i, schema_type(schema, gql_arg_text(batch, "name")));
    return GQL_NOW;
}

/* ---- __Schema ---- */

static enum gql_progress schema_types(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct gql_schema *schema = gql_parent(batch, i);

        set_types(batch, i, schema->types, schema->type_count);
    }
    return GQL_NOW;
}

static enum gql_progress schema_query(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        set_type(batch, i, ((const struct gql_schema *)gql_parent(batch, i))->query);
    return GQL_NOW;
}

static enum gql_progress schema_mutation(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        set_type(batch, i, ((const struct gql_schema *)gql_parent(batch, i))->mutation);
    return GQL_NOW;
}

static enum gql_progress schema_subscription(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        set_type(batch, i, ((const struct gql_schema *)gql_parent(batch, i))->subscription);
    return GQL_NOW;
}

static enum gql_progress schema_directives(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct gql_schema *schema = gql_parent(batch, i);
        struct gql_cell *cells = gql_set_list(batch, i, schema->directive_count);

        for (size_t j = 0; j < schema->directive_count; j++)
            cells[j] = gql_cell_object(object(&schema->directives[j]));
    }
    return GQL_NOW;
}

/* ---- __Type ---- */

static enum gql_progress type_kind(struct gql_batch *batch)
{
    static const char *const named[] = { "SCALAR", "OBJECT", "INTERFACE",
                                         "UNION",  "ENUM",   "INPUT_OBJECT" };

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct type_ref *ref = gql_parent(batch, i);
        const char *kind = ref->kind == REF_LIST ? "LIST" : "NON_NULL";

        if (ref->kind == REF_NAMED) kind = named[ref->named->kind];
        gql_set_text(batch, i, str_of(kind));
    }
    return GQL_NOW;
}

static enum gql_progress type_name(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);

        gql_set_text(batch, i, type == NULL ? STR_NONE : type->name);
    }
    return GQL_NOW;
}

static enum gql_progress type_description(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);

        gql_set_text(batch, i, type == NULL ? STR_NONE : type->description);
    }
    return GQL_NOW;
}

static enum gql_progress type_specified_by(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);

        gql_set_text(batch, i, type == NULL ? STR_NONE : type->specified_by);
    }
    return GQL_NOW;
}

static enum gql_progress type_fields(struct gql_batch *batch)
{
    bool all = gql_arg_bool(batch, "includeDeprecated", false);

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);
        struct gql_cell *cells;
        size_t shown = 0;

        if (type == NULL || (type->kind != TYPE_OBJECT && type->kind != TYPE_INTERFACE)) continue;
        for (size_t j = 0; j < type->field_count; j++)
            shown += all || !type->fields[j].deprecated;
        cells = gql_set_list(batch, i, shown);
        for (size_t j = 0; j < type->field_count; j++)
            if (all || !type->fields[j].deprecated)
                *cells++ = gql_cell_object(object(&type->fields[j]));
    }
    return GQL_NOW;
}

static enum gql_progress type_interfaces(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);

        if (type == NULL || (type->kind != TYPE_OBJECT && type->kind != TYPE_INTERFACE)) continue;
        set_types(batch, i, type->interfaces, type->interface_count);
    }
    return GQL_NOW;
}

static enum gql_progress type_possible(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);

        if (type == NULL || !type_is_abstract(type)) continue;
        set_types(batch, i, type->possible, type->possible_count);
    }
    return GQL_NOW;
}

static enum gql_progress type_enum_values(struct gql_batch *batch)
{
    bool all = gql_arg_bool(batch, "includeDeprecated", false);

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);
        struct gql_cell *cells;
        size_t shown = 0;

        if (type == NULL || type->kind != TYPE_ENUM) continue;
        for (size_t j = 0; j < type->value_count; j++)
            shown += all || !type->values[j].deprecated;
        cells = gql_set_list(batch, i, shown);
        for (size_t j = 0; j < type->value_count; j++)
            if (all || !type->values[j].deprecated)
                *cells++ = gql_cell_object(object(&type->values[j]));
    }
    return GQL_NOW;
}

static enum gql_progress type_input_fields(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);

        if (type == NULL || type->kind != TYPE_INPUT_OBJECT) continue;
        set_inputs(batch, i, type->inputs, type->input_count);
    }
    return GQL_NOW;
}

static enum gql_progress type_of_type(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct type_ref *ref = gql_parent(batch, i);

        gql_set_object(batch, i, object(ref->of));
    }
    return GQL_NOW;
}

static enum gql_progress type_is_one_of(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_type *type = parent_type(batch, i);

        if (type != NULL && type->kind == TYPE_INPUT_OBJECT)
            gql_set_bool(batch, i, type->is_one_of);
    }
    return GQL_NOW;
}

/* ---- __Field, __InputValue, __Directive ---- */

static enum gql_progress field_arguments(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_field *field = gql_parent(batch, i);

        set_inputs(batch, i, field->arguments, field->argument_count);
    }
    return GQL_NOW;
}

static enum gql_progress input_default(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_input *input = gql_parent(batch, i);
        struct buf text;

        if (input->default_literal == NULL) continue;
        buf_init(&text, SIZE_MAX);
        print_value(&text, input->default_literal);
        gql_set_text(batch, i, arena_str(gql_arena(batch), buf_str(&text)));
        buf_done(&text);
    }
    return GQL_NOW;
}

static enum gql_progress directive_locations(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_directive *directive = gql_parent(batch, i);
        struct gql_cell *cells = gql_set_list(batch, i, directive->location_count);

        for (size_t j = 0; j < directive->location_count; j++)
            cells[j] = gql_cell_text(directive->locations[j]);
    }
    return GQL_NOW;
}

static enum gql_progress directive_arguments(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct schema_directive *directive = gql_parent(batch, i);

        set_inputs(batch, i, directive->arguments, directive->argument_count);
    }
    return GQL_NOW;
}

/* ---- tables ---- */

static const struct gql_field schema_fields[] = {
    GQL_MEMBER("description", struct gql_schema, description),
    GQL_FIELD("types", schema_types),
    GQL_FIELD("queryType", schema_query),
    GQL_FIELD("mutationType", schema_mutation),
    GQL_FIELD("subscriptionType", schema_subscription),
    GQL_FIELD("directives", schema_directives),
    GQL_FIELDS_END,
};

static const struct gql_field type_type_fields[] = {
    GQL_FIELD("kind", type_kind),
    GQL_FIELD("name", type_name),
    GQL_FIELD("description", type_description),
    GQL_FIELD("specifiedByURL", type_specified_by),
    GQL_FIELD("fields", type_fields),
    GQL_FIELD("interfaces", type_interfaces),
    GQL_FIELD("possibleTypes", type_possible),
    GQL_FIELD("enumValues", type_enum_values),
    GQL_FIELD("inputFields", type_input_fields),
    GQL_FIELD("ofType", type_of_type),
    GQL_FIELD("isOneOf", type_is_one_of),
    GQL_FIELDS_END,
};

static const struct gql_field field_fields[] = {
    GQL_MEMBER("name", struct schema_field, name),
    GQL_MEMBER("description", struct schema_field, description),
    GQL_FIELD("args", field_arguments),
    GQL_MEMBER("type", struct schema_field, type),
    GQL_MEMBER("isDeprecated", struct schema_field, deprecated),
    GQL_MEMBER("deprecationReason", struct schema_field, deprecation_reason),
    GQL_FIELDS_END,
};

static const struct gql_field input_fields[] = {
    GQL_MEMBER("name", struct schema_input, name),
    GQL_MEMBER("description", struct schema_input, description),
    GQL_MEMBER("type", struct schema_input, type),
    GQL_FIELD("defaultValue", input_default),
    GQL_MEMBER("isDeprecated", struct schema_input, deprecated),
    GQL_MEMBER("deprecationReason", struct schema_input, deprecation_reason),
    GQL_FIELDS_END,
};

static const struct gql_field enum_value_fields[] = {
    GQL_MEMBER("name", struct schema_enum_value, name),
    GQL_MEMBER("description", struct schema_enum_value, description),
    GQL_MEMBER("isDeprecated", struct schema_enum_value, deprecated),
    GQL_MEMBER("deprecationReason", struct schema_enum_value, deprecation_reason),
    GQL_FIELDS_END,
};

static const struct gql_field directive_fields[] = {
    GQL_MEMBER("name", struct schema_directive, name),
    GQL_MEMBER("description", struct schema_directive, description),
    GQL_MEMBER("isRepeatable", struct schema_directive, repeatable),
    GQL_FIELD("locations", directive_locations),
    GQL_FIELD("args", directive_arguments),
    GQL_FIELDS_END,
};

static const struct gql_type schema_table = { "__Schema", schema_fields };
static const struct gql_type type_table = { "__Type", type_type_fields };
static const struct gql_type field_table = { "__Field", field_fields };
static const struct gql_type input_table = { "__InputValue", input_fields };
static const struct gql_type enum_value_table = { "__EnumValue", enum_value_fields };
static const struct gql_type directive_table = { "__Directive", directive_fields };

const struct gql_type *const introspection_types[] = {
    &schema_table, &type_table, &field_table, &input_table, &enum_value_table, &directive_table,
};
const size_t introspection_type_count =
    sizeof(introspection_types) / sizeof(introspection_types[0]);

void introspection_bind(struct gql_schema *schema)
{
    struct gql_field *fields = ARENA_ARRAY(schema->arena, 2, struct gql_field);

    fields[0] = (struct gql_field)GQL_FIELD_DATA("__schema", query_schema, schema);
    fields[1] = (struct gql_field)GQL_FIELD_DATA("__type", query_type, schema);
    schema->schema_field.resolver = &fields[0];
    schema->type_field.resolver = &fields[1];
}
