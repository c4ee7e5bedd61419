#include "partner/partner.h"

#include "sql.h"
#include "words.h"

enum { SCOPES_MAX = 16 };

/* ---- those that count ---- */

struct partner_key {
    int64_t parent_no;
    struct str id, client_id, kid, environment;
    struct str scopes; /* with blanks between */
    int64_t created_at, expires_at;
};

const struct db_column partner_key_columns[] = {
    DB_COLUMN(struct partner_key, parent_no, DB_I64),
    DB_COLUMN(struct partner_key, id, DB_UUID),
    DB_COLUMN(struct partner_key, client_id, DB_UUID),
    DB_COLUMN(struct partner_key, kid, DB_TEXT),
    DB_COLUMN(struct partner_key, environment, DB_TEXT),
    DB_COLUMN(struct partner_key, scopes, DB_TEXT),
    DB_COLUMN(struct partner_key, created_at, DB_TIME),
    DB_COLUMN(struct partner_key, expires_at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status keys_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_PARTNER_KEYS_OF_VIEWER;
    return ask->status;
}

const struct ask partner_keys = { keys_ask, partner_key_columns, sizeof(struct partner_key),
                                  ask_answer_viewer, false };

enum gql_progress partner_list_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind != VIEWER_OFFICER) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

static enum gql_progress scopes(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        words_set(batch, i, ((const struct partner_key *)gql_parent(batch, i))->scopes);
    return GQL_NOW;
}

const struct gql_field partner_key_fields[] = {
    GQL_MEMBER("id", struct partner_key, id),
    GQL_MEMBER("clientId", struct partner_key, client_id),
    GQL_MEMBER("kid", struct partner_key, kid),
    GQL_MEMBER("environment", struct partner_key, environment),
    GQL_FIELD("scopes", scopes),
    GQL_MEMBER("createdAt", struct partner_key, created_at),
    GQL_MEMBER("expiresAt", struct partner_key, expires_at),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

static size_t read_scopes(const struct gql_input *list, struct str scopes[SCOPES_MAX])
{
    size_t count = list == NULL || list->count > SCOPES_MAX ? 0 : list->count;

    for (size_t i = 0; i < count; i++)
        scopes[i] = list->items[i]->text;
    return count;
}

static enum status add_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input, *until = gql_input_field(input, "expiresAt");
    const struct services *services = mutation->request->services;
    struct str jwk = gql_input_text(input, "jwk"), wanted[SCOPES_MAX];
    size_t count = read_scopes(gql_input_field(input, "scopes"), wanted);

    if (!services->is_public_key(jwk, mutation->request->arena))
        return mutation_refuse(
            mutation, "jwk",
            "Cần một khóa công khai dạng JWK có kid: RSA từ 2048 bit, P-256 hoặc Ed25519.",
            "A public key is needed, as a JWK with a kid: RSA of 2048 bits or more, "
            "P-256 or Ed25519.");
    ask->sql = SQL_ADD_PARTNER_KEY;
    db_bind_text(ask, gql_input_text(input, "taxCode"));
    db_bind_text(ask, jwk);
    db_bind_text(ask, gql_input_text(input, "environment"));
    db_bind_text_array(ask, wanted, count);
    db_bind_time(ask, until == NULL || until->kind != GQL_INPUT_INT ? INT64_MIN : until->integer);
    return ask->status;
}

static enum status revoke_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REVOKE_PARTNER_KEY;
    db_bind_text(ask, gql_input_text(mutation->input, "id"));
    return ask->status;
}

const struct mutation_kind add_partner_key = { .payload = "PartnerKeyAdded", .bind = add_bind };
const struct mutation_kind revoke_partner_key = { .payload = "PartnerKeyRevoked",
                                                  .bind = revoke_bind };

static enum status added_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PARTNER_KEYS_BY_NO;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask added = { added_ask, partner_key_columns, sizeof(struct partner_key),
                                  ask_answer_one, false };

const struct gql_field partner_key_added_fields[] = {
    ASK_FIELD("key", added),
    GQL_FIELDS_END,
};

const struct gql_field partner_key_revoked_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_MEMBER("sessions", struct outcome, seq),
    GQL_FIELDS_END,
};
