#include "graphql/type/schema_steps.h"

#include <stdlib.h>

struct reading {
    struct gql_schema *schema;
    int64_t list_max;
    struct gql_errors *errors;
};

static void refuse(const struct reading *reading, struct str type, struct str field,
                   const char *why)
{
    (void)gql_errors_add(reading->errors, MC_INVALID, STR_NONE, NULL, 0, "%.*s%s%.*s: %s",
                         STR_PRINT(type), field.data == NULL ? "" : ".", STR_PRINT(field), why);
}

static const struct ast_directive *directive_of(const struct ast_directive *directives,
                                                const char *name)
{
    const struct ast_directive *directive;

    AST_EACH(directive, directives)
    if (str_is(directive->name.text, name)) return directive;
    return NULL;
}

static const struct ast_value *argument_of(const struct ast_directive *directive, const char *name)
{
    const struct ast_argument *argument;

    AST_EACH(argument, directive->arguments)
    if (str_is(argument->name.text, name)) return argument->value;
    return NULL;
}

static bool boolean_of(const struct ast_directive *directive, const char *name, bool absent)
{
    const struct ast_value *value = argument_of(directive, name);

    return value == NULL || value->kind != AST_BOOLEAN ? absent : str_is(value->text, "true");
}

static int64_t number_of(const struct ast_directive *directive, const char *name)
{
    const struct ast_value *value = argument_of(directive, name);
    int64_t number;

    if (value == NULL || value->kind != AST_INT || str_to_i64(value->text, &number) != MC_OK)
        return HINT_NONE;
    return number;
}

/* A weight is a string, so that it may be a fraction (specification of the directives, 2.2). */
static bool read_weight(const struct ast_directive *directives, double *ret_weight)
{
    const struct ast_directive *directive = directive_of(directives, "cost");
    const struct ast_value *value = directive == NULL ? NULL : argument_of(directive, "weight");
    char text[32], *end;

    if (directive == NULL) return true;
    if (value == NULL || value->kind != AST_STRING || value->text.size == 0 ||
        value->text.size >= sizeof(text))
        return false;
    memcpy(text, value->text.data, value->text.size);
    text[value->text.size] = '\0';
    *ret_weight = strtod(text, &end);
    return *end == '\0' && *ret_weight >= 0 && *ret_weight <= 1e9;
}

static struct schema_hints read_hints(const struct reading *reading,
                                      const struct ast_directive *directives, struct str type,
                                      struct str field)
{
    struct schema_hints hints = { .cost = HINT_NONE, .max_age = HINT_NONE };
    const struct ast_directive *cache = directive_of(directives, "cacheControl");
    const struct ast_value *scope = cache == NULL ? NULL : argument_of(cache, "scope");
    int64_t max_age = cache == NULL ? HINT_NONE : number_of(cache, "maxAge");

    if (!read_weight(directives, &hints.cost))
        refuse(reading, type, field, "@cost(weight:) is no number from 0 in a string");
    if (cache == NULL) return hints;
    if (max_age > INT32_MAX || max_age < HINT_NONE)
        refuse(reading, type, field, "@cacheControl(maxAge:) is no number of seconds");
    hints.max_age = (int32_t)max_age;
    hints.is_private = scope != NULL && str_is(scope->text, "PRIVATE");
    hints.inherits = boolean_of(cache, "inheritMaxAge", false);
    return hints;
}

static size_t read_names(struct arena *arena, const struct ast_value *list,
                         const struct str **ret_names)
{
    const struct ast_value *item;
    struct str *names;
    size_t count = 0;

    if (list == NULL) return 0;
    AST_EACH(item, list->items) count++;
    names = ARENA_ARRAY(arena, count, struct str);
    count = 0;
    AST_EACH(item, list->items) names[count++] = item->text;
    *ret_names = names;
    return count;
}

static struct schema_input *argument_named(const struct schema_field *field, struct str name)
{
    const struct schema_input *found = schema_input(field->arguments, field->argument_count, name);

    return (struct schema_input *)(uintptr_t)found;
}

static void limit_slices(const struct reading *reading, const struct schema_field *field,
                         const struct schema_list_size *size, struct str type)
{
    for (size_t i = 0; i < size->slicing_count; i++) {
        struct schema_input *argument = argument_named(field, size->slicing[i]);

        if (argument == NULL)
            refuse(reading, type, field->name, "@listSize names an argument that is not there");
        else if (reading->list_max > 0 &&
                 (argument->items_max == 0 || argument->items_max > reading->list_max))
            argument->items_max = reading->list_max;
    }
}

static void read_list_size(const struct reading *reading, struct schema_field *field,
                           struct str type)
{
    const struct ast_directive *directive = directive_of(field->directives, "listSize");
    struct schema_list_size *size;

    if (directive == NULL) return;
    size = ARENA_NEW(reading->schema->arena, struct schema_list_size);
    size->assumed = number_of(directive, "assumedSize");
    size->slicing_count = read_names(reading->schema->arena,
                                     argument_of(directive, "slicingArguments"), &size->slicing);
    size->sized_count =
        read_names(reading->schema->arena, argument_of(directive, "sizedFields"), &size->sized);
    size->require_one =
        size->slicing_count > 0 && boolean_of(directive, "requireOneSlicingArgument", true);
    for (size_t i = 0; i < size->sized_count; i++)
        if (schema_field(reading->schema, field->type->named, size->sized[i]) == NULL)
            refuse(reading, type, field->name, "@listSize names a sized field that is not there");
    limit_slices(reading, field, size, type);
    field->list_size = size;
}

static void read_field(const struct reading *reading, const struct schema_type *type,
                       struct schema_field *field)
{
    field->hints = read_hints(reading, field->directives, type->name, field->name);
    read_list_size(reading, field, type->name);
    for (size_t i = 0; i < field->argument_count; i++) {
        struct schema_input *argument = (struct schema_input *)(uintptr_t)&field->arguments[i];

        if (!read_weight(argument->directives, &argument->cost))
            refuse(reading, type->name, field->name, "@cost of an argument is no number");
    }
}

enum status schema_read_hints(struct gql_schema *schema, int64_t list_max,
                              struct gql_errors *errors)
{
    struct reading reading = { schema, list_max, errors };
    size_t before = errors->count + errors->dropped;

    schema->typename_field.hints = (struct schema_hints){ .cost = HINT_NONE, .max_age = HINT_NONE };
    for (size_t i = 0; i < schema->type_count; i++) {
        struct schema_type *type = (struct schema_type *)(uintptr_t)schema->types[i];

        type->hints = read_hints(&reading, type->directives, type->name, STR_NONE);
        for (size_t k = 0; k < type->field_count; k++)
            read_field(&reading, type, &type->fields[k]);
    }
    return errors->count + errors->dropped > before ? MC_INVALID : MC_OK;
}
