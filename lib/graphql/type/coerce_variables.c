#include "graphql/language/printer.h"
#include "graphql/type/coerce.h"
#include "graphql/type/input.h"

static enum status refuse(const struct coercion *with, uint32_t offset, struct str why)
{
    if (with->errors != NULL)
        (void)gql_errors_add(with->errors, with->status, with->source, &offset, 1, "%.*s",
                             STR_PRINT(why));
    return with->status;
}

static struct str subject(const struct coercion *with, struct str name, const char *complaint)
{
    return arena_printf(with->arena, "Variable \"$%.*s\" has invalid %s", STR_PRINT(name),
                        complaint);
}

static enum status refuse_type(const struct coercion *with, const struct ast_variable *definition)
{
    struct buf type;
    struct str why;

    buf_init(&type, INPUT_SHOWN_BYTES_MAX);
    print_type(&type, definition->type);
    why = arena_printf(with->arena,
                       "Variable \"$%.*s\" expected value of type \"%.*s\" which cannot be used "
                       "as an input type.",
                       STR_PRINT(definition->name.text), STR_PRINT(buf_str(&type)));
    buf_done(&type);
    return refuse(with, definition->type->offset, why);
}

/* A wrong default is reported at the variable, not within the literal. */
static enum status read_default(const struct coercion *with, struct coerce_variable *variable)
{
    const struct ast_variable *definition = variable->ast;
    struct gql_error **tail = with->errors == NULL ? NULL : with->errors->tail;
    struct coercion constant = *with;
    enum status status;

    constant.variables = NULL;
    status = coercion_literal(&constant, subject(with, variable->name, "default value"),
                              variable->type, definition->default_value, &variable->value);
    if (tail == NULL) return status;
    for (struct gql_error *error = *tail; error != NULL; error = error->next)
        if (error->location_count > 0)
            error->locations[0] = gql_location_of(with->source, definition->offset);
    return status;
}

/* What was not sent: its default, or nothing. */
static enum status read_absent(const struct coercion *with, struct coerce_variable *variable)
{
    const struct ast_variable *definition = variable->ast;
    struct str type;

    if (definition->default_value != NULL) return read_default(with, variable);
    if (variable->type->kind != REF_NON_NULL) return MC_OK;
    type = type_ref_text(with->arena, variable->type);
    return refuse(with, definition->offset,
                  arena_printf(with->arena,
                               "Variable \"$%.*s\" has invalid value: Expected a value of non-null "
                               "type \"%.*s\" to be provided.",
                               STR_PRINT(variable->name), STR_PRINT(type)));
}

static enum status read_given(const struct coercion *with, struct coerce_variable *variable,
                              const json_t *json)
{
    struct gql_input *value;
    enum status status;

    if (input_from_json(with->arena, json, &value) != MC_OK)
        return refuse(with, variable->ast->offset,
                      arena_printf(with->arena,
                                   "Variable \"$%.*s\" has invalid value: it is nested more than "
                                   "%d deep.",
                                   STR_PRINT(variable->name), INPUT_DEPTH_MAX));
    status = coercion_value(with, subject(with, variable->name, "value"), variable->ast->offset,
                            variable->type, value);
    if (status == MC_OK) variable->value = value;
    return status;
}

static enum status read_variable(const struct coercion *with, const struct gql_schema *schema,
                                 struct coerce_variable *variable, const json_t *variables)
{
    const struct ast_variable *definition = variable->ast;
    const json_t *json = json_object_getn(variables, variable->name.data, variable->name.size);

    variable->type = schema_resolve(schema, with->arena, definition->type);
    if (variable->type == NULL || !type_is_input(variable->type->named))
        return refuse_type(with, definition);
    return json == NULL ? read_absent(with, variable) : read_given(with, variable, json);
}

/* So many are found faster one after the other than by a hash. */
enum { FEW = 8 };

enum status coercion_variables(const struct coercion *with, const struct gql_schema *schema,
                               const struct ast_variable *definitions, const json_t *variables,
                               const struct coerce_variables **ret_variables)
{
    struct coerce_variables *all = ARENA_NEW(with->arena, struct coerce_variables);
    const struct ast_variable *definition;
    enum status status = MC_OK;

    hash_map_init(&all->by_name, with->arena);
    AST_EACH(definition, definitions) all->count++;
    all->items = ARENA_ARRAY(with->arena, all->count, struct coerce_variable);
    all->count = 0;
    AST_EACH(definition, definitions)
    {
        struct coerce_variable *variable = &all->items[all->count++];
        enum status one;

        variable->name = definition->name.text;
        variable->ast = definition;
        one = read_variable(with, schema, variable, variables);
        if (one != MC_OK) status = one;
    }
    for (size_t i = 0; i < all->count && all->count > FEW; i++)
        (void)hash_map_put(&all->by_name, all->items[i].name, &all->items[i]);
    if (status == MC_OK) status = arena_status(with->arena);
    if (status == MC_OK) *ret_variables = all;
    return status;
}
