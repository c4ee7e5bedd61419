/* From answered cells to the parents of the next level: objects are gathered by concrete type. */
#include "graphql/execution/execution.h"

/* Where an object cell's type stands among the selections of its scope; count when nowhere: an
 * object of an abstract type says itself which it is. */
static size_t selection_of(const struct plan_scope *scope, const struct gql_cell *cell)
{
    if (cell->type == NULL) return scope->is_abstract ? scope->count : 0;
    for (size_t i = 0; i < scope->count; i++)
        if (scope->selections[i].type == cell->type) return i;
    return scope->count;
}

static void count_objects(const struct plan_scope *scope, const struct gql_cell *cell,
                          size_t *counts)
{
    if (cell->kind == GQL_LIST)
        for (uint32_t i = 0; i < cell->size; i++)
            count_objects(scope, &cell->items[i], counts);
    if (cell->kind != GQL_OBJECT) return;
    size_t which = selection_of(scope, cell);

    if (which < scope->count) counts[which]++;
}

/* An object cell learns its concrete type and its number among the parents of its instance. */
static void place_objects(struct gql_batch *batch, struct gql_cell *cell)
{
    const struct plan_scope *scope = batch->field->scope;

    if (cell->kind == GQL_LIST)
        for (uint32_t i = 0; i < cell->size; i++)
            place_objects(batch, &cell->items[i]);
    if (cell->kind != GQL_OBJECT) return;
    size_t which = selection_of(scope, cell);

    if (which == scope->count) return;
    struct instance *child = batch->children[which];

    cell->type = scope->selections[which].type;
    child->parents[child->count] = cell->object;
    cell->size = (uint32_t)child->count++;
}

static struct instance *instance_new(struct arena *arena, const struct plan_selection *selection,
                                     size_t parent_count)
{
    struct instance *instance = ARENA_NEW(arena, struct instance);

    instance->selection = selection;
    instance->parents = ARENA_ARRAY(arena, parent_count, void *);
    instance->batches = ARENA_ARRAY(arena, selection->count, struct gql_batch *);
    return instance;
}

static struct instance **complete_batch(struct gql_batch *batch, struct instance **tail)
{
    const struct plan_scope *scope = batch->field->scope;
    struct arena *arena = batch->execution->arena;
    size_t *counts;

    if (scope == NULL) return tail;
    counts = ARENA_ARRAY(arena, scope->count, size_t);
    batch->children = ARENA_ARRAY(arena, scope->count, struct instance *);
    for (size_t i = 0; i < batch->instance->count; i++)
        count_objects(scope, &batch->cells[i], counts);
    for (size_t i = 0; i < scope->count; i++) {
        if (counts[i] == 0) continue;
        batch->children[i] = instance_new(arena, &scope->selections[i], counts[i]);
        *tail = batch->children[i];
        tail = &batch->children[i]->next;
    }
    for (size_t i = 0; i < batch->instance->count; i++)
        place_objects(batch, &batch->cells[i]);
    return tail;
}

struct instance *level_complete(struct gql_execution *execution)
{
    struct instance *below = NULL;
    struct instance **tail = &below;

    for (struct gql_batch *batch = execution->level; batch != NULL; batch = batch->next)
        tail = complete_batch(batch, tail);
    execution->level = NULL;
    execution->level_tail = &execution->level;
    return below;
}
