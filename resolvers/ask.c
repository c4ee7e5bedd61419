#include "ask.h"

#include "scope.h"

/* One ask of a level, and the level as a list. */
struct ask_pending {
    struct db_ask ask;
    struct gql_batch *batch;
    const struct ask *field;
    struct ask_pending *next;
};

struct ask_level {
    struct db_group group;
    struct request *request;
    struct ask_pending *head, **tail;
};

static void on_answered(struct db_group *group);

static struct ask_level *open_level(struct request *request)
{
    struct ask_level *level = request->level;

    if (level != NULL) return level;
    level = ARENA_NEW(request->arena, struct ask_level);
    level->request = request;
    level->tail = &level->head;
    db_group_init(&level->group, request->timeout_ms, on_answered, level);
    viewer_identify_group(&request->viewer, request->arena, &level->group);
    request->level = level;
    return level;
}

enum gql_progress ask_resolve(struct gql_batch *batch)
{
    const struct ask *field = gql_data(batch);
    struct request *request = request_of(batch);
    struct ask_pending *pending;
    enum status status;

    if (!field->is_public && !request_signed_in(batch)) return GQL_NOW;
    if (!scope_allows(batch)) return GQL_NOW;
    pending = ARENA_NEW(request->arena, struct ask_pending);
    pending->batch = batch;
    pending->field = field;
    db_ask_init(&pending->ask, NULL, request->arena);
    pending->ask.columns = field->columns;
    pending->ask.row_size = field->row_size;
    status = field->ask(batch, &pending->ask);
    if (status == MC_OK) status = pending->ask.status;
    if (status != MC_OK) {
        gql_fail_all(batch, status, NULL);
        return GQL_NOW;
    }
    struct ask_level *level = open_level(request);

    *level->tail = pending;
    level->tail = &pending->next;
    db_group_add(&level->group, &pending->ask);
    request->ask_count++;
    return GQL_LATER;
}

/* The last batch done may end the run and free everything: nothing is read after it. */
static void finish_level(struct ask_level *level)
{
    struct ask_pending *pending = level->head;

    while (pending != NULL) {
        struct ask_pending *next = pending->next;

        if (pending->ask.status == MC_OK)
            pending->field->answer(pending->batch, &pending->ask);
        else
            gql_fail_all(pending->batch, pending->ask.status, NULL);
        gql_batch_done(pending->batch);
        pending = next;
    }
}

static void on_answered(struct db_group *group)
{
    struct ask_level *level = group->data;

    level->request->in_flight = NULL;
    finish_level(level);
}

void ask_flush(void *context)
{
    struct request *request = context;
    struct ask_level *level = request->level;
    enum status status;

    if (level == NULL) return;
    request->level = NULL;
    request->group_count++;
    request->in_flight = &level->group;
    status = request->services->ask(request->services->data, &request->viewer, &level->group);
    if (status == MC_OK) return;
    request->in_flight = NULL;
    for (struct ask_pending *pending = level->head; pending != NULL; pending = pending->next)
        pending->ask.status = status;
    finish_level(level);
}

enum status ask_rows_by_parent(const struct gql_batch *batch, const struct db_ask *ask,
                               size_t **ret_first_row)
{
    size_t parents = gql_count(batch), row = 0;
    size_t *first = ARENA_ARRAY(gql_arena(batch), parents + 1, size_t);

    for (size_t parent = 0; parent < parents; parent++) {
        first[parent] = row;
        while (row < ask->row_count && *(int64_t *)ask_row(ask, row) == (int64_t)parent)
            row++;
    }
    first[parents] = row;
    if (row != ask->row_count) return MC_INTERNAL;
    *ret_first_row = first;
    return MC_OK;
}

void ask_answer_list(struct gql_batch *batch, struct db_ask *ask)
{
    size_t *first;

    if (ask_rows_by_parent(batch, ask, &first) != MC_OK) {
        gql_fail_all(batch, MC_INTERNAL, NULL);
        return;
    }
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        size_t count = first[parent + 1] - first[parent];
        struct gql_cell *items = gql_set_list(batch, parent, count);

        for (size_t i = 0; i < count; i++)
            items[i] = gql_cell_object(ask_row(ask, first[parent] + i));
    }
}

void ask_answer_viewer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        struct gql_cell *items = gql_set_list(batch, parent, ask->row_count);

        for (size_t i = 0; i < ask->row_count; i++)
            items[i] = gql_cell_object(ask_row(ask, i));
    }
}

void ask_answer_one(struct gql_batch *batch, struct db_ask *ask)
{
    size_t *first;

    if (ask_rows_by_parent(batch, ask, &first) != MC_OK) {
        gql_fail_all(batch, MC_INTERNAL, NULL);
        return;
    }
    for (size_t parent = 0; parent < gql_count(batch); parent++)
        if (first[parent + 1] > first[parent])
            gql_set_object(batch, parent, ask_row(ask, first[parent]));
}

void ask_bind_parents(const struct gql_batch *batch, struct db_ask *ask, size_t member)
{
    size_t count = gql_count(batch);
    int64_t *values = ARENA_ARRAY(gql_arena(batch), count, int64_t);

    for (size_t i = 0; i < count; i++)
        values[i] = *(const int64_t *)(const void *)((const char *)gql_parent(batch, i) + member);
    db_bind_i64_array(ask, values, count);
}
