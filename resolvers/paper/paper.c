#include "paper/paper.h"

#include "base/json_out.h"
#include "connection.h"
#include "dossier/dossier.h"
#include "model.h"
#include "paper/result.h"
#include "sql.h"

struct paper {
    int64_t parent_no;
    int64_t id;
    struct str public_id, title, kind, media_type;
    int64_t bytes;
    int32_t valid_from, valid_until;
    struct str source;
    int64_t reuses;
    struct str state, refusal;
    int64_t created_at;
    struct str sha256;
};

const struct db_column paper_columns[] = {
    DB_COLUMN(struct paper, parent_no, DB_I64),    DB_COLUMN(struct paper, id, DB_I64),
    DB_COLUMN(struct paper, public_id, DB_UUID),   DB_COLUMN(struct paper, title, DB_TEXT),
    DB_COLUMN(struct paper, kind, DB_TEXT),        DB_COLUMN(struct paper, media_type, DB_TEXT),
    DB_COLUMN(struct paper, bytes, DB_I64),        DB_COLUMN(struct paper, valid_from, DB_DATE),
    DB_COLUMN(struct paper, valid_until, DB_DATE), DB_COLUMN(struct paper, source, DB_TEXT),
    DB_COLUMN(struct paper, reuses, DB_I64),       DB_COLUMN(struct paper, state, DB_TEXT),
    DB_COLUMN(struct paper, refusal, DB_TEXT),     DB_COLUMN(struct paper, created_at, DB_TIME),
    DB_COLUMN(struct paper, sha256, DB_TEXT),      DB_COLUMNS_END,
};

const size_t paper_size = sizeof(struct paper);

/* ---- of the viewer ---- */

enum { PAPERS_PRESET = 20 };

static struct place paper_place(const void *node)
{
    return (struct place){ ((const struct paper *)node)->id, 0 };
}

static const struct list_order paper_order = { CURSOR_PAPER, paper_place };

static enum status of_viewer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    const struct viewer *viewer = &request_of(batch)->viewer;
    struct db_i64_array owners;
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_PAPER, PAPERS_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = SQL_PAPERS_OF_VIEWER;
    ask->rows_max = page.limit + 1;
    owners = viewer_numbers(ask->arena, viewer->subjects);
    db_bind_i64_array(ask, owners.items, owners.count);
    db_bind_i64(ask, page.has_after ? page.after.major : INT64_MAX);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void of_viewer_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_PAPER, PAPERS_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &paper_order);
}

const struct ask viewer_papers = { of_viewer_ask, paper_columns, sizeof(struct paper),
                                   of_viewer_answer, false };

enum gql_progress papers_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_CITIZEN) return ask_resolve(batch);
    connection_answer_none(batch, &paper_order);
    return GQL_NOW;
}

/* ---- one ---- */

static enum gql_progress download(struct gql_batch *batch)
{
    struct request *request = request_of(batch);
    const struct services *services = request->services;

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct paper *paper = gql_parent(batch, i);

        if (str_is(paper->state, "CLEAN"))
            gql_set_text(batch, i,
                         services->paper_link(services->data, &request->viewer, paper->public_id,
                                              gql_arena(batch)));
    }
    return GQL_NOW;
}

static enum status result_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->columns = result_columns;
    ask->row_size = result_size;
    ask->sql = SQL_RESULTS_OF_PAPERS;
    ask_bind_parents(batch, ask, offsetof(struct paper, id));
    return ask->status;
}

static const struct ask result_of_paper = { result_ask, result_columns, 0, ask_answer_one, false };

const struct gql_field paper_fields[] = {
    GQL_MEMBER("id", struct paper, public_id),
    GQL_MEMBER("title", struct paper, title),
    GQL_MEMBER("kind", struct paper, kind),
    GQL_MEMBER("mediaType", struct paper, media_type),
    GQL_MEMBER("bytes", struct paper, bytes),
    GQL_MEMBER("validFrom", struct paper, valid_from),
    GQL_MEMBER("validUntil", struct paper, valid_until),
    GQL_MEMBER("source", struct paper, source),
    GQL_MEMBER("reuses", struct paper, reuses),
    GQL_MEMBER("state", struct paper, state),
    GQL_MEMBER("refusal", struct paper, refusal),
    GQL_MEMBER("createdAt", struct paper, created_at),
    GQL_MEMBER("sha256", struct paper, sha256),
    ASK_FIELD("result", result_of_paper),
    GQL_FIELD("download", download),
    GQL_FIELDS_END,
};

/* ---- of a dossier ---- */

struct part {
    int64_t parent_no;
    int64_t no;
    struct str name, code, source;
    int64_t paper;
    int64_t at;
};

const struct db_column part_columns[] = {
    DB_COLUMN(struct part, parent_no, DB_I64), DB_COLUMN(struct part, no, DB_I64),
    DB_COLUMN(struct part, name, DB_TEXT),     DB_COLUMN(struct part, code, DB_TEXT),
    DB_COLUMN(struct part, source, DB_TEXT),   DB_COLUMN(struct part, paper, DB_I64),
    DB_COLUMN(struct part, at, DB_TIME),       DB_COLUMNS_END,
};

enum { PARTS_MAX = 200 };

static enum status parts_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PARTS_OF_DOSSIERS;
    ask->rows_max = PARTS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

static bool may_know_parts(const struct gql_batch *batch, size_t i)
{
    return request_of(batch)->viewer.kind == VIEWER_OFFICER ||
           (request_of(batch)->viewer.kind == VIEWER_CITIZEN && dossier_is_own(batch, i));
}

