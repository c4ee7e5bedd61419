/* DossierEvent (diễn biến hồ sơ): one thing that happened, under one id everywhere. */
#include "dossier/dossier_event.h"

#include "model.h"
#include "reference.h"
#include "sql.h"

const struct db_column dossier_event_columns[] = {
    DB_COLUMN(struct dossier_event, parent_no, DB_I64),
    DB_COLUMN(struct dossier_event, id, DB_UUID),
    DB_COLUMN(struct dossier_event, dossier, DB_I64),
    DB_COLUMN(struct dossier_event, seq, DB_I64),
    DB_COLUMN(struct dossier_event, at, DB_TIME),
    DB_COLUMN(struct dossier_event, event, DB_TEXT),
    DB_COLUMN(struct dossier_event, from_state, DB_TEXT),
    DB_COLUMN(struct dossier_event, to_state, DB_TEXT),
    DB_COLUMN(struct dossier_event, actor_name, DB_TEXT),
    DB_COLUMN(struct dossier_event, note, DB_TEXT),
    DB_COLUMN(struct dossier_event, feed_no, DB_I64),
    DB_COLUMNS_END,
};

/* Of one's own dossiers, which the rows need not name: Dossier.timeline knows its parents. */
const struct db_column own_timeline_columns[] = {
    DB_COLUMN(struct dossier_event, parent_no, DB_I64),
    DB_COLUMN(struct dossier_event, id, DB_UUID),
    DB_COLUMN(struct dossier_event, seq, DB_I64),
    DB_COLUMN(struct dossier_event, at, DB_TIME),
    DB_COLUMN(struct dossier_event, event, DB_TEXT),
    DB_COLUMN(struct dossier_event, from_state, DB_TEXT),
    DB_COLUMN(struct dossier_event, to_state, DB_TEXT),
    DB_COLUMN(struct dossier_event, actor_name, DB_TEXT),
    DB_COLUMN(struct dossier_event, note, DB_TEXT),
    DB_COLUMNS_END,
};

/* Of a list, where neither id nor event, from or actor is asked for. */
const struct db_column brief_timeline_columns[] = {
    DB_COLUMN(struct dossier_event, parent_no, DB_I64),
    DB_COLUMN(struct dossier_event, seq, DB_I64),
    DB_COLUMN(struct dossier_event, at, DB_TIME),
    DB_COLUMN(struct dossier_event, to_state, DB_TEXT),
    DB_COLUMN(struct dossier_event, note, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = request_of(batch)->viewer.kind == VIEWER_OFFICER ? SQL_DOSSIERS_BY_ID_FOR_OFFICE
                                                                : SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct dossier_event, dossier));
    return ask->status;
}

static const struct ask dossier = { dossier_ask, dossier_columns, sizeof(struct dossier),
                                    ask_answer_one, false };

struct event_agency {
    int64_t parent_no;
    int64_t agency;
};

const struct db_column event_agency_columns[] = {
    DB_COLUMN(struct event_agency, parent_no, DB_I64),
    DB_COLUMN(struct event_agency, agency, DB_I64),
    DB_COLUMNS_END,
};

static enum status agency_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct str *ids = ARENA_ARRAY(ask->arena, gql_count(batch), struct str);

    for (size_t i = 0; i < gql_count(batch); i++)
        ids[i] = ((const struct dossier_event *)gql_parent(batch, i))->id;
    ask->sql = SQL_AGENCIES_OF_EVENTS;
    ask->rows_max = gql_count(batch);
    db_bind_text_array(ask, ids, gql_count(batch));
    return ask->status;
}

static void agency_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, NULL);
    for (size_t i = 0; i < ask->row_count; i++) {
        const struct event_agency *row = ask_row(ask, i);

        gql_set_object(batch, (size_t)row->parent_no,
                       reference_agency(request_of(batch)->reference, row->agency));
    }
}

static const struct ask agency = { agency_ask, event_agency_columns, sizeof(struct event_agency),
                                   agency_answer, false };

const struct gql_field dossier_event_fields[] = {
    GQL_MEMBER("id", struct dossier_event, id),
    ASK_FIELD("dossier", dossier),
    GQL_MEMBER("seq", struct dossier_event, seq),
    GQL_MEMBER("at", struct dossier_event, at),
    GQL_MEMBER("event", struct dossier_event, event),
    GQL_MEMBER("from", struct dossier_event, from_state),
    GQL_MEMBER("to", struct dossier_event, to_state),
    GQL_MEMBER("actor", struct dossier_event, actor_name),
    ASK_FIELD("agency", agency),
    GQL_MEMBER("note", struct dossier_event, note),
    GQL_FIELDS_END,
};

/* By kind of viewer: everything, and one dossier's. */
static const struct embedded *feed_statement(enum viewer_kind kind, bool one)
{
    if (one) return SQL_FEED_OF_DOSSIER;
    return kind == VIEWER_OFFICER ? SQL_FEED_OF_AGENCIES : SQL_FEED_OF_SUBJECTS;
}

void feed_ask(const struct viewer *viewer, const struct feed_range *range, struct db_ask *ask)
{
    bool one = range->code.data != NULL;
    struct str who = viewer->kind == VIEWER_OFFICER ? viewer->agencies : viewer->subjects;
    struct db_i64_array numbers = viewer_numbers(ask->arena, who);

    ask->sql = feed_statement(viewer->kind, one);
    ask->columns = dossier_event_columns;
    ask->row_size = sizeof(struct dossier_event);
    ask->rows_max = range->limit;
    if (one)
        db_bind_text(ask, range->code);
    else
        db_bind_i64_array(ask, numbers.items, numbers.count);
    db_bind_i64(ask, range->after);
    db_bind_i64(ask, (int64_t)range->limit);
    if (viewer->kind != VIEWER_OFFICER && !one) db_bind_i64(ask, viewer->me);
    db_bind_i64(ask, (int64_t)(range->limit - range->ahead));
}

const struct db_column feed_end_columns[] = {
    DB_COLUMN(struct feed_end, feed_no, DB_I64),
    DB_COLUMNS_END,
};

void feed_end_ask(struct db_ask *ask)
{
    ask->sql = SQL_FEED_END;
    ask->columns = feed_end_columns;
    ask->row_size = sizeof(struct feed_end);
    ask->rows_max = 1;
}

enum { EVENTS_PRESET = 50 };

static enum status events_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_FEED, EVENTS_PRESET, &page);

    if (status != MC_OK) return status;
    struct feed_range range = { STR_NONE, page.has_after ? page.after.major : 0, page.limit + 1,
                                1 };

    feed_ask(&request_of(batch)->viewer, &range, ask);
    return ask->status;
}

struct place feed_place(const void *node)
{
    return (struct place){ ((const struct dossier_event *)node)->feed_no, 0 };
}

static const struct list_order feed_order = { CURSOR_FEED, feed_place };

static void events_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_FEED, EVENTS_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &feed_order);
}

const struct ask query_events = { events_ask, dossier_event_columns, sizeof(struct dossier_event),
                                  events_answer, false };
