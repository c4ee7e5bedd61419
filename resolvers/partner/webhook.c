#include "partner/webhook.h"

#include "sql.h"
#include "words.h"

enum { KINDS_MAX = 32 };

/* ---- those that stand ---- */

struct webhook_endpoint {
    int64_t parent_no;
    struct str id, client_id, environment, url;
    struct str kinds; /* with blanks between */
    struct str description, state;
    int64_t created_at, disabled_at, former_secret_until;
};

const struct db_column webhook_endpoint_columns[] = {
    DB_COLUMN(struct webhook_endpoint, parent_no, DB_I64),
    DB_COLUMN(struct webhook_endpoint, id, DB_UUID),
    DB_COLUMN(struct webhook_endpoint, client_id, DB_UUID),
    DB_COLUMN(struct webhook_endpoint, environment, DB_TEXT),
    DB_COLUMN(struct webhook_endpoint, url, DB_TEXT),
    DB_COLUMN(struct webhook_endpoint, kinds, DB_TEXT),
    DB_COLUMN(struct webhook_endpoint, description, DB_TEXT),
    DB_COLUMN(struct webhook_endpoint, state, DB_TEXT),
    DB_COLUMN(struct webhook_endpoint, created_at, DB_TIME),
    DB_COLUMN(struct webhook_endpoint, disabled_at, DB_TIME),
    DB_COLUMN(struct webhook_endpoint, former_secret_until, DB_TIME),
    DB_COLUMNS_END,
};

static enum status endpoints_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_WEBHOOK_ENDPOINTS_OF_VIEWER;
    return ask->status;
}

const struct ask webhook_endpoints_of_viewer = { endpoints_ask, webhook_endpoint_columns,
                                                 sizeof(struct webhook_endpoint), ask_answer_viewer,
                                                 false };

static enum gql_progress kinds(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        words_set(batch, i, ((const struct webhook_endpoint *)gql_parent(batch, i))->kinds);
    return GQL_NOW;
}

const struct gql_field webhook_endpoint_fields[] = {
    GQL_MEMBER("id", struct webhook_endpoint, id),
    GQL_MEMBER("clientId", struct webhook_endpoint, client_id),
    GQL_MEMBER("environment", struct webhook_endpoint, environment),
    GQL_MEMBER("url", struct webhook_endpoint, url),
    GQL_FIELD("kinds", kinds),
    GQL_MEMBER("description", struct webhook_endpoint, description),
    GQL_MEMBER("state", struct webhook_endpoint, state),
    GQL_MEMBER("createdAt", struct webhook_endpoint, created_at),
    GQL_MEMBER("disabledAt", struct webhook_endpoint, disabled_at),
    GQL_MEMBER("formerSecretUntil", struct webhook_endpoint, former_secret_until),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

static enum status check_url(struct mutation *mutation)
{
    const struct services *services = mutation->request->services;
    struct str url = gql_input_text(mutation->input, "url");

    if (url.data == NULL || services->may_send_to(services->data, url)) return MC_OK;
    return mutation_refuse(
        mutation, "url",
        "Cần một địa chỉ https, cổng 443, của máy chủ trên mạng công cộng, chỉ gồm ký tự ASCII, "
        "không có tên người dùng, mật khẩu hay phần sau dấu #, dài tối đa 2048 byte.",
        "An https address is needed, at port 443 of a host of the public network, in ASCII, "
        "without user, password or fragment, of 2,048 bytes at most.");
}

/* Absent: NULL. More than KINDS_MAX are refused, as one too many would be by the database. */
static enum status bind_kinds(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *list = gql_input_field(mutation->input, "kinds");
    struct str wanted[KINDS_MAX];

    if (list == NULL || list->kind != GQL_INPUT_LIST) {
        db_bind_null(ask);
        return MC_OK;
    }
    if (list->count > KINDS_MAX)
        return mutation_refuse(mutation, "kinds", "Có quá nhiều loại sự kiện.",
                               "There are too many kinds of events.");
    for (size_t i = 0; i < list->count; i++)
        wanted[i] = list->items[i]->text;
    db_bind_text_array(ask, wanted, list->count);
    return MC_OK;
}

/* Binds its id and its seal; the outcome shows it, once. */
static enum status bind_secret(struct mutation *mutation, struct db_ask *ask)
{
    const struct services *services = mutation->request->services;
    struct webhook_secret secret;
    enum status status =
        services->new_webhook_secret(services->data, mutation->request->arena, &secret);

    if (status != MC_OK) return status;
    mutation->outcome.secret = secret.shown;
    db_bind_text(ask, secret.id);
    db_bind_bytes(ask, secret.sealed);
    return MC_OK;
}

static enum status add_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input;
    enum status status = check_url(mutation);

    if (status != MC_OK) return status;
    ask->sql = SQL_ADD_WEBHOOK_ENDPOINT;
    db_bind_text(ask, gql_input_text(input, "taxCode"));
    db_bind_text(ask, gql_input_text(input, "environment"));
    db_bind_text(ask, gql_input_text(input, "url"));
    status = bind_kinds(mutation, ask);
    if (status != MC_OK) return status;
    db_bind_text(ask, gql_input_text(input, "description"));
    status = bind_secret(mutation, ask);
    return status != MC_OK ? status : ask->status;
}

