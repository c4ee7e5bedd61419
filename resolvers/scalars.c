/* Our own scalars: DateTime, Date, Dong, Cursor. */
#include "scalars.h"

#include "base/clock.h"
#include "base/json_out.h"

enum { VIETNAM_OFFSET_MINUTES = 7 * 60 };
static const int64_t dong_max = (1ll << 53) - 1;

static enum status write_date_time(struct buf *out, const struct gql_cell *cell)
{
    if (cell->kind != GQL_INT) return MC_INTERNAL;
    buf_add_char(out, '"');
    clock_rfc3339(out, cell->integer, VIETNAM_OFFSET_MINUTES);
    buf_add_char(out, '"');
    return MC_OK;
}

static enum status parse_date_time(struct arena *arena, struct gql_input *value,
                                   struct str *ret_why)
{
    int64_t at;

    (void)arena;
    if (value->kind == GQL_INPUT_TEXT && clock_parse_rfc3339(value->text, &at) == MC_OK) {
        value->kind = GQL_INPUT_INT;
        value->integer = at;
        return MC_OK;
    }
    *ret_why = STR("DateTime is a moment as RFC 3339 writes it, with its offset.");
    return MC_BAD_INPUT;
}

static enum status write_date(struct buf *out, const struct gql_cell *cell)
{
    if (cell->kind != GQL_INT) return MC_INTERNAL;
    buf_add_char(out, '"');
    clock_date(out, (int32_t)cell->integer);
    buf_add_char(out, '"');
    return MC_OK;
}

static enum status parse_date(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    int64_t at;

    if (value->kind == GQL_INPUT_TEXT && value->text.size == 10) {
        struct str midnight = arena_printf(arena, "%.*sT00:00:00Z", STR_PRINT(value->text));

        if (clock_parse_rfc3339(midnight, &at) == MC_OK) {
            value->kind = GQL_INPUT_INT;
            value->integer = at / (86400ll * 1000000);
            return MC_OK;
        }
    }
    *ret_why = STR("Date is a day as YYYY-MM-DD.");
    return MC_BAD_INPUT;
}

static enum status write_dong(struct buf *out, const struct gql_cell *cell)
{
    if (cell->kind != GQL_INT || cell->integer > dong_max || cell->integer < -dong_max)
        return MC_INTERNAL;
    buf_add_i64(out, cell->integer);
    return MC_OK;
}

static enum status parse_dong(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    (void)arena;
    if (value->kind == GQL_INPUT_INT && value->integer <= dong_max && value->integer >= -dong_max)
        return MC_OK;
    *ret_why = STR("Dong is a whole number of at most 2^53-1.");
    return MC_BAD_INPUT;
}

static enum status write_cursor(struct buf *out, const struct gql_cell *cell)
{
    if (cell->kind != GQL_TEXT) return MC_INTERNAL;
    json_quote(out, (struct str){ cell->text, cell->size });
    return MC_OK;
}

static enum status parse_cursor(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    (void)arena;
    if (value->kind == GQL_INPUT_TEXT) return MC_OK;
    *ret_why = STR("Cursor is a text taken from an answer.");
    return MC_BAD_INPUT;
}

static const struct gql_scalar date_time = { "DateTime", parse_date_time, write_date_time };
static const struct gql_scalar date = { "Date", parse_date, write_date };
static const struct gql_scalar dong = { "Dong", parse_dong, write_dong };
static const struct gql_scalar cursor = { "Cursor", parse_cursor, write_cursor };

const struct gql_scalar *const resolver_scalars[RESOLVER_SCALARS] = { &date_time, &date, &dong,
                                                                      &cursor };
