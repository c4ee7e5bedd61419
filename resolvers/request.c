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

enum { IDENTITY_SETTINGS = 9 };

static struct str me_text(const struct viewer *viewer, struct arena *arena)
{
    if (viewer->kind == VIEWER_NONE) return STR("");
    return arena_printf(arena, "%lld", (long long)viewer->me);
}

/* One that is not set reads as '' in the database, so empty ones are not sent. */
static size_t identify(const struct viewer *viewer, struct arena *arena,
                       struct db_setting settings[IDENTITY_SETTINGS])
{
    const struct db_setting rows[IDENTITY_SETTINGS] = {
        { "app.kind", str_of(viewer_kind_name(viewer->kind)) },
        { "app.me", me_text(viewer, arena) },
        { "app.subjects", viewer->subjects },
        { "app.agencies", viewer->agencies },
        { "app.roles", viewer->roles },
        { "app.locale", viewer->locale },
        { "app.session", viewer->session },
        { "app.scopes", viewer->scopes },
        { "app.environment", viewer->environment },
    };
    size_t count = 1;

    settings[0] = rows[0];
    for (size_t i = 1; i < IDENTITY_SETTINGS; i++)
        if (rows[i].value.size > 0) settings[count++] = rows[i];
    return count;
}

void viewer_identify_group(const struct viewer *viewer, struct arena *arena, struct db_group *group)
{
    group->setting_count = identify(viewer, arena, group->settings);
}

void viewer_identify_tx(const struct viewer *viewer, struct arena *arena, struct db_tx *tx)
{
    tx->setting_count = identify(viewer, arena, tx->settings);
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
