/* A level: every field of every instance is started before any is waited for. */
#include "graphql/execution/execution.h"

#include <math.h>

struct gql_cell member_cell(const struct gql_field *resolver, const void *parent)
{
    const char *at = (const char *)parent + resolver->offset;

    switch (resolver->member) {
    case GQL_MEMBER_TEXT:
        return gql_cell_text(*(const struct str *)(const void *)at);
    case GQL_MEMBER_I64: {
        int64_t value = *(const int64_t *)(const void *)at;

        return value == GQL_I64_NONE ? (struct gql_cell){ .kind = GQL_NULL } : gql_cell_int(value);
    }
    case GQL_MEMBER_I32: {
        int32_t value = *(const int32_t *)(const void *)at;

        return value == GQL_I32_NONE ? (struct gql_cell){ .kind = GQL_NULL } : gql_cell_int(value);
    }
    case GQL_MEMBER_BOOL:
        return gql_cell_bool(*(const bool *)(const void *)at);
    case GQL_MEMBER_F64: {
        double value = *(const double *)(const void *)at;

        return isnan(value) ? (struct gql_cell){ .kind = GQL_NULL }
                            : (struct gql_cell){ .kind = GQL_FLOAT, .real = value };
    }
    case GQL_MEMBER_OBJECT:
        return gql_cell_object(*(void *const *)(const void *)at);
    }
    return (struct gql_cell){ .kind = GQL_NULL };
}

static struct gql_batch *batch_new(struct gql_execution *execution, struct instance *instance,
                                   size_t field)
{
    struct gql_batch *batch = ARENA_NEW(execution->arena, struct gql_batch);

    batch->execution = execution;
    batch->instance = instance;
    batch->field = &instance->selection->fields[field];
    batch->cells = ARENA_ARRAY(execution->arena, instance->count, struct gql_cell);
    instance->batches[field] = batch;
    *execution->level_tail = batch;
    execution->level_tail = &batch->next;
    return batch;
}

static void read_members(struct gql_batch *batch)
{
    const struct gql_field *resolver = batch->field->definition->resolver;

    for (size_t i = 0; i < batch->instance->count; i++)
        batch->cells[i] = member_cell(resolver, batch->instance->parents[i]);
}

/* error NULL: there was no room for it. */
static void fail_arguments(struct gql_batch *batch, const struct gql_error *error)
{
    struct gql_failure *failure = ARENA_NEW(batch->execution->arena, struct gql_failure);

    failure->status = error == NULL ? MC_BAD_INPUT : error->status;
    failure->message = error == NULL ? str_of(status_sentence(MC_BAD_INPUT)) : error->message;
    if (error != NULL && error->location_count > 0) failure->location = error->locations[0];
    for (size_t i = 0; i < batch->instance->count; i++)
        batch->cells[i] = (struct gql_cell){ .kind = GQL_ERROR, .failure = failure };
}

/* False when an argument is refused: then every position of the batch carries the reason. */
static bool coerce_batch_arguments(struct gql_batch *batch)
{
    struct gql_execution *execution = batch->execution;
    struct gql_errors refused;

    if (batch->field->constants != NULL || batch->field->definition->argument_count == 0) {
        batch->arguments = batch->field->constants;
        return true;
    }
    gql_errors_init(&refused, execution->arena, 1);
    struct coercion with = plan_coercion(execution->run->options.plan, execution->arena, &refused);

    with.variables = execution->variables;
    if (coercion_field(&with, batch->field->definition, batch->field->literals,
                       &batch->arguments) == MC_OK)
        return true;
    fail_arguments(batch, refused.head);
    return false;
}

static void resolve(struct gql_batch *batch)
{
    gql_resolve *resolver = batch->field->definition->resolver->resolve;

    if (!coerce_batch_arguments(batch)) return;
    batch->pending = true;
    batch->execution->waiting++;
    if (resolver(batch) == GQL_LATER) return;
    batch->pending = false;
    batch->execution->waiting--;
}

static void set_event(struct gql_batch *batch)
{
    gql_set_object(batch, 0, batch->execution->run->options.event);
}

void level_start_field(struct gql_execution *execution, struct instance *instance, size_t field)
{
    const struct plan_field *planned = &instance->selection->fields[field];
    const struct gql_field *resolver = planned->definition->resolver;
    bool is_event = instance == execution->root && execution->run->options.event != NULL &&
                    !planned->is_typename;

    if (planned->is_typename) return;
    if (is_event) {
        set_event(batch_new(execution, instance, field));
        return;
    }
    MC_ASSERT(resolver != NULL);
    if (resolver->resolve != NULL)
        resolve(batch_new(execution, instance, field));
    else if (planned->scope != NULL)
        read_members(batch_new(execution, instance, field));
}

void level_start(struct gql_execution *execution, struct instance *instances)
{
    for (struct instance *instance = instances; instance != NULL; instance = instance->next)
        for (size_t i = 0; i < instance->selection->count; i++)
            level_start_field(execution, instance, i);
}
