/* One loop drives a run: complete the level, start the next, until nothing is below. */
#include "graphql/execution/execution.h"

static enum status worst_of(const struct gql_errors *errors)
{
    for (const struct gql_error *error = errors->head; error != NULL; error = error->next)
        if (status_retryable(error->status)) return error->status;
    return errors->head == NULL ? MC_OK : errors->head->status;
}

/* NULL: none of what bounds a run was reached. */
static const char *refusal_of(const struct gql_execution *execution)
{
    struct arena *arena = execution->arena;
    const struct buf *reply = execution->run->options.reply;

    if (arena_status(arena) != MC_OK)
        return arena_printf(arena, "The request takes too much memory (limit: %zu bytes).",
                            arena->bytes_max)
            .data;
    if (buf_status(reply) != MC_OK)
        return arena_printf(arena, "The answer is too long (limit: %zu bytes).", reply->bytes_max)
            .data;
    return NULL;
}

static void conclude(struct gql_execution *execution, enum status status)
{
    struct gql_run *run = execution->run;

    run->status = status;
    run->refusal = status == MC_LIMIT ? refusal_of(execution) : NULL;
    run->worst = worst_of(&execution->errors);
    run->error_count = execution->errors.count;
    gql_plan_unref(run->options.plan);
}

static void write_request_errors(struct gql_execution *execution, enum status status)
{
    struct gql_run *run = execution->run;

    gql_errors_json(run->options.reply, &execution->errors);
    run->data_is_null = true;
    conclude(execution, buf_status(run->options.reply) == MC_OK ? status : MC_LIMIT);
}

static void finish(struct gql_execution *execution)
{
    enum status status = execution->cancelled;

    if (status == MC_OK) status = arena_status(execution->arena);
    if (status == MC_OK) {
        reply_write(execution);
        status = buf_status(execution->run->options.reply);
    }
    if (status == MC_OK) status = arena_status(execution->arena);
    conclude(execution, status);
}

static struct instance *next_serial_field(struct gql_execution *execution)
{
    bool serial = gql_plan_kind(execution->run->options.plan) == GQL_MUTATION;

    if (!serial || execution->next_serial == execution->root->selection->count) return NULL;
    return execution->root;
}

static void start_level(struct gql_execution *execution, struct instance *instances)
{
    struct gql_run *run = execution->run;

    run->level_count++;
    execution->starting = true;
    if (instances != execution->root || gql_plan_kind(run->options.plan) != GQL_MUTATION)
        level_start(execution, instances);
    else if (instances->selection->count > 0) /* all of it may be skipped */
        level_start_field(execution, instances, execution->next_serial++);
    if (run->options.flush != NULL && execution->waiting > 0)
        run->options.flush(run->options.context);
    execution->starting = false;
}

static enum gql_progress advance(struct gql_execution *execution)
{
    while (execution->waiting == 0) {
        struct instance *below = level_complete(execution);

        if (execution->cancelled == MC_OK && arena_status(execution->arena) != MC_OK)
            execution->cancelled = MC_LIMIT;
        if (below == NULL) below = next_serial_field(execution);
        if (below == NULL || execution->cancelled != MC_OK) {
            finish(execution);
            return GQL_NOW;
        }
        start_level(execution, below);
    }
    return GQL_LATER;
}

void gql_batch_done(struct gql_batch *batch)
{
    struct gql_execution *execution = batch->execution;
    struct gql_run *run = execution->run;

    MC_ASSERT(batch->pending);
    batch->pending = false;
    execution->waiting--;
    if (execution->starting || execution->waiting > 0) return;
    if (advance(execution) == GQL_NOW) run->options.done(run, run->options.context);
}

void gql_run_cancel(struct gql_run *run, enum status why)
{
    MC_ASSERT(why != MC_OK && run->execution->waiting > 0);
    if (run->execution->cancelled == MC_OK) run->execution->cancelled = why;
}

static struct instance *root_instance(struct gql_execution *execution)
{
    struct instance *root = ARENA_NEW(execution->arena, struct instance);

    root->selection = execution->variant->root;
    root->parents = ARENA_ARRAY(execution->arena, 1, void *);
    root->count = 1;
    root->batches = ARENA_ARRAY(execution->arena, root->selection->count, struct gql_batch *);
    return root;
}

static enum status prepare(struct gql_execution *execution)
{
    const struct gql_run_options *options = &execution->run->options;
    struct gql_plan *plan = options->plan;
    struct coercion with = plan_coercion(plan, execution->arena, &execution->errors);
    enum status status;

    status = coercion_variables(&with, plan->schema, plan->operation->variables, options->variables,
                                &execution->variables);
    if (status != MC_OK) return status;
    status = plan_variant_for(plan, execution->variables, execution->arena, &execution->errors,
                              &execution->variant);
    if (status != MC_OK) return status;
    execution->root = root_instance(execution);
    return MC_OK;
}

enum gql_progress gql_run_start(struct gql_run *run, const struct gql_run_options *options)
{
    struct gql_execution *execution = ARENA_NEW(options->arena, struct gql_execution);
    enum status status;

    *run = (struct gql_run){ .options = *options, .execution = execution };
    execution->run = run;
    execution->arena = options->arena;
    execution->schema = options->plan->schema;
    execution->level_tail = &execution->level;
    gql_plan_ref(options->plan);
    gql_errors_init(&execution->errors, options->arena, options->plan->limits.errors_max);
    status = prepare(execution);
    if (status != MC_OK) {
        write_request_errors(execution, status);
        return GQL_NOW;
    }
    start_level(execution, execution->root);
    return advance(execution);
}
