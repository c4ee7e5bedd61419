#include "graphql/type/introspection.h"
#include "graphql/type/schema_steps.h"

static void refuse(struct gql_errors *errors, struct str type, struct str field, const char *why)
{
    (void)gql_errors_add(errors, MC_INVALID, STR_NONE, NULL, 0, "%.*s%s%.*s: %s", STR_PRINT(type),
                         field.data == NULL ? "" : ".", STR_PRINT(field), why);
}

static void bind_fields(const struct schema_type *type, const struct gql_type *table,
                        struct gql_errors *errors)
{
    for (const struct gql_field *row = table->fields; row->name != NULL; row++) {
        struct str name = str_of(row->name);
        struct schema_field *field = hash_map_get(&type->field_map, name);

        if (field == NULL)
            refuse(errors, type->name, name, "a resolver, not in the schema");
        else if (field->resolver != NULL)
            refuse(errors, type->name, name, "more than one resolver");
        else
            field->resolver = row;
    }
}

/* Several tables may serve one type. */
static void bind_table(const struct gql_schema *schema, const struct gql_type *table,
                       struct gql_errors *errors)
{
    const struct schema_type *type = schema_type(schema, str_of(table->name));

    if (type == NULL || type->kind != TYPE_OBJECT)
        refuse(errors, str_of(table->name), STR_NONE,
               "resolvers, but no object type in the schema");
    else
        bind_fields(type, table, errors);
}

/* A field without a row of its own takes the fallback. */
static void require_resolvers(const struct gql_schema *schema, const struct gql_field *fallback,
                              struct gql_errors *errors)
{
    for (size_t i = 0; i < schema->type_count; i++) {
        const struct schema_type *type = schema->types[i];

        /* The value of a subscription's field is the event itself. */
        if (type->kind != TYPE_OBJECT || (type == schema->subscription && fallback == NULL))
            continue;
        for (size_t j = 0; j < type->field_count; j++) {
            if (type->fields[j].resolver == NULL) type->fields[j].resolver = fallback;
            if (type->fields[j].resolver == NULL)
                refuse(errors, type->name, type->fields[j].name, "in the schema, no resolver");
        }
    }
}

static void bind_scalar(const struct gql_schema *schema, const struct gql_scalar *scalar,
                        struct gql_errors *errors)
{
    struct schema_type *type = hash_map_get(&schema->type_map, str_of(scalar->name));

    if (type == NULL || type->kind != TYPE_SCALAR || type->is_builtin)
        refuse(errors, str_of(scalar->name), STR_NONE,
               "a scalar's table, but no scalar of its own in the schema");
    else
        type->scalar = scalar;
}

enum status gql_schema_bind(struct gql_schema *schema, const struct gql_bindings *bindings,
                            struct gql_errors *errors)
{
    size_t before = errors->count + errors->dropped;

    introspection_bind(schema);
    for (size_t i = 0; i < introspection_type_count; i++)
        bind_table(schema, introspection_types[i], errors);
    for (size_t i = 0; i < bindings->type_count; i++)
        bind_table(schema, bindings->types[i], errors);
    for (size_t i = 0; i < bindings->scalar_count; i++)
        bind_scalar(schema, bindings->scalars[i], errors);
    require_resolvers(schema, bindings->fallback, errors);
    (void)schema_read_hints(schema, bindings->list_max, errors);
    return errors->count + errors->dropped > before ? MC_INVALID : MC_OK;
}
