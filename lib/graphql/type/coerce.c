#include "graphql/type/coerce.h"

#include "graphql/type/coerce_reader.h"
#include "graphql/type/input.h"

static enum status outcome(const struct reader *reader)
{
    if (reader->full) return MC_LIMIT;
    if (reader->error_count > 0 || reader->unsettled) return reader->with->status;
    return arena_status(reader->with->arena);
}

enum status coercion_literal(const struct coercion *with, struct str subject,
                             const struct type_ref *type, const struct ast_value *literal,
                             const struct gql_input **ret_value)
{
    struct reader reader = { .with = with, .subject = subject };
    const struct gql_input *value = reader_literal(&reader, type, literal, NULL);
    enum status status = outcome(&reader);

    if (status == MC_OK) *ret_value = value;
    return status;
}

enum status coercion_value(const struct coercion *with, struct str subject, uint32_t offset,
                           const struct type_ref *type, struct gql_input *value)
{
    struct reader reader = {
        .with = with, .subject = subject, .offset = offset, .fixed_place = true
    };

    reader_value(&reader, type, value, NULL);
    return outcome(&reader);
}

static struct str argument_subject(const struct reader *reader, const struct coerce_target *target,
                                   const struct schema_input *input, const char *complaint)
{
    return arena_printf(reader->with->arena, "Argument \"%.*s(%.*s:)\"%s", STR_PRINT(target->name),
                        STR_PRINT(input->name), complaint);
}

/* Is it as if the argument were not written? */
static bool left_out(const struct coercion *with, const struct schema_input *input,
                     const struct ast_argument *argument)
{
    if (argument == NULL) return true;
    return argument->value->kind == AST_VARIABLE && !schema_input_required(input) &&
           coerce_variable_value(with->variables, argument->value->text) == NULL;
}

static const struct gql_input *absent_argument(struct reader *reader,
                                               const struct coerce_target *target,
                                               const struct schema_input *input)
{
    if (!schema_input_required(input)) return reader_default(reader, input);
    struct str type = type_ref_text(reader->with->arena, input->type);

    reader->subject = STR_NONE;
    reader_refuse(reader, NULL, target->offset, "%.*s of required type \"%.*s\" was not provided.",
                  STR_PRINT(argument_subject(reader, target, input, "")), STR_PRINT(type));
    return NULL;
}

static const struct gql_input *given_argument(struct reader *reader,
                                              const struct coerce_target *target,
                                              const struct schema_input *input,
                                              const struct ast_value *literal)
{
    const struct coercion *loud = reader->with;
    struct coercion silent = *loud;
    const struct gql_input *value;

    silent.errors = NULL;
    reader->with = &silent;
    value = reader_literal(reader, input->type, literal, NULL);
    if (reader->error_count == 0) reader_check_max(reader, input, value, NULL, literal->offset);
    reader->with = loud;
    if (reader->error_count == 0) return value;
    /* Again, to say why: the subject is a text that is seldom needed. */
    reader->error_count = 0;
    reader->subject = argument_subject(reader, target, input, " has invalid value");
    value = reader_literal(reader, input->type, literal, NULL);
    if (reader->error_count == 0) reader_check_max(reader, input, value, NULL, literal->offset);
    return NULL;
}

/* The last of a name wins; validation has refused a second. */
static const struct ast_argument *argument_named(const struct ast_argument *arguments,
                                                 struct str name)
{
    const struct ast_argument *argument, *found = NULL;

    AST_EACH(argument, arguments)
    if (str_eq(argument->name.text, name)) found = argument;
    return found;
}

enum status coercion_arguments(const struct coercion *with, const struct coerce_target *target,
                               const struct ast_argument *arguments,
                               const struct gql_input *const **ret_values)
{
    const struct gql_input **values =
        ARENA_ARRAY(with->arena, target->count, const struct gql_input *);
    enum status status;

    for (size_t i = 0; i < target->count; i++) {
        const struct schema_input *input = &target->inputs[i];
        const struct ast_argument *argument = argument_named(arguments, input->name);
        struct reader reader = { .with = with, .first_only = true };

        if (left_out(with, input, argument))
            values[i] = absent_argument(&reader, target, input);
        else
            values[i] = given_argument(&reader, target, input, argument->value);
        status = outcome(&reader);
        if (status != MC_OK) return status;
    }
    *ret_values = values;
    return MC_OK;
}

const struct gql_input *coerce_variable_value(const struct coerce_variables *variables,
                                              struct str name)
{
    const struct coerce_variable *variable = NULL;

    if (variables == NULL) return NULL;
    if (variables->by_name.count > 0) {
        variable = hash_map_get(&variables->by_name, name);
    } else {
        for (size_t i = 0; i < variables->count && variable == NULL; i++)
            if (str_eq(variables->items[i].name, name)) variable = &variables->items[i];
    }
    return variable == NULL ? NULL : variable->value;
}

enum status coercion_field(const struct coercion *with, const struct schema_field *field,
                           const struct ast_argument *arguments,
                           const struct gql_input *const **ret_values)
{
    struct coerce_target target = { .inputs = field->arguments, .count = field->argument_count };

    target.name = field->owner == NULL
                      ? field->name
                      : arena_printf(with->arena, "%.*s.%.*s", STR_PRINT(field->owner->name),
                                     STR_PRINT(field->name));
    return coercion_arguments(with, &target, arguments, ret_values);
}
