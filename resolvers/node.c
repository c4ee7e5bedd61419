/* Node (đối tượng có mã định danh): anything by its id. Ids are UUIDs of one space, so that one
 * look in memory and one statement find whatever it is. */
#include "node.h"

#include "model.h"
#include "reference.h"
#include "scope.h"
#include "sql.h"

struct node_row {
    int64_t parent_no;
    struct str kind;
    struct dossier dossier;
    struct dossier_event event;
    struct device device;
};

const struct db_column node_columns[] = {
    DB_COLUMN(struct node_row, kind, DB_TEXT),
    DB_COLUMN_AS("dossier_id", struct node_row, dossier.id, DB_I64),
    DB_COLUMN_AS("dossier_public_id", struct node_row, dossier.public_id, DB_UUID),
    DB_COLUMN_AS("dossier_code", struct node_row, dossier.code, DB_TEXT),
    DB_COLUMN_AS("dossier_procedure_version", struct node_row, dossier.procedure_version, DB_I64),
    DB_COLUMN_AS("dossier_applicant", struct node_row, dossier.applicant, DB_I64),
    DB_COLUMN_AS("dossier_received_agency", struct node_row, dossier.received_agency, DB_I64),
    DB_COLUMN_AS("dossier_competent_agency", struct node_row, dossier.competent_agency, DB_I64),
    DB_COLUMN_AS("dossier_state", struct node_row, dossier.state, DB_TEXT),
    DB_COLUMN_AS("dossier_submitted_at", struct node_row, dossier.submitted_at, DB_TIME),
    DB_COLUMN_AS("dossier_received_at", struct node_row, dossier.received_at, DB_TIME),
    DB_COLUMN_AS("dossier_due_at", struct node_row, dossier.due_at, DB_TIME),
    DB_COLUMN_AS("dossier_finished_at", struct node_row, dossier.finished_at, DB_TIME),
    DB_COLUMN_AS("dossier_seq", struct node_row, dossier.seq, DB_I64),
    DB_COLUMN_AS("event_id", struct node_row, event.id, DB_UUID),
    DB_COLUMN_AS("event_dossier", struct node_row, event.dossier, DB_I64),
    DB_COLUMN_AS("event_seq", struct node_row, event.seq, DB_I64),
    DB_COLUMN_AS("event_at", struct node_row, event.at, DB_TIME),
    DB_COLUMN_AS("event_event", struct node_row, event.event, DB_TEXT),
    DB_COLUMN_AS("event_from_state", struct node_row, event.from_state, DB_TEXT),
    DB_COLUMN_AS("event_to_state", struct node_row, event.to_state, DB_TEXT),
    DB_COLUMN_AS("event_actor_name", struct node_row, event.actor_name, DB_TEXT),
    DB_COLUMN_AS("event_note", struct node_row, event.note, DB_TEXT),
    DB_COLUMN_AS("event_feed_no", struct node_row, event.feed_no, DB_I64),
    DB_COLUMN_AS("device_public_id", struct node_row, device.public_id, DB_UUID),
    DB_COLUMN_AS("device_kind", struct node_row, device.kind, DB_TEXT),
    DB_COLUMN_AS("device_registered_at", struct node_row, device.registered_at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status node_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = request_of(batch)->viewer.kind == VIEWER_PARTNER ? SQL_NODE_OF_PARTNER : SQL_NODE;
    db_bind_text(ask, gql_arg_text(batch, "id"));
    return ask->status;
}

static void node_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct node_row *row = ask->row_count == 0 ? NULL : ask_row(ask, 0);
    const char *missing;

    if (row == NULL) return;
    missing = scope_missing(&request_of(batch)->viewer, STR("Node"), row->kind);
    if (missing != NULL) {
        gql_fail(batch, 0, MC_FORBIDDEN, missing);
        return;
    }
    if (str_is(row->kind, "Dossier")) gql_set_object_of(batch, 0, "Dossier", &row->dossier);
    if (str_is(row->kind, "DossierEvent")) gql_set_object_of(batch, 0, "DossierEvent", &row->event);
    if (str_is(row->kind, "Device")) gql_set_object_of(batch, 0, "Device", &row->device);
}

const struct ask query_node_ask = { node_ask, node_columns, sizeof(struct node_row), node_answer,
                                    false };

enum gql_progress query_node(struct gql_batch *batch)
{
    struct request *request = request_of(batch);
    struct str id = gql_arg_text(batch, "id");
    const struct reference_object *known =
        reference_node(request->reference, id, viewer_in_sandbox(&request->viewer));

    if (known != NULL) {
        gql_set_object_of(batch, 0, known->type_name, known->object);
        return GQL_NOW;
    }
    if (request->viewer.kind != VIEWER_NONE && str_eq(id, request->viewer.id)) {
        gql_set_object_of(batch, 0, "Viewer", &request->viewer);
        return GQL_NOW;
    }
    if (!str_is_uuid(id) || request->viewer.kind == VIEWER_NONE) return GQL_NOW;
    return ask_resolve(batch);
}
