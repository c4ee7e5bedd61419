/* Unit (đơn vị hành chính): found by SQL, read from memory. */
#include "office/unit.h"

#include "reference.h"
#include "sql.h"

enum { UNITS_PRESET = 20 };

static const struct reference *reference_of(const struct gql_batch *batch)
{
    return request_of(batch)->reference;
}

struct unit_hit {
    int64_t parent_no;
    int64_t unit;
};

const struct db_column unit_hit_columns[] = {
    DB_COLUMN(struct unit_hit, parent_no, DB_I64),
    DB_COLUMN(struct unit_hit, unit, DB_I64),
    DB_COLUMNS_END,
};

static enum status search_ask(struct gql_batch *batch, struct db_ask *ask)
{
    int64_t first = gql_arg_int(batch, "first", UNITS_PRESET);

    if (first < 0) return MC_BAD_INPUT;
    ask->sql = SQL_SEARCH_UNITS;
    db_bind_text(ask, gql_arg_text(batch, "search"));
    db_bind_bool(ask, viewer_in_sandbox(&request_of(batch)->viewer));
    db_bind_i64(ask, first);
    return ask->status;
}

/* One that was made a moment ago may not be in memory yet. */
static void search_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct unit **found = ARENA_ARRAY(gql_arena(batch), ask->row_count, struct unit *);
    struct gql_cell *items;
    size_t count = 0;

    for (size_t i = 0; i < ask->row_count; i++) {
        const struct unit_hit *hit = ask_row(ask, i);
        struct unit *unit = reference_unit(reference_of(batch), hit->unit);

        if (unit != NULL) found[count++] = unit;
    }
    items = gql_set_list(batch, 0, count);
    for (size_t i = 0; i < count; i++)
        items[i] = gql_cell_object(found[i]);
}

const struct ask query_units = { search_ask, unit_hit_columns, sizeof(struct unit_hit),
                                 search_answer, true };

/* What of a link is the unit that is asked, and what is the one it leads to. */
struct direction {
    size_t from, to;
};

static const struct direction forward = { offsetof(struct unit_successor, former),
                                          offsetof(struct unit_successor, later) };
static const struct direction backward = { offsetof(struct unit_successor, later),
                                           offsetof(struct unit_successor, former) };

struct unit_link {
    struct unit *unit;
    bool part;
};

static struct unit *end_of(const struct unit_successor *link, size_t end)
{
    return *(struct unit *const *)(const void *)((const char *)link + end);
}

static size_t links_of(const struct reference *reference, const struct unit *unit,
                       const struct direction *direction, struct unit_link *ret_links)
{
    size_t count = 0;

    for (size_t i = 0; i < reference->unit_successor_count; i++) {
        const struct unit_successor *link = &reference->unit_successors[i];
        struct unit *to = end_of(link, direction->to);

        if (end_of(link, direction->from) != unit || to == NULL) continue;
        if (ret_links != NULL) ret_links[count] = (struct unit_link){ to, link->part };
        count++;
    }
    return count;
}

static enum gql_progress links(struct gql_batch *batch)
{
    const struct direction *direction = gql_data(batch);
    const struct reference *reference = reference_of(batch);

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct unit *unit = gql_parent(batch, i);
        size_t count = links_of(reference, unit, direction, NULL);
        struct unit_link *found = ARENA_ARRAY(gql_arena(batch), count, struct unit_link);
        struct gql_cell *items = gql_set_list(batch, i, count);

        links_of(reference, unit, direction, found);
        for (size_t j = 0; j < count; j++)
            items[j] = gql_cell_object(&found[j]);
    }
    return GQL_NOW;
}

static enum gql_progress agencies(struct gql_batch *batch)
{
    const struct reference *reference = reference_of(batch);

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct unit *unit = gql_parent(batch, i);
        struct gql_cell *items;
        size_t count = 0;

        for (size_t j = 0; j < reference->agency_count; j++)
            count += reference->agencies[j].unit == unit;
        items = gql_set_list(batch, i, count);
        for (size_t j = 0; j < reference->agency_count; j++)
            if (reference->agencies[j].unit == unit)
                *items++ = gql_cell_object(&reference->agencies[j]);
    }
    return GQL_NOW;
}

const struct gql_field unit_fields[] = {
    GQL_MEMBER("code", struct unit, code),
    GQL_MEMBER("validFrom", struct unit, valid_from),
    GQL_MEMBER("validTo", struct unit, valid_to),
    GQL_MEMBER("level", struct unit, level),
    GQL_MEMBER("name", struct unit, name),
    GQL_MEMBER("parent", struct unit, parent),
    GQL_FIELD_DATA("successors", links, &forward),
    GQL_FIELD_DATA("predecessors", links, &backward),
    GQL_FIELD("agencies", agencies),
    GQL_FIELDS_END,
};

const struct gql_field unit_link_fields[] = {
    GQL_MEMBER("unit", struct unit_link, unit),
    GQL_MEMBER("part", struct unit_link, part),
    GQL_FIELDS_END,
};
