#include "dossier/sync.h"

#include "connection.h"
#include "dossier/dossier.h"
#include "model.h"
#include "sql.h"

enum { FAILED_MAX = 100, QUARANTINE_PRESET = 20, PAPERS_MAX = 200 };

static bool is_officer(const struct gql_batch *batch)
{
    return request_of(batch)->viewer.kind == VIEWER_OFFICER;
}

static void bind_agencies(const struct gql_batch *batch, struct db_ask *ask)
{
    struct db_i64_array agencies = viewer_numbers(ask->arena, request_of(batch)->viewer.agencies);

    db_bind_i64_array(ask, agencies.items, agencies.count);
}

/* ---- a dossier's ---- */

struct dossier_sync {
    int64_t parent_no;
    struct str state;
    int64_t sent_at, acked_at, lag_s;
    struct str why;
};

const struct db_column dossier_sync_columns[] = {
    DB_COLUMN(struct dossier_sync, parent_no, DB_I64),
    DB_COLUMN(struct dossier_sync, state, DB_TEXT),
    DB_COLUMN(struct dossier_sync, sent_at, DB_TIME),
    DB_COLUMN(struct dossier_sync, acked_at, DB_TIME),
    DB_COLUMN(struct dossier_sync, lag_s, DB_I64),
    DB_COLUMN(struct dossier_sync, why, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status sync_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_SYNCS_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask dossier_sync = { sync_ask, dossier_sync_columns, sizeof(struct dossier_sync),
                                  ask_answer_one, false };

enum gql_progress sync_of_dossier(struct gql_batch *batch)
{
    return is_officer(batch) ? ask_resolve(batch) : GQL_NOW;
}

const struct gql_field dossier_sync_fields[] = {
    GQL_MEMBER("state", struct dossier_sync, state),
    GQL_MEMBER("sentAt", struct dossier_sync, sent_at),
    GQL_MEMBER("ackedAt", struct dossier_sync, acked_at),
    GQL_MEMBER("lag", struct dossier_sync, lag_s),
    GQL_MEMBER("why", struct dossier_sync, why),
    GQL_FIELDS_END,
};

struct portal_paper {
    int64_t parent_no;
    struct str name, address, kho_id, source;
    bool is_digitised;
    int64_t at;
};

const struct db_column portal_paper_columns[] = {
    DB_COLUMN(struct portal_paper, parent_no, DB_I64),
    DB_COLUMN(struct portal_paper, name, DB_TEXT),
    DB_COLUMN(struct portal_paper, address, DB_TEXT),
    DB_COLUMN(struct portal_paper, kho_id, DB_TEXT),
    DB_COLUMN(struct portal_paper, source, DB_TEXT),
    DB_COLUMN_AS("digitised", struct portal_paper, is_digitised, DB_BOOL),
    DB_COLUMN(struct portal_paper, at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status papers_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PORTAL_PAPERS_OF_DOSSIERS;
    ask->rows_max = PAPERS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    db_bind_i64(ask, PAPERS_MAX);
    return ask->status;
}

static bool may_know_papers(const struct gql_batch *batch, size_t i)
{
    return is_officer(batch) ||
           (request_of(batch)->viewer.kind == VIEWER_CITIZEN && dossier_is_own(batch, i));
}

static void papers_answer(struct gql_batch *batch, struct db_ask *ask)
{
    ask_answer_list(batch, ask);
    for (size_t i = 0; i < gql_count(batch); i++)
        if (!may_know_papers(batch, i)) gql_set_object(batch, i, NULL);
}

const struct ask dossier_portal_papers = { papers_ask, portal_paper_columns,
                                           sizeof(struct portal_paper), papers_answer, false };

enum gql_progress portal_papers_of_dossier(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        if (may_know_papers(batch, i)) return ask_resolve(batch);
    return GQL_NOW;
}

const struct gql_field portal_paper_fields[] = {
    GQL_MEMBER("name", struct portal_paper, name),
    GQL_MEMBER("address", struct portal_paper, address),
    GQL_MEMBER("khoId", struct portal_paper, kho_id),
    GQL_MEMBER("source", struct portal_paper, source),
    GQL_MEMBER("isDigitised", struct portal_paper, is_digitised),
    GQL_MEMBER("at", struct portal_paper, at),
    GQL_FIELDS_END,
};

/* ---- the viewer's lists ---- */

enum gql_progress sync_list_of_viewer(struct gql_batch *batch)
{
    if (is_officer(batch)) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

struct adapter {
    int64_t parent_no;
    struct str id, name;
    bool is_on;
    int64_t waiting, failed, quarantined, lag_s;
    bool is_late;
    int64_t acked_at, pulled_at;
    bool is_pull_late;
};

const struct db_column adapter_columns[] = {
    DB_COLUMN(struct adapter, parent_no, DB_I64),
    DB_COLUMN(struct adapter, id, DB_TEXT),
    DB_COLUMN(struct adapter, name, DB_TEXT),
    DB_COLUMN(struct adapter, is_on, DB_BOOL),
    DB_COLUMN(struct adapter, waiting, DB_I64),
    DB_COLUMN(struct adapter, failed, DB_I64),
    DB_COLUMN(struct adapter, quarantined, DB_I64),
    DB_COLUMN(struct adapter, lag_s, DB_I64),
    DB_COLUMN(struct adapter, is_late, DB_BOOL),
    DB_COLUMN(struct adapter, acked_at, DB_TIME),
    DB_COLUMN(struct adapter, pulled_at, DB_TIME),
    DB_COLUMN(struct adapter, is_pull_late, DB_BOOL),
    DB_COLUMNS_END,
};

static enum status adapters_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_ADAPTERS;
    return ask->status;
}

const struct ask viewer_adapters = { adapters_ask, adapter_columns, sizeof(struct adapter),
                                     ask_answer_viewer, false };

const struct gql_field adapter_fields[] = {
    GQL_MEMBER("id", struct adapter, id),
    GQL_MEMBER("name", struct adapter, name),
    GQL_MEMBER("isOn", struct adapter, is_on),
    GQL_MEMBER("waiting", struct adapter, waiting),
    GQL_MEMBER("failed", struct adapter, failed),
    GQL_MEMBER("quarantined", struct adapter, quarantined),
    GQL_MEMBER("lag", struct adapter, lag_s),
    GQL_MEMBER("isLate", struct adapter, is_late),
    GQL_MEMBER("ackedAt", struct adapter, acked_at),
    GQL_MEMBER("pulledAt", struct adapter, pulled_at),
    GQL_MEMBER("isPullLate", struct adapter, is_pull_late),
    GQL_FIELDS_END,
};

struct failed_sync {
    int64_t parent_no;
    struct str code, adapter, why;
    int64_t failed_at;
};

const struct db_column failed_sync_columns[] = {
    DB_COLUMN(struct failed_sync, parent_no, DB_I64),  DB_COLUMN(struct failed_sync, code, DB_TEXT),
    DB_COLUMN(struct failed_sync, adapter, DB_TEXT),   DB_COLUMN(struct failed_sync, why, DB_TEXT),
    DB_COLUMN(struct failed_sync, failed_at, DB_TIME), DB_COLUMNS_END,
};

static enum status failed_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_FAILED_SYNCS;
    bind_agencies(batch, ask);
    db_bind_i64(ask, FAILED_MAX);
    return ask->status;
}

const struct ask viewer_failed_syncs = { failed_ask, failed_sync_columns,
                                         sizeof(struct failed_sync), ask_answer_viewer, false };

const struct gql_field failed_sync_fields[] = {
    GQL_MEMBER("code", struct failed_sync, code),
    GQL_MEMBER("adapter", struct failed_sync, adapter),
    GQL_MEMBER("why", struct failed_sync, why),
    GQL_MEMBER("failedAt", struct failed_sync, failed_at),
    GQL_FIELDS_END,
};

struct quarantined {
    int64_t parent_no, id;
    struct str public_id, kind, code, procedure, agency;
    int64_t amount_dong;
    struct str reference, reason;
    int64_t tries, received_at, next_try_at;
};

const struct db_column quarantined_columns[] = {
    DB_COLUMN(struct quarantined, parent_no, DB_I64),
    DB_COLUMN(struct quarantined, id, DB_I64),
    DB_COLUMN(struct quarantined, public_id, DB_UUID),
    DB_COLUMN(struct quarantined, kind, DB_TEXT),
    DB_COLUMN(struct quarantined, code, DB_TEXT),
    DB_COLUMN(struct quarantined, procedure, DB_TEXT),
    DB_COLUMN(struct quarantined, agency, DB_TEXT),
    DB_COLUMN(struct quarantined, amount_dong, DB_I64),
    DB_COLUMN(struct quarantined, reference, DB_TEXT),
    DB_COLUMN(struct quarantined, reason, DB_TEXT),
    DB_COLUMN(struct quarantined, tries, DB_I64),
    DB_COLUMN(struct quarantined, received_at, DB_TIME),
    DB_COLUMN(struct quarantined, next_try_at, DB_TIME),
    DB_COLUMNS_END,
};

static struct place quarantined_place(const void *node)
{
    return (struct place){ ((const struct quarantined *)node)->id, 0 };
}

static const struct list_order quarantine_order = { CURSOR_QUARANTINE, quarantined_place };

static enum status quarantine_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_QUARANTINE, QUARANTINE_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = SQL_QUARANTINE_OF_VIEWER;
    ask->rows_max = page.limit + 1;
    bind_agencies(batch, ask);
    db_bind_i64(ask, page.has_after ? page.after.major : 0);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void quarantine_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_QUARANTINE, QUARANTINE_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &quarantine_order);
}

