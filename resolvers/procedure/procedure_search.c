#include "procedure/procedure_search.h"

#include "connection.h"
#include "procedure/procedure.h"
#include "reference.h"
#include "sql.h"

struct search_hit {
    int64_t parent_no;
    int64_t place;
    int64_t version;
};

const struct db_column search_hit_columns[] = {
    DB_COLUMN(struct search_hit, parent_no, DB_I64),
    DB_COLUMN(struct search_hit, place, DB_I64),
    DB_COLUMN(struct search_hit, version, DB_I64),
    DB_COLUMNS_END,
};

bool search_has_words(struct str search)
{
    for (size_t i = 0; i < search.size; i++) {
        unsigned char byte = (unsigned char)search.data[i], small = byte | 0x20;

        if (byte >= 0x80 || (byte >= '0' && byte <= '9') || (small >= 'a' && small <= 'z'))
            return true;
    }
    return false;
}

static enum status search_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_SEARCH, PROCEDURES_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = SQL_SEARCH_PROCEDURES;
    db_bind_text(ask, gql_arg_text(batch, "search"));
    db_bind_text(ask, gql_arg_text(batch, "field"));
    db_bind_bool(ask, viewer_in_sandbox(&request_of(batch)->viewer));
    db_bind_i64(ask, page.has_after ? page.after.major : 0);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static struct place search_place(const void *node)
{
    return (struct place){ ((const struct procedure *)node)->place, 0 };
}

static const struct list_order search_order = { CURSOR_SEARCH, search_place };

/* A procedure in memory has no place: the answer's are copies. One that was published a moment ago
 * may not be in memory yet. */
static void search_answer(struct gql_batch *batch, struct db_ask *ask)
{
    const struct reference *reference = request_of(batch)->reference;
    struct arena *arena = gql_arena(batch);
    void **rows = ARENA_ARRAY(arena, ask->row_count, void *);
    struct page page;
    size_t count = 0;

    MC_ASSERT(page_read_forward(batch, CURSOR_SEARCH, PROCEDURES_PRESET, &page) == MC_OK);
    for (size_t i = 0; i < ask->row_count; i++) {
        const struct search_hit *hit = ask_row(ask, i);
        const struct procedure *found = reference_version(reference, hit->version);
        struct procedure *copy;

        if (found == NULL) continue;
        copy = ARENA_NEW(arena, struct procedure);
        *copy = *found;
        copy->place = hit->place;
        rows[count++] = copy;
    }
    gql_set_object(batch, 0, connection_new(arena, &page, &search_order, rows, count));
}

const struct ask procedure_search = { search_ask, search_hit_columns, sizeof(struct search_hit),
                                      search_answer, true };
