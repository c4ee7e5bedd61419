#include "procedure/part_for_viewer.h"

#include "paper/paper.h"
#include "reference.h"
#include "sql.h"

struct part_for_viewer {
    int64_t parent_no;
    int64_t id;
    bool declared, held;
    struct procedure_part part;
};

const struct db_column part_for_viewer_columns[] = {
    DB_COLUMN(struct part_for_viewer, parent_no, DB_I64),
    DB_COLUMN(struct part_for_viewer, id, DB_I64),
    DB_COLUMN(struct part_for_viewer, declared, DB_BOOL),
    DB_COLUMN(struct part_for_viewer, held, DB_BOOL),
    PROCEDURE_PART_COLUMNS(struct part_for_viewer, part),
    DB_COLUMNS_END,
};

static void bind_owners(const struct gql_batch *batch, struct db_ask *ask)
{
    struct db_i64_array owners = viewer_numbers(ask->arena, request_of(batch)->viewer.subjects);

    db_bind_i64_array(ask, owners.items, owners.count);
}

static enum status parts_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PARTS_FOR_VIEWER;
    ask->rows_max = PROCEDURE_PARTS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct procedure, version));
    db_bind_text(ask, gql_arg_text(batch, "case"));
    bind_owners(batch, ask);
    return ask->status;
}

const struct ask parts_for_viewer = { parts_ask, part_for_viewer_columns,
                                      sizeof(struct part_for_viewer), ask_answer_list, false };

enum gql_progress parts_for(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_CITIZEN) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, NULL);
    return GQL_NOW;
}

static enum gql_progress part(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        struct part_for_viewer *row = gql_parent(batch, i);

        gql_set_object(batch, i, &row->part);
    }
    return GQL_NOW;
}

/* A database that has it comes first: what is not asked is not handed in either, and what the
 * e-form says not twice. */
static enum part_how how_of(const struct part_for_viewer *row)
{
    if (row->part.database.data != NULL) return PART_OBTAINED;
    if (row->declared) return PART_DECLARED;
    if (row->held) return PART_HELD;
    return row->part.required ? PART_TO_BRING : PART_TO_BRING_IF_THERE;
}

static enum gql_progress how(struct gql_batch *batch)
{
    static const char *const names[] = { [PART_OBTAINED] = "OBTAINED",
                                         [PART_DECLARED] = "DECLARED",
                                         [PART_HELD] = "HELD",
                                         [PART_TO_BRING] = "TO_BRING",
                                         [PART_TO_BRING_IF_THERE] = "TO_BRING" };

    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_text(batch, i, str_of(names[how_of(gql_parent(batch, i))]));
    return GQL_NOW;
}

static enum gql_progress guidance(struct gql_batch *batch)
{
    bool english = str_is(gql_arg_text(batch, "locale"), "EN");

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct part_for_viewer *row = gql_parent(batch, i);

        gql_set_text(batch, i, part_guidance(how_of(row), &row->part, english, gql_arena(batch)));
    }
    return GQL_NOW;
}

void part_papers_bind(const struct gql_batch *batch, struct db_ask *ask)
{
    bind_owners(batch, ask);
    db_bind_i64(ask, PART_PAPERS_MAX);
    ask->rows_max = PART_PAPERS_MAX * gql_count(batch);
    ask->columns = paper_columns;
    ask->row_size = paper_size;
}

static enum status papers_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PAPERS_FOR_PARTS;
    ask_bind_parents(batch, ask, offsetof(struct part_for_viewer, id));
    part_papers_bind(batch, ask);
    return ask->status;
}

static const struct ask papers = { papers_ask, paper_columns, 0, ask_answer_list, false };

const struct gql_field part_for_viewer_fields[] = {
    GQL_FIELD("part", part),         GQL_FIELD("how", how), ASK_FIELD("papers", papers),
    GQL_FIELD("guidance", guidance), GQL_FIELDS_END,
};