const struct ask viewer_quarantine = { quarantine_ask, quarantined_columns,
                                       sizeof(struct quarantined), quarantine_answer, false };

enum gql_progress quarantine_of_viewer(struct gql_batch *batch)
{
    if (is_officer(batch)) return ask_resolve(batch);
    connection_answer_none(batch, &quarantine_order);
    return GQL_NOW;
}

const struct gql_field quarantined_message_fields[] = {
    GQL_MEMBER("id", struct quarantined, public_id),
    GQL_MEMBER("kind", struct quarantined, kind),
    GQL_MEMBER("code", struct quarantined, code),
    GQL_MEMBER("procedure", struct quarantined, procedure),
    GQL_MEMBER("agency", struct quarantined, agency),
    GQL_MEMBER("amountDong", struct quarantined, amount_dong),
    GQL_MEMBER("reference", struct quarantined, reference),
    GQL_MEMBER("reason", struct quarantined, reason),
    GQL_MEMBER("tries", struct quarantined, tries),
    GQL_MEMBER("receivedAt", struct quarantined, received_at),
    GQL_MEMBER("nextTryAt", struct quarantined, next_try_at),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

static enum status retry_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_RETRY_PORTAL_MESSAGE;
    db_bind_text(ask, gql_input_text(mutation->input, "message"));
    return ask->status;
}

