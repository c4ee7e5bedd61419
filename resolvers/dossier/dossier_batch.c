#include "dossier/dossier_batch.h"

#include "dossier/dossier.h"
#include "dossier/dossier_mutation.h"

_Static_assert(BATCH_KEY_BYTES_MAX + 1 + DOSSIER_CODE_BYTES_MAX <= MUTATION_KEY_BYTES_MAX,
               "what an item's key is made of fits");

/* What each field is answered with. */
static const struct {
    const char *field, *payload;
} payloads[] = {
    { "acceptDossiers", "DossiersAccepted" },
    { "assignDossiers", "DossiersAssigned" },
    { "completeDossiers", "DossiersCompleted" },
    { "handOverDossiers", "DossiersHandedOver" },
};

struct batch_item {
    struct str code;
    struct mutation change;
};

struct dossier_batch {
    struct gql_batch *batch;
    struct request *request;
    struct batch_item *items;
    size_t count, at; /* at: the one under way */
    int64_t deadline_us;
};

static enum status begin(const struct dossier_batch *all, struct mutation *change)
{
    int64_t left_us = all->deadline_us - clock_monotonic_us(all->request->services->clock);

    if (left_us < 1000) return MC_TIMEOUT;
    change->tx.timeout_ms = (uint32_t)(left_us / 1000);
    return mutation_begin(change);
}

static const char *payload_of(const struct gql_batch *batch)
{
    struct str field = gql_field_name(batch);
    size_t i = 0;

    while (!str_is(field, payloads[i].field))
        MC_ASSERT(++i < sizeof(payloads) / sizeof(payloads[0]));
    return payloads[i].payload;
}

/* Begins the next one that can begin. False: all are done. */
static bool go_on(struct dossier_batch *all)
{
    for (; all->at < all->count; all->at++) {
        struct mutation *change = &all->items[all->at].change;

        change->status = begin(all, change);
        if (change->status == MC_OK) return true;
    }
    gql_set_object_of(all->batch, 0, payload_of(all->batch), all);
    return false;
}

static void on_done(struct mutation *change)
{
    struct dossier_batch *all = *gql_state(change->batch);

    all->at++;
    if (!go_on(all)) gql_batch_done(all->batch);
}

/* A code too long is of no dossier, and what its key ends with does not matter. */
static struct str key_of(struct arena *arena, struct str key, struct str code)
{
    if (code.size > DOSSIER_CODE_BYTES_MAX) code.size = DOSSIER_CODE_BYTES_MAX;
    return arena_printf(arena, "%.*s#%.*s", STR_PRINT(key), STR_PRINT(code));
}

static void fill(struct dossier_batch *all, struct str key, const struct gql_input *list)
{
    for (size_t i = 0; i < all->count; i++) {
        struct batch_item *item = &all->items[i];

        item->code = gql_input_text(list->items[i], "code");
        item->change.kind = &change_dossier;
        item->change.batch = all->batch;
        item->change.request = all->request;
        item->change.input = list->items[i];
        item->change.key = key_of(all->request->arena, key, item->code);
        item->change.done = on_done;
    }
}

/* Whatever is the same for all of them. NULL: they may begin. */
static struct failure *refusal(struct gql_batch *batch, struct str key, size_t count,
                               enum failure_kind *ret_kind)
{
    struct request *request = request_of(batch);
    struct failure *failure;

    *ret_kind = FAILURE_NOT_ALLOWED;
    if (request->viewer.kind != VIEWER_OFFICER) return failure_new(request, *ret_kind);
    if (key.size > 0 && key.size <= BATCH_KEY_BYTES_MAX && count > 0) return NULL;
    *ret_kind = FAILURE_GUARD_FAILED;
    failure = failure_new(request, *ret_kind);
    if (count == 0)
        failure_set_problem(request, failure, "items", "Chọn từ 1 đến 50 hồ sơ.",
                            "Choose 1 to 50 dossiers.");
    else
        failure_set_problem(request, failure, "idempotencyKey", "Khóa dài từ 1 đến 100 byte.",
                            "A key has 1 to 100 bytes.");
    return failure;
}

enum gql_progress change_dossiers(struct gql_batch *batch)
{
    struct request *request = request_of(batch);
    const struct gql_input *input = gql_arg(batch, "input"),
                           *list = gql_input_field(input, "items");
    struct str key = gql_input_text(input, "idempotencyKey");
    struct dossier_batch *all = ARENA_NEW(request->arena, struct dossier_batch);
    enum failure_kind kind;
    struct failure *failure;

    if (!request_signed_in(batch)) return GQL_NOW;
    failure = refusal(batch, key, list->count, &kind);
    if (failure != NULL) {
        gql_set_object_of(batch, 0, failure_type_name(kind), failure);
        return GQL_NOW;
    }
    all->batch = batch;
    all->request = request;
    all->count = list->count;
    all->items = ARENA_ARRAY(request->arena, all->count, struct batch_item);
    all->deadline_us =
        clock_monotonic_us(request->services->clock) + (int64_t)request->timeout_ms * 1000;
    *gql_state(batch) = all;
    fill(all, key, list);
    return go_on(all) ? GQL_LATER : GQL_NOW;
}

static enum gql_progress items(struct gql_batch *batch)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct dossier_batch *all = gql_parent(batch, parent);
        struct gql_cell *cells = gql_set_list(batch, parent, all->count);

        for (size_t i = 0; i < all->count; i++)
            cells[i] = gql_cell_object(&all->items[i]);
    }
    return GQL_NOW;
}

static enum gql_progress result(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct batch_item *item = gql_parent(batch, i);

        mutation_answer(&item->change, batch, i);
    }
    return GQL_NOW;
}

const struct gql_field dossier_batch_fields[] = {
    GQL_FIELD("items", items),
    GQL_FIELDS_END,
};

const struct gql_field batch_item_fields[] = {
    GQL_MEMBER("code", struct batch_item, code),
    GQL_FIELD("result", result),
    GQL_FIELDS_END,
};