static void parts_answer(struct gql_batch *batch, struct db_ask *ask)
{
    ask_answer_list(batch, ask);
    for (size_t i = 0; i < gql_count(batch); i++)
        if (!may_know_parts(batch, i)) gql_set_object(batch, i, NULL);
}

const struct ask dossier_parts = { parts_ask, part_columns, sizeof(struct part), parts_answer,
                                   false };

enum gql_progress parts_of_dossier(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        if (may_know_parts(batch, i)) return ask_resolve(batch);
    return GQL_NOW;
}

struct announced_part {
    int64_t parent_no;
    struct str code, name, name_en;
};

const struct db_column announced_part_columns[] = {
    DB_COLUMN(struct announced_part, parent_no, DB_I64),
    DB_COLUMN(struct announced_part, code, DB_TEXT),
    DB_COLUMN(struct announced_part, name, DB_TEXT),
    DB_COLUMN(struct announced_part, name_en, DB_TEXT),
    DB_COLUMNS_END,
};

enum { ANNOUNCED_MAX = 60 };

static enum status announced_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_ANNOUNCED_PARTS_OF_DOSSIERS;
    ask->rows_max = ANNOUNCED_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask dossier_announced_parts = { announced_ask, announced_part_columns,
                                             sizeof(struct announced_part), parts_answer, false };

const struct gql_field announced_part_fields[] = {
    GQL_MEMBER("code", struct announced_part, code),
    GQL_MEMBER("name", struct announced_part, name),
    GQL_MEMBER("nameEn", struct announced_part, name_en),
    GQL_FIELDS_END,
};

enum { RESULT_FILES_MAX = 10 };

static enum status result_files_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_RESULT_FILES_OF_DOSSIERS;
    ask->rows_max = RESULT_FILES_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask dossier_result_files = { result_files_ask, paper_columns, sizeof(struct paper),
                                          parts_answer, false };

static enum status part_paper_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PAPERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct part, paper));
    return ask->status;
}

static const struct ask part_paper = { part_paper_ask, paper_columns, sizeof(struct paper),
                                       ask_answer_one, false };

const struct gql_field part_fields[] = {
    GQL_MEMBER("no", struct part, no),
    GQL_MEMBER("name", struct part, name),
    GQL_MEMBER("code", struct part, code),
    GQL_MEMBER("source", struct part, source),
    ASK_FIELD("paper", part_paper),
    GQL_MEMBER("at", struct part, at),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

/* Days since 1970. */
static void bind_day(const struct gql_input *input, const char *name, struct db_ask *ask)
{
    const struct gql_input *day = gql_input_field(input, name);

    db_bind_i64(ask, day == NULL || day->kind != GQL_INPUT_INT ? INT64_MIN : day->integer);
}

static enum status keep_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input;

    ask->sql = SQL_KEEP_PAPER;
    db_bind_text(ask, gql_input_text(input, "upload"));
    db_bind_text(ask, gql_input_text(input, "kind"));
    db_bind_text(ask, gql_input_text(input, "title"));
    bind_day(input, "validFrom", ask);
    bind_day(input, "validUntil", ask);
    return ask->status;
}

static void write_day(struct buf *out, const struct gql_input *input, const char *name)
{
    const struct gql_input *day = gql_input_field(input, name);

    if (day != NULL && day->kind == GQL_INPUT_INT)
        buf_printf(out, ",\"%s\":%lld", name, (long long)day->integer);
}

/* What a scan is (functions/55_scans.sql), of the fields of an input that has them. */
static void bind_scan(struct mutation *mutation, const struct gql_input *input, struct db_ask *ask)
{
    static const char *const texts[] = { "upload", "part", "kind", "title" };
    struct buf out;

    buf_init(&out, mutation->request->arena->bytes_max);
    buf_add(&out, STR("{\"scan\":true"));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct str text = gql_input_text(input, texts[i]);

        if (text.data == NULL) continue;
        buf_printf(&out, ",\"%s\":", texts[i]);
        json_quote(&out, text);
    }
    write_day(&out, input, "validFrom");
    write_day(&out, input, "validUntil");
    buf_add_char(&out, '}');
    db_bind_text(ask, buf_str(&out));
    buf_done(&out);
}

static enum status scan_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_SCAN_PART;
    db_bind_text(ask, gql_input_text(mutation->input, "code"));
    bind_scan(mutation, gql_input_field(mutation->input, "scan"), ask);
    return ask->status;
}

static enum status attach_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_ATTACH_RESULT;
    db_bind_text(ask, gql_input_text(mutation->input, "code"));
    bind_scan(mutation, mutation->input, ask);
    return ask->status;
}

static enum status remove_scan_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REMOVE_SCAN;
    db_bind_text(ask, gql_input_text(mutation->input, "code"));
    db_bind_text(ask, gql_input_text(mutation->input, "paper"));
    return ask->status;
}

static enum status remove_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REMOVE_PAPER;
    db_bind_text(ask, gql_input_text(mutation->input, "paper"));
    return ask->status;
}

const struct mutation_kind keep_paper = { .payload = "PaperKept", .bind = keep_bind };
const struct mutation_kind remove_paper = { .payload = "PaperRemoved", .bind = remove_bind };
const struct mutation_kind scan_part = { .payload = "PaperKept", .bind = scan_bind };
const struct mutation_kind attach_result = { .payload = "PaperKept", .bind = attach_bind };
const struct mutation_kind remove_scan = { .payload = "PaperRemoved", .bind = remove_scan_bind };

static enum status kept_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PAPERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask kept = { kept_ask, paper_columns, sizeof(struct paper), ask_answer_one,
                                 false };

const struct gql_field paper_kept_fields[] = {
    ASK_FIELD("paper", kept),
    GQL_FIELDS_END,
};

const struct gql_field paper_removed_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};