static enum status update_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input;
    enum status status = check_url(mutation);

    if (status != MC_OK) return status;
    ask->sql = SQL_UPDATE_WEBHOOK_ENDPOINT;
    db_bind_text(ask, gql_input_text(input, "id"));
    db_bind_text(ask, gql_input_text(input, "url"));
    status = bind_kinds(mutation, ask);
    if (status != MC_OK) return status;
    db_bind_text(ask, gql_input_text(input, "state"));
    db_bind_text(ask, gql_input_text(input, "description"));
    return ask->status;
}

static enum status rotate_bind(struct mutation *mutation, struct db_ask *ask)
{
    enum status status;

    ask->sql = SQL_ROTATE_WEBHOOK_SECRET;
    db_bind_text(ask, gql_input_text(mutation->input, "id"));
    status = bind_secret(mutation, ask);
    return status != MC_OK ? status : ask->status;
}

static enum status remove_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REMOVE_WEBHOOK_ENDPOINT;
    db_bind_text(ask, gql_input_text(mutation->input, "id"));
    return ask->status;
}

const struct mutation_kind add_webhook_endpoint = { .payload = "WebhookEndpointAdded",
                                                    .bind = add_bind };
const struct mutation_kind update_webhook_endpoint = { .payload = "WebhookEndpointChanged",
                                                       .bind = update_bind };
const struct mutation_kind rotate_webhook_secret = { .payload = "WebhookSecretRotated",
                                                     .bind = rotate_bind };
const struct mutation_kind remove_webhook_endpoint = { .payload = "WebhookEndpointRemoved",
                                                       .bind = remove_bind };

static enum status endpoint_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_WEBHOOK_ENDPOINTS_BY_NO;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask endpoint = { endpoint_ask, webhook_endpoint_columns,
                                     sizeof(struct webhook_endpoint), ask_answer_one, false };

const struct gql_field webhook_endpoint_added_fields[] = {
    ASK_FIELD("endpoint", endpoint),
    GQL_MEMBER("secret", struct outcome, secret),
    GQL_FIELDS_END,
};

const struct gql_field webhook_endpoint_changed_fields[] = {
    ASK_FIELD("endpoint", endpoint),
    GQL_FIELDS_END,
};

const struct gql_field webhook_secret_rotated_fields[] = {
    ASK_FIELD("endpoint", endpoint),
    GQL_MEMBER("secret", struct outcome, secret),
    GQL_FIELDS_END,
};

const struct gql_field webhook_endpoint_removed_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};
