/* Parameters travel as text: what a person reads in a log of the server is what was bound. */
#include "base/clock.h"
#include "base/memory.h"
#include "io/db_internal.h"

/* timestamptz as text has four digits of a year: 0001-01-01 to 9999-12-31. */
static const int64_t time_us_min = -62135596800000000, time_us_max = 253402300799999999;

static const size_t array_bytes_max = (size_t)64 * 1024 * 1024;

void db_ask_init(struct db_ask *ask, const struct embedded *sql, struct arena *arena)
{
    *ask = (struct db_ask){ .sql = sql, .arena = arena, .rows_max = DB_ROWS_PRESET };
}

static void add_value(struct db_ask *ask, const char *value)
{
    if (ask->status != MC_OK) return;
    if (ask->value_count == DB_PARAMS_MAX) {
        ask->status = MC_INTERNAL;
        return;
    }
    ask->values[ask->value_count++] = value;
}

static bool has_nul(struct str text)
{
    return text.size > 0 && memchr(text.data, '\0', text.size) != NULL;
}

void db_bind_null(struct db_ask *ask)
{
    add_value(ask, NULL);
}

void db_bind_text(struct db_ask *ask, struct str text)
{
    if (ask->status != MC_OK) return;
    if (has_nul(text)) {
        ask->status = MC_BAD_INPUT;
        return;
    }
    add_value(ask, arena_str(ask->arena, text).data);
}

void db_bind_i64(struct db_ask *ask, int64_t value)
{
    char room[I64_BYTES_MAX];

    if (value == INT64_MIN)
        add_value(ask, NULL);
    else
        add_value(ask, arena_str(ask->arena, str_from_i64(value, room)).data);
}

void db_bind_bool(struct db_ask *ask, bool value)
{
    add_value(ask, value ? "t" : "f");
}

void db_bind_time(struct db_ask *ask, int64_t wall_us)
{
    struct buf text;

    if (wall_us == INT64_MIN) {
        add_value(ask, NULL);
        return;
    }
    if (wall_us < time_us_min || wall_us > time_us_max) {
        if (ask->status == MC_OK) ask->status = MC_BAD_INPUT;
        return;
    }
    buf_init(&text, 64);
    clock_rfc3339(&text, wall_us, 0);
    add_value(ask, arena_str(ask->arena, buf_str(&text)).data);
    buf_done(&text);
}

void db_bind_bytes(struct db_ask *ask, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text;

    if (bytes.data == NULL) {
        add_value(ask, NULL);
        return;
    }
    text = arena_alloc(ask->arena, 2 + bytes.size * 2 + 1);
    text[0] = '\\';
    text[1] = 'x';
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];

        text[2 + 2 * i] = digits[byte >> 4];
        text[3 + 2 * i] = digits[byte & 15];
    }
    add_value(ask, text);
}

/* Takes the text of an array out of buf into the arena. */
static void bind_buf(struct db_ask *ask, struct buf *text)
{
    if (buf_status(text) == MC_OK)
        add_value(ask, arena_str(ask->arena, buf_str(text)).data);
    else if (ask->status == MC_OK)
        ask->status = buf_status(text);
    buf_done(text);
}

void db_bind_i64_array(struct db_ask *ask, const int64_t *items, size_t count)
{
    struct buf text;

    buf_init(&text, array_bytes_max);
    buf_add_char(&text, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buf_add_char(&text, ',');
        if (items[i] == INT64_MIN)
            buf_add(&text, STR("NULL"));
        else
            buf_add_i64(&text, items[i]);
    }
    buf_add_char(&text, '}');
    bind_buf(ask, &text);
}

static void add_quoted(struct buf *out, struct str item)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < item.size; i++) {
        if (item.data[i] == '"' || item.data[i] == '\\') buf_add_char(out, '\\');
        buf_add_char(out, item.data[i]);
    }
    buf_add_char(out, '"');
}

void db_bind_text_array(struct db_ask *ask, const struct str *items, size_t count)
{
    struct buf text;

    buf_init(&text, array_bytes_max);
    buf_add_char(&text, '{');
    for (size_t i = 0; i < count; i++) {
        if (has_nul(items[i]) && ask->status == MC_OK) ask->status = MC_BAD_INPUT;
        if (i > 0) buf_add_char(&text, ',');
        if (items[i].data == NULL)
            buf_add(&text, STR("NULL"));
        else
            add_quoted(&text, items[i]);
    }
    buf_add_char(&text, '}');
    bind_buf(ask, &text);
}

void db_group_init(struct db_group *group, uint32_t timeout_ms,
                   void (*done)(struct db_group *group), void *data)
{
    MC_ASSERT(timeout_ms > 0);
    *group = (struct db_group){ .timeout_ms = timeout_ms, .done = done, .data = data };
    group->tail = &group->asks;
}

void db_group_set(struct db_group *group, const char *name, struct str value)
{
    MC_ASSERT(group->setting_count < DB_SETTINGS_MAX);
    group->settings[group->setting_count++] = (struct db_setting){ name, value };
}

void db_group_add(struct db_group *group, struct db_ask *ask)
{
    ask->next = NULL;
    *group->tail = ask;
    group->tail = &ask->next;
}

enum status db_group_check(const struct db_group *group)
{
    for (const struct db_ask *ask = group->asks; ask != NULL; ask = ask->next) {
        if (ask->status != MC_OK) return ask->status;
        if (arena_status(ask->arena) != MC_OK) return MC_LIMIT;
    }
    return MC_OK;
}

void db_ask_fail(struct db_ask *ask, enum status status, const char *sqlstate)
{
    ask->status = status;
    ask->rows = NULL;
    ask->row_count = 0;
    ask->affected = 0;
    ask->sqlstate[0] = '\0';
    if (sqlstate != NULL) {
        strncpy(ask->sqlstate, sqlstate, sizeof(ask->sqlstate) - 1);
        ask->sqlstate[sizeof(ask->sqlstate) - 1] = '\0';
    }
}

void db_group_fail(struct db_group *group, enum status status, const char *sqlstate)
{
    for (struct db_ask *ask = group->asks; ask != NULL; ask = ask->next)
        db_ask_fail(ask, status, sqlstate);
}
