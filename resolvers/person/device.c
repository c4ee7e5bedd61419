/* Device (thiết bị): where a person's notifications are sent. */
#include "person/device.h"

#include "ask.h"
#include "model.h"
#include "mutation.h"
#include "sql.h"

const struct db_column device_columns[] = {
    DB_COLUMN(struct device, parent_no, DB_I64),
    DB_COLUMN(struct device, public_id, DB_UUID),
    DB_COLUMN(struct device, kind, DB_TEXT),
    DB_COLUMN(struct device, registered_at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status register_bind(struct mutation *mutation, struct db_ask *ask)
{
    static const char *const arguments[] = { "kind", "address", "p256dh", "auth", "locale" };

    ask->sql = SQL_REGISTER_DEVICE;
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
        db_bind_text(ask, gql_input_text(mutation->input, arguments[i]));
    return ask->status;
}

static enum status remove_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REMOVE_DEVICE;
    db_bind_text(ask, gql_input_text(mutation->input, "id"));
    return ask->status;
}

const struct mutation_kind register_device = { .payload = "DeviceRegistered",
                                               .bind = register_bind };
const struct mutation_kind remove_device = { .payload = "DeviceRemoved", .bind = remove_bind };

static enum status device_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DEVICES_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask device = { device_ask, device_columns, sizeof(struct device),
                                   ask_answer_one, false };

const struct gql_field device_fields[] = {
    GQL_MEMBER("id", struct device, public_id),
    GQL_MEMBER("kind", struct device, kind),
    GQL_MEMBER("registeredAt", struct device, registered_at),
    GQL_FIELDS_END,
};

const struct gql_field device_registered_fields[] = {
    ASK_FIELD("device", device),
    GQL_FIELDS_END,
};

const struct gql_field device_removed_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};
