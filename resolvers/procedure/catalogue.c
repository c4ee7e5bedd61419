#include "procedure/catalogue.h"

#include "connection.h"
#include "reference.h"

enum { CHANGES_PRESET = 50 };

struct entry {
    struct str code;
    int32_t changed_on;
    bool removed;
    struct procedure *procedure; /* NULL: removed */
};

struct catalogue {
    struct entry *entries;
    size_t count;
    struct str cursor;
    bool has_more;
};

static bool is_after(const struct catalogue_change *change, struct place place)
{
    if (change->effective_on != place.major) return change->effective_on > place.major;
    return change->no > place.minor;
}

/* Has it come, and is it the procedure's last that has? */
static bool is_due(const struct catalogue_change *change, int32_t today)
{
    return change->effective_on <= today &&
           (change->next_on == GQL_I32_NONE || change->next_on > today);
}

/* False: nothing of it is to be told, for it is the sandbox's or has not begun. */
static bool read_entry(const struct request *request, const struct catalogue_change *change,
                       int32_t today, struct entry *ret_entry)
{
    size_t count;
    const struct procedure *versions =
        reference_versions(request->reference, change->procedure, &count);
    struct procedure *now = reference_in_force(request->reference, change->procedure, today);

    if (count == 0 || versions[0].valid_from > today) return false;
    if (versions[0].sandbox && !viewer_in_sandbox(&request->viewer)) return false;
    if (now != NULL && str_is(now->access_class, "RESTRICTED")) now = NULL;
    *ret_entry = (struct entry){ .code = versions[0].code,
                                 .changed_on = change->effective_on,
                                 .removed = now == NULL,
                                 .procedure = now };
    return true;
}

static struct catalogue *read_page(struct gql_batch *batch, size_t limit, struct place since)
{
    const struct request *request = request_of(batch);
    const struct reference *reference = request->reference;
    struct catalogue *catalogue = ARENA_NEW(gql_arena(batch), struct catalogue);
    int32_t today = reference_today(request->services->clock);
    struct entry entry;

    catalogue->entries = ARENA_ARRAY(gql_arena(batch), limit, struct entry);
    for (size_t i = 0; i < reference->change_count && !catalogue->has_more; i++) {
        const struct catalogue_change *change = &reference->changes[i];

        if (!is_after(change, since) || !is_due(change, today)) continue;
        if (!read_entry(request, change, today, &entry)) continue;
        if (catalogue->count == limit) {
            catalogue->has_more = true;
            continue;
        }
        catalogue->entries[catalogue->count++] = entry;
        since = (struct place){ change->effective_on, change->no };
    }
    catalogue->cursor = cursor_write(gql_arena(batch), CURSOR_CATALOGUE, since);
    return catalogue;
}

enum gql_progress query_catalogue(struct gql_batch *batch)
{
    struct str cursor = gql_arg_text(batch, "since");
    int64_t first = gql_arg_int(batch, "first", CHANGES_PRESET);
    struct place since = { 0, 0 };

    if (first < 1 || (cursor.data != NULL &&
                      cursor_read(gql_arena(batch), CURSOR_CATALOGUE, cursor, &since) != MC_OK)) {
        gql_fail(batch, 0, MC_BAD_INPUT,
                 "first is from 1, and since is a cursor of the catalogue.");
        return GQL_NOW;
    }
    gql_set_object(batch, 0, read_page(batch, (size_t)first, since));
    return GQL_NOW;
}

static enum gql_progress changes(struct gql_batch *batch)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct catalogue *catalogue = gql_parent(batch, parent);
        struct gql_cell *items = gql_set_list(batch, parent, catalogue->count);

        for (size_t i = 0; i < catalogue->count; i++)
            items[i] = gql_cell_object(&catalogue->entries[i]);
    }
    return GQL_NOW;
}

const struct gql_field catalogue_fields[] = {
    GQL_FIELD("changes", changes),
    GQL_MEMBER("cursor", struct catalogue, cursor),
    GQL_MEMBER("hasMore", struct catalogue, has_more),
    GQL_FIELDS_END,
};

const struct gql_field catalogue_change_fields[] = {
    GQL_MEMBER("code", struct entry, code),
    GQL_MEMBER("changedOn", struct entry, changed_on),
    GQL_MEMBER("removed", struct entry, removed),
    GQL_MEMBER("procedure", struct entry, procedure),
    GQL_FIELDS_END,
};
