#include "request.h"

const char *viewer_kind_name(enum viewer_kind kind)
{
    static const char *const names[VIEWER_KIND_COUNT] = { "", "CITIZEN", "PARTNER", "OFFICER" };

    return names[kind];
}

bool viewer_in_sandbox(const struct viewer *viewer)
{
    return str_is(viewer->environment, "TEST");
}

/* kind|me|subjects|agencies|roles|locale|session|scopes|environment, as viewer_says() reads it
 * (schema/db). None of them is anybody's text, so none has the sign between them. */
static struct db_setting identity(const struct viewer *viewer, struct arena *arena)
{
    char me[I64_BYTES_MAX];
    const struct str parts[] = {
        str_of(viewer_kind_name(viewer->kind)),
        str_from_i64(viewer->me, me),
        viewer->subjects,
        viewer->agencies,
        viewer->roles,
        viewer->locale,
        viewer->session,
        viewer->scopes,
        viewer->environment,
    };

    if (viewer->kind == VIEWER_NONE) return (struct db_setting){ "app.viewer", STR("") };
    return (struct db_setting){ "app.viewer",
                                arena_join(arena, parts, sizeof(parts) / sizeof(parts[0]), '|') };
}

void viewer_identify_group(const struct viewer *viewer, struct arena *arena, struct db_group *group)
{
    group->settings[0] = identity(viewer, arena);
    group->setting_count = 1;
}

void viewer_identify_tx(const struct viewer *viewer, struct arena *arena, struct db_tx *tx)
{
    tx->settings[0] = identity(viewer, arena);
    tx->setting_count = 1;
}

struct db_i64_array viewer_numbers(struct arena *arena, struct str list)
{
    struct db_i64_array numbers = { ARENA_ARRAY(arena, list.size / 2 + 1, int64_t), 0 };

    while (list.size > 0) {
        if (str_to_i64(str_split(&list, ','), &numbers.items[numbers.count]) == MC_OK)
            numbers.count++;
    }
    return numbers;
}

bool viewer_speaks_for(const struct viewer *viewer, int64_t subject)
{
    struct str rest = viewer->subjects;
    int64_t number;

    while (rest.size > 0)
        if (str_to_i64(str_split(&rest, ','), &number) == MC_OK && number == subject) return true;
    return false;
}

bool viewer_acts_as(const struct viewer *viewer, const char *role)
{
    struct str rest = viewer->roles;

    while (rest.size > 0)
        if (str_is(str_split(&rest, ','), role)) return true;
    return false;
}

bool request_signed_in(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind != VIEWER_NONE) return true;
    gql_fail_all(batch, MC_UNAUTHENTICATED, NULL);
    return false;
}

void request_cancel(struct request *request, enum status why)
{
    gql_run_cancel(&request->run, why);
    if (request->in_flight != NULL) db_group_cancel(request->in_flight);
}
