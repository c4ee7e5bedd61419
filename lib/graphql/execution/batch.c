/* What a resolver may do with its batch. */
#include "base/json_out.h"
#include "base/memory.h"
#include "graphql/execution/execution.h"

size_t gql_count(const struct gql_batch *batch)
{
    return batch->instance->count;
}

void *gql_parent(const struct gql_batch *batch, size_t i)
{
    MC_ASSERT(i < batch->instance->count);
    return batch->instance->parents[i];
}

void *gql_context(const struct gql_batch *batch)
{
    return batch->execution->run->options.context;
}

struct arena *gql_arena(const struct gql_batch *batch)
{
    return batch->execution->arena;
}

const void *gql_data(const struct gql_batch *batch)
{
    return batch->field->definition->resolver->data;
}

void **gql_state(struct gql_batch *batch)
{
    return &batch->state;
}

struct str gql_type_name(const struct gql_batch *batch)
{
    return batch->instance->selection->type->name;
}

struct str gql_field_name(const struct gql_batch *batch)
{
    return batch->field->definition->name;
}

struct str gql_response_key(const struct gql_batch *batch)
{
    return batch->field->key;
}

bool gql_selects(const struct gql_batch *batch, const char *field)
{
    const struct plan_scope *scope = batch->field->scope;

    for (size_t i = 0; scope != NULL && i < scope->count; i++)
        for (size_t k = 0; k < scope->selections[i].count; k++)
            if (str_is(scope->selections[i].fields[k].definition->name, field)) return true;
    return false;
}

static bool scope_selects(const struct plan_scope *scope, const char *name)
{
    for (size_t i = 0; scope != NULL && i < scope->count; i++)
        for (size_t k = 0; k < scope->selections[i].count; k++) {
            const struct plan_field *field = &scope->selections[i].fields[k];

            if (str_is(field->definition->name, name) || scope_selects(field->scope, name))
                return true;
        }
    return false;
}

bool gql_selects_below(const struct gql_batch *batch, const char *field)
{
    return scope_selects(batch->field->scope, field);
}

const struct gql_input *gql_arg(const struct gql_batch *batch, const char *name)
{
    const struct schema_field *definition = batch->field->definition;

    for (size_t i = 0; i < definition->argument_count; i++)
        if (str_is(definition->arguments[i].name, name)) return batch->arguments[i];
    MC_ASSERT(false && "a resolver asks for an argument its field has");
    return NULL;
}

struct str gql_arg_text(const struct gql_batch *batch, const char *name)
{
    const struct gql_input *value = gql_arg(batch, name);

    return value == NULL || value->kind != GQL_INPUT_TEXT ? STR_NONE : value->text;
}

int64_t gql_arg_int(const struct gql_batch *batch, const char *name, int64_t absent)
{
    const struct gql_input *value = gql_arg(batch, name);

    return value == NULL || value->kind != GQL_INPUT_INT ? absent : value->integer;
}

bool gql_arg_bool(const struct gql_batch *batch, const char *name, bool absent)
{
    const struct gql_input *value = gql_arg(batch, name);

    return value == NULL || value->kind != GQL_INPUT_BOOL ? absent : value->boolean;
}

void gql_arguments_json(struct buf *out, const struct gql_batch *batch)
{
    const struct schema_field *definition = batch->field->definition;
    char separator = '{';

    for (size_t i = 0; i < definition->argument_count; i++) {
        if (batch->arguments[i] == NULL) continue;
        buf_add_char(out, separator);
        json_quote(out, definition->arguments[i].name);
        buf_add_char(out, ':');
        gql_input_json(out, batch->arguments[i]);
        separator = ',';
    }
    buf_add(out, separator == '{' ? STR("{}") : STR("}"));
}

void gql_set(struct gql_batch *batch, size_t i, struct gql_cell cell)
{
    MC_ASSERT(i < batch->instance->count);
    batch->cells[i] = cell;
}

void gql_set_text(struct gql_batch *batch, size_t i, struct str text)
{
    gql_set(batch, i, gql_cell_text(text));
}

void gql_set_int(struct gql_batch *batch, size_t i, int64_t value)
{
    gql_set(batch, i, gql_cell_int(value));
}

void gql_set_bool(struct gql_batch *batch, size_t i, bool value)
{
    gql_set(batch, i, gql_cell_bool(value));
}

void gql_set_object(struct gql_batch *batch, size_t i, void *object)
{
    gql_set(batch, i, gql_cell_object(object));
}

void gql_set_object_of(struct gql_batch *batch, size_t i, const char *type_name, void *object)
{
    struct gql_cell cell = gql_cell_object(object);

    cell.type = gql_type_named(batch, type_name);
    gql_set(batch, i, cell);
}

struct gql_cell *gql_set_list(struct gql_batch *batch, size_t i, size_t count)
{
    struct gql_cell *items = ARENA_ARRAY(gql_arena(batch), count, struct gql_cell);

    MC_ASSERT(count <= UINT32_MAX);
    gql_set(batch, i,
            (struct gql_cell){ .kind = GQL_LIST, .size = (uint32_t)count, .items = items });
    return items;
}

const struct schema_type *gql_type_named(const struct gql_batch *batch, const char *type_name)
{
    const struct schema_type *type = schema_type(batch->execution->schema, str_of(type_name));

    MC_ASSERT(type != NULL);
    return type;
}

static struct gql_cell failure_cell(struct gql_batch *batch, enum status status,
                                    const char *message)
{
    struct gql_failure *failure = ARENA_NEW(gql_arena(batch), struct gql_failure);

    failure->status = status;
    failure->message =
        arena_str(gql_arena(batch), str_of(message == NULL ? status_sentence(status) : message));
    return (struct gql_cell){ .kind = GQL_ERROR, .failure = failure };
}

void gql_fail(struct gql_batch *batch, size_t i, enum status status, const char *message)
{
    gql_set(batch, i, failure_cell(batch, status, message));
}

void gql_fail_all(struct gql_batch *batch, enum status status, const char *message)
{
    struct gql_cell cell = failure_cell(batch, status, message);

    for (size_t i = 0; i < batch->instance->count; i++)
        gql_set(batch, i, cell);
}
