#include "connection.h"

#include "base/base64.h"

enum { CURSOR_BYTES = 17 };

struct edge {
    struct str cursor;
    void *node;
};

struct page_info {
    bool has_next, has_previous;
    struct str start, end;
};

static void put_number(char *out, int64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (char)((uint64_t)value >> (56 - 8 * i) & 0xff);
}

static int64_t get_number(const char *in)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | (unsigned char)in[i];
    return (int64_t)value;
}

struct str cursor_write(struct arena *arena, enum cursor_kind kind, struct place place)
{
    char bytes[CURSOR_BYTES];

    bytes[0] = (char)kind;
    put_number(bytes + 1, place.major);
    put_number(bytes + 9, place.minor);
    return base64url_encode(arena, (struct str){ bytes, sizeof(bytes) });
}

enum status cursor_read(struct arena *arena, enum cursor_kind kind, struct str text,
                        struct place *ret_place)
{
    struct str bytes;

    if (base64url_decode(arena, text, &bytes) != MC_OK || bytes.size != CURSOR_BYTES ||
        bytes.data[0] != (char)kind)
        return MC_BAD_INPUT;
    *ret_place = (struct place){ get_number(bytes.data + 1), get_number(bytes.data + 9) };
    return MC_OK;
}

static bool has_argument(const struct gql_batch *batch, const char *name)
{
    const struct gql_input *value = gql_arg(batch, name);

    return value != NULL && value->kind != GQL_INPUT_NULL;
}

enum status page_read(const struct gql_batch *batch, enum cursor_kind kind, size_t preset,
                      struct page *ret_page)
{
    struct page page = { 0 };
    int64_t first = gql_arg_int(batch, "first", -1), last = gql_arg_int(batch, "last", -1);
    enum status status = MC_OK;

    if (has_argument(batch, "first") && has_argument(batch, "last")) return MC_BAD_INPUT;
    if ((has_argument(batch, "first") && first < 0) || (has_argument(batch, "last") && last < 0))
        return MC_BAD_INPUT;
    page.backward = last >= 0;
    page.limit = page.backward ? (size_t)last : first >= 0 ? (size_t)first : preset;
    page.has_after = has_argument(batch, "after");
    page.has_before = has_argument(batch, "before");
    if (page.has_after)
        status = cursor_read(gql_arena(batch), kind, gql_arg_text(batch, "after"), &page.after);
    if (status == MC_OK && page.has_before)
        status = cursor_read(gql_arena(batch), kind, gql_arg_text(batch, "before"), &page.before);
    if (status == MC_OK) *ret_page = page;
    return status;
}

enum status page_read_forward(const struct gql_batch *batch, enum cursor_kind kind, size_t preset,
                              struct page *ret_page)
{
    int64_t first = gql_arg_int(batch, "first", (int64_t)preset);
    struct page page = { .limit = (size_t)first, .has_after = has_argument(batch, "after") };
    enum status status = first < 0 ? MC_BAD_INPUT : MC_OK;

    if (status == MC_OK && page.has_after)
        status = cursor_read(gql_arena(batch), kind, gql_arg_text(batch, "after"), &page.after);
    if (status == MC_OK) *ret_page = page;
    return status;
}

struct connection *connection_new(struct arena *arena, const struct page *page,
                                  const struct list_order *order, void **rows, size_t count)
{
    struct connection *connection = ARENA_NEW(arena, struct connection);
    bool more = count > page->limit;

    connection->count = more ? page->limit : count;
    connection->nodes = ARENA_ARRAY(arena, connection->count, void *);
    for (size_t i = 0; i < connection->count; i++)
        connection->nodes[page->backward ? connection->count - 1 - i : i] = rows[i];
    connection->order = order;
    connection->has_next = page->backward ? page->has_before : more;
    connection->has_previous = page->backward ? more : page->has_after;
    return connection;
}

void connection_answer(struct gql_batch *batch, struct db_ask *ask, const struct page *page,
                       const struct list_order *order)
{
    struct arena *arena = gql_arena(batch);
    size_t *first;
    void **rows;

    if (ask_rows_by_parent(batch, ask, &first) != MC_OK) {
        gql_fail_all(batch, MC_INTERNAL, NULL);
        return;
    }
    rows = ARENA_ARRAY(arena, ask->row_count, void *);
    for (size_t i = 0; i < ask->row_count; i++)
        rows[i] = ask_row(ask, i);
    for (size_t parent = 0; parent < gql_count(batch); parent++)
        gql_set_object(batch, parent,
                       connection_new(arena, page, order, rows + first[parent],
                                      first[parent + 1] - first[parent]));
}

void connection_answer_none(struct gql_batch *batch, const struct list_order *order)
{
    const struct page page = { 0 };
    void *none[1] = { NULL };

    for (size_t parent = 0; parent < gql_count(batch); parent++)
        gql_set_object(batch, parent, connection_new(gql_arena(batch), &page, order, none, 0));
}

static struct str cursor_of(struct arena *arena, const struct connection *connection, size_t i)
{
    const struct list_order *order = connection->order;

    return cursor_write(arena, order->kind, order->place(connection->nodes[i]));
}

static enum gql_progress edges(struct gql_batch *batch)
{
    struct arena *arena = gql_arena(batch);

    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct connection *connection = gql_parent(batch, parent);
        struct gql_cell *items = gql_set_list(batch, parent, connection->count);

        for (size_t i = 0; i < connection->count; i++) {
            struct edge *edge = ARENA_NEW(arena, struct edge);

            edge->node = connection->nodes[i];
            if (gql_selects(batch, "cursor")) edge->cursor = cursor_of(arena, connection, i);
            items[i] = gql_cell_object(edge);
        }
    }
    return GQL_NOW;
}

static enum gql_progress nodes(struct gql_batch *batch)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct connection *connection = gql_parent(batch, parent);
        struct gql_cell *items = gql_set_list(batch, parent, connection->count);

        for (size_t i = 0; i < connection->count; i++)
            items[i] = gql_cell_object(connection->nodes[i]);
    }
    return GQL_NOW;
}

static enum gql_progress page_info(struct gql_batch *batch)
{
    struct arena *arena = gql_arena(batch);

    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct connection *connection = gql_parent(batch, parent);
        struct page_info *info = ARENA_NEW(arena, struct page_info);

        info->has_next = connection->has_next;
        info->has_previous = connection->has_previous;
        if (connection->count > 0) {
            info->start = cursor_of(arena, connection, 0);
            info->end = cursor_of(arena, connection, connection->count - 1);
        }
        gql_set_object(batch, parent, info);
    }
    return GQL_NOW;
}

const struct gql_field connection_fields[] = {
    GQL_FIELD("edges", edges),
    GQL_FIELD("nodes", nodes),
    GQL_FIELD("pageInfo", page_info),
    GQL_FIELDS_END,
};

const struct gql_field edge_fields[] = {
    GQL_MEMBER("cursor", struct edge, cursor),
    GQL_MEMBER("node", struct edge, node),
    GQL_FIELDS_END,
};

const struct gql_field page_info_fields[] = {
    GQL_MEMBER("hasNextPage", struct page_info, has_next),
    GQL_MEMBER("hasPreviousPage", struct page_info, has_previous),
    GQL_MEMBER("startCursor", struct page_info, start),
    GQL_MEMBER("endCursor", struct page_info, end),
    GQL_FIELDS_END,
};