static enum status dismiss_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_DISMISS_PORTAL_MESSAGE;
    db_bind_text(ask, gql_input_text(mutation->input, "message"));
    db_bind_text(ask, gql_input_text(mutation->input, "reason"));
    return ask->status;
}

static enum status redrive_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REDRIVE_SYNC;
    db_bind_text(ask, gql_input_text(mutation->input, "code"));
    db_bind_text(ask, gql_input_text(mutation->input, "adapter"));
    return ask->status;
}

const struct mutation_kind retry_portal_message = { .payload = "PortalMessageRetried",
                                                    .bind = retry_bind };
const struct mutation_kind dismiss_portal_message = { .payload = "PortalMessageDismissed",
                                                      .bind = dismiss_bind };
const struct mutation_kind redrive_sync = { .payload = "SyncRedriven", .bind = redrive_bind };

static enum status retried_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_QUARANTINED_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask retried = { retried_ask, quarantined_columns, sizeof(struct quarantined),
                                    ask_answer_one, false };

const struct gql_field portal_message_retried_fields[] = {
    ASK_FIELD("quarantined", retried),
    GQL_FIELDS_END,
};

const struct gql_field portal_message_dismissed_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};

static enum status redriven_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID_FOR_OFFICE;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask redriven = { redriven_ask, dossier_columns, sizeof(struct dossier),
                                     ask_answer_one, false };

const struct gql_field sync_redriven_fields[] = {
    ASK_FIELD("dossier", redriven),
    GQL_FIELDS_END,
};
