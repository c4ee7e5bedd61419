#include "dossier/channel.h"

#include "model.h"
#include "sql.h"

enum { CHANGES_MAX = 20 };

struct channel {
    int64_t parent_no;
    int64_t dossier;
    struct str channel;
    struct str delivery; /* absent: not chosen yet */
};

const struct db_column channel_columns[] = {
    DB_COLUMN(struct channel, parent_no, DB_I64),
    DB_COLUMN(struct channel, dossier, DB_I64),
    DB_COLUMN(struct channel, channel, DB_TEXT),
    DB_COLUMN(struct channel, delivery, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status channel_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_CHANNELS_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask channel_of_dossier = { channel_ask, channel_columns, sizeof(struct channel),
                                        ask_answer_one, false };

struct channel_change {
    int64_t parent_no;
    int64_t at;
    struct str former, channel;
    int64_t fee_before, fee_after;
    struct str settlement;
    int64_t left;
};

const struct db_column channel_change_columns[] = {
    DB_COLUMN(struct channel_change, parent_no, DB_I64),
    DB_COLUMN(struct channel_change, at, DB_TIME),
    DB_COLUMN(struct channel_change, former, DB_TEXT),
    DB_COLUMN(struct channel_change, channel, DB_TEXT),
    DB_COLUMN(struct channel_change, fee_before, DB_I64),
    DB_COLUMN(struct channel_change, fee_after, DB_I64),
    DB_COLUMN(struct channel_change, settlement, DB_TEXT),
    DB_COLUMN(struct channel_change, left, DB_I64),
    DB_COLUMNS_END,
};

static enum status changes_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_CHANNEL_CHANGES_OF_DOSSIERS;
    ask->rows_max = CHANGES_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct channel, dossier));
    db_bind_i64(ask, CHANGES_MAX);
    return ask->status;
}

static const struct ask changes = { changes_ask, channel_change_columns,
                                    sizeof(struct channel_change), ask_answer_list, false };

const struct gql_field dossier_channel_fields[] = {
    GQL_MEMBER("channel", struct channel, channel),
    GQL_MEMBER("delivery", struct channel, delivery),
    ASK_FIELD("changes", changes),
    GQL_FIELDS_END,
};

const struct gql_field channel_change_fields[] = {
    GQL_MEMBER("at", struct channel_change, at),
    GQL_MEMBER("former", struct channel_change, former),
    GQL_MEMBER("channel", struct channel_change, channel),
    GQL_MEMBER("feeBefore", struct channel_change, fee_before),
    GQL_MEMBER("feeAfter", struct channel_change, fee_after),
    GQL_MEMBER("settlement", struct channel_change, settlement),
    GQL_MEMBER("leftDong", struct channel_change, left),
    GQL_FIELDS_END,
};
