/*
 * Binary results: every length is checked before a value is read, so that a table of columns that
 * does not fit the statement ends in MC_INTERNAL and never in bytes of somebody else.
 */
#include "base/memory.h"
#include "io/db_internal.h"

#include <endian.h>

/* PostgreSQL counts from 2000-01-01. */
static const int64_t epoch_us = 946684800000000;
static const int32_t epoch_days = 10957;

enum { UUID_BYTES = 36 };

enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_CHAR = 18,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_OID = 26,
    OID_JSON = 114,
    OID_UNKNOWN = 705,
    OID_INT2_ARRAY = 1005,
    OID_INT4_ARRAY = 1007,
    OID_INT8_ARRAY = 1016,
    OID_BPCHAR = 1042,
    OID_VARCHAR = 1043,
    OID_DATE = 1082,
    OID_TIMESTAMPTZ = 1184,
    OID_UUID = 2950,
    OID_JSONB = 3802,
    OID_FIRST_USER = 16384, /* enums, domains come as their base type */
};

struct value {
    const unsigned char *bytes;
    size_t size;
    Oid oid;
};

static inline uint16_t big_endian_2(const unsigned char *bytes)
{
    uint16_t number;

    memcpy(&number, bytes, sizeof(number));
    return be16toh(number);
}

static inline uint32_t big_endian_4(const unsigned char *bytes)
{
    uint32_t number;

    memcpy(&number, bytes, sizeof(number));
    return be32toh(number);
}

static inline uint64_t big_endian_8(const unsigned char *bytes)
{
    uint64_t number;

    memcpy(&number, bytes, sizeof(number));
    return be64toh(number);
}

static bool read_integer(const unsigned char *bytes, size_t size, int64_t *ret_value)
{
    switch (size) {
    case 2:
        *ret_value = (int16_t)big_endian_2(bytes);
        return true;
    case 4:
        *ret_value = (int32_t)big_endian_4(bytes);
        return true;
    case 8:
        *ret_value = (int64_t)big_endian_8(bytes);
        return true;
    default:
        return false;
    }
}

static bool read_i64(const struct value *value, struct arena *arena, void *out)
{
    (void)arena;
    if (value->oid == OID_OID && value->size == 4) {
        *(int64_t *)out = big_endian_4(value->bytes);
        return true;
    }
    return read_integer(value->bytes, value->size, out);
}

static bool read_i32(const struct value *value, struct arena *arena, void *out)
{
    int64_t number;

    (void)arena;
    if (value->size > 4 || !read_integer(value->bytes, value->size, &number)) return false;
    *(int32_t *)out = (int32_t)number;
    return true;
}

static bool read_bool(const struct value *value, struct arena *arena, void *out)
{
    (void)arena;
    if (value->size != 1) return false;
    *(bool *)out = value->bytes[0] != 0;
    return true;
}

static bool read_bytes(const struct value *value, struct arena *arena, void *out)
{
    *(struct str *)out = arena_str(arena, (struct str){ (const char *)value->bytes, value->size });
    return true;
}

/* A user's type may be an enum, which comes as its label, or a composite, whose binary form has
 * NUL bytes as no text has. */
static bool read_text(const struct value *value, struct arena *arena, void *out)
{
    struct value text = *value;

    if (value->oid == OID_JSONB) {
        if (value->size < 1 || value->bytes[0] != 1) return false;
        text.bytes++;
        text.size--;
    }
    if (text.size > 0 && memchr(text.bytes, '\0', text.size) != NULL) return false;
    return read_bytes(&text, arena, out);
}

static inline void put_hex(char *text, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
}

static bool read_uuid(const struct value *value, struct arena *arena, void *out)
{
    char *text;

    if (value->size != 16) return false;
    text = arena_alloc(arena, UUID_BYTES + 1);
    put_hex(text, value->bytes, 4);
    put_hex(text + 9, value->bytes + 4, 2);
    put_hex(text + 14, value->bytes + 6, 2);
    put_hex(text + 19, value->bytes + 8, 2);
    put_hex(text + 24, value->bytes + 10, 6);
    text[8] = text[13] = text[18] = text[23] = '-';
    *(struct str *)out = (struct str){ text, UUID_BYTES };
    return true;
}

static bool read_time(const struct value *value, struct arena *arena, void *out)
{
    int64_t since_2000, wall_us;

    (void)arena;
    if (value->size != 8) return false;
    since_2000 = (int64_t)big_endian_8(value->bytes);
    if (since_2000 == INT64_MIN)
        wall_us = INT64_MIN + 1;
    else if (__builtin_add_overflow(since_2000, epoch_us, &wall_us))
        wall_us = INT64_MAX;
    *(int64_t *)out = wall_us;
    return true;
}

static bool read_date(const struct value *value, struct arena *arena, void *out)
{
    int32_t since_2000, days;

    (void)arena;
    if (value->size != 4) return false;
    since_2000 = (int32_t)big_endian_4(value->bytes);
    if (since_2000 == INT32_MIN)
        days = INT32_MIN + 1;
    else if (__builtin_add_overflow(since_2000, epoch_days, &days))
        days = INT32_MAX;
    *(int32_t *)out = days;
    return true;
}

/* dimensions, has-nulls, element type, then size and lower bound of the one dimension, then each
 * element's length and bytes. */
static bool read_array(const struct value *value, struct arena *arena, void *out)
{
    const unsigned char *at = value->bytes, *end = value->bytes + value->size;
    struct db_i64_array array = { .items = arena_alloc(arena, 0) };
    size_t count;

    if (value->size < 12) return false;
    if (big_endian_4(at) == 0) {
        *(struct db_i64_array *)out = array;
        return true;
    }
    if (big_endian_4(at) != 1 || value->size < 20) return false;
    count = big_endian_4(at + 12);
    at += 20;
    if (count > (size_t)(end - at) / 4) return false;
    array.items = ARENA_ARRAY(arena, count, int64_t);
    for (; array.count < count; array.count++) {
        uint64_t size = end - at >= 4 ? big_endian_4(at) : UINT64_MAX;

        if (size > 8 || size + 4 > (uint64_t)(end - at)) return false;
        if (!read_integer(at + 4, (size_t)size, &array.items[array.count])) return false;
        at += 4 + size;
    }
    *(struct db_i64_array *)out = array;
    return true;
}

static void null_i64(void *out)
{
    *(int64_t *)out = INT64_MIN;
}

static void null_i32(void *out)
{
    *(int32_t *)out = INT32_MIN;
}

static void null_bool(void *out)
{
    *(bool *)out = false;
}

static void null_str(void *out)
{
    *(struct str *)out = STR_NONE;
}

static void null_array(void *out)
{
    *(struct db_i64_array *)out = (struct db_i64_array){ 0 };
}

static const struct decoder {
    const char *name;
    Oid oids[9];
    bool user_types;
    bool (*read)(const struct value *value, struct arena *arena, void *out);
    void (*null)(void *out);
} decoders[] = {
    [DB_I64] = { "DB_I64", { OID_INT8, OID_INT4, OID_INT2, OID_OID }, false, read_i64, null_i64 },
    [DB_I32] = { "DB_I32", { OID_INT4, OID_INT2 }, false, read_i32, null_i32 },
    [DB_BOOL] = { "DB_BOOL", { OID_BOOL }, false, read_bool, null_bool },
    [DB_TEXT] = { "DB_TEXT",
                  { OID_TEXT, OID_VARCHAR, OID_BPCHAR, OID_NAME, OID_CHAR, OID_JSON, OID_JSONB,
                    OID_UNKNOWN },
                  true,
                  read_text,
                  null_str },
    [DB_UUID] = { "DB_UUID", { OID_UUID }, false, read_uuid, null_str },
    [DB_TIME] = { "DB_TIME", { OID_TIMESTAMPTZ }, false, read_time, null_i64 },
    [DB_DATE] = { "DB_DATE", { OID_DATE }, false, read_date, null_i32 },
    [DB_BYTES] = { "DB_BYTES", { OID_BYTEA }, false, read_bytes, null_str },
    [DB_I64_ARRAY] = { "DB_I64_ARRAY",
                       { OID_INT8_ARRAY, OID_INT4_ARRAY, OID_INT2_ARRAY },
                       false,
                       read_array,
                       null_array },
};

/* Where a value goes. */
struct target {
    struct arena *arena;
    char *out;
};

static bool takes(const struct decoder *decoder, Oid oid)
{
    if (oid >= OID_FIRST_USER) return decoder->user_types;
    for (size_t i = 0; decoder->oids[i] != 0; i++)
        if (decoder->oids[i] == oid) return true;
    return false;
}

void db_shape_done(struct db_shape *shape)
{
    mem_free(shape->places);
    *shape = (struct db_shape){ 0 };
}

static int find_column(const PGresult *result, const char *name)
{
    for (int i = 0; i < PQnfields(result); i++)
        if (strcmp(PQfname(result, i), name) == 0) return i;
    return -1;
}

static void say_missing(struct buf *why, const char *name, const PGresult *result)
{
    buf_printf(why, "no column \"%s\" among", name);
    for (int i = 0; i < PQnfields(result); i++)
        buf_printf(why, "%s %s", i > 0 ? "," : "", PQfname(result, i));
}

enum status db_shape_find(struct db_shape *shape, const struct db_column *columns,
                          const PGresult *result, const char **ret_sqlstate, struct buf *why)
{
    size_t count = 0;

    db_shape_done(shape);
    while (columns[count].name != NULL)
        count++;
    shape->places = mem_alloc((count + 1) * sizeof(*shape->places));
    for (size_t i = 0; i < count; i++) {
        const struct decoder *decoder = &decoders[columns[i].type];
        int found = find_column(result, columns[i].name);

        if (found < 0) {
            if (why != NULL) say_missing(why, columns[i].name, result);
            *ret_sqlstate = "42703";
            return MC_INVALID;
        }
        if (!takes(decoder, PQftype(result, found))) {
            if (why != NULL)
                buf_printf(why, "column \"%s\" has type %u, which %s does not take",
                           columns[i].name, PQftype(result, found), decoder->name);
            *ret_sqlstate = "42804";
            return MC_INVALID;
        }
        shape->places[i] = (struct db_place){ found, PQftype(result, found) };
    }
    shape->columns = columns;
    shape->count = count;
    return MC_OK;
}

/* Each question to libpq costs as much as reading a number: an absent value has length 0. */
static bool read_column(const PGresult *result, int row, const struct db_place *place,
                        const struct decoder *decoder, struct target target)
{
    struct value value = { .size = (size_t)PQgetlength(result, row, place->index),
                           .oid = place->oid };

    if (value.size == 0 && PQgetisnull(result, row, place->index)) {
        decoder->null(target.out);
        return true;
    }
    value.bytes = (const unsigned char *)PQgetvalue(result, row, place->index);
    return decoder->read(&value, target.arena, target.out);
}

static bool read_row(const PGresult *result, int row, const struct db_shape *shape,
                     struct target target)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct db_column *column = &shape->columns[i];

        if (!read_column(result, row, &shape->places[i], &decoders[column->type],
                         (struct target){ target.arena, target.out + column->offset }))
            return false;
    }
    return true;
}

static enum status read_rows(struct db_ask *ask, const struct db_shape *shape,
                             const PGresult *result)
{
    size_t count = (size_t)PQntuples(result);
    size_t left = ask->arena->bytes_max - ask->arena->used_bytes;
    char *rows;

    if (count > ask->rows_max) return MC_LIMIT;
    if (arena_status(ask->arena) != MC_OK || (count > 0 && ask->row_size > left / count))
        return MC_LIMIT;
    rows = arena_array(ask->arena, count, ask->row_size);
    for (size_t row = 0; row < count; row++) {
        if (!read_row(result, (int)row, shape,
                      (struct target){ ask->arena, rows + row * ask->row_size }))
            return MC_INTERNAL;
        if (arena_status(ask->arena) != MC_OK) return MC_LIMIT;
    }
    ask->rows = rows;
    ask->row_count = count;
    return MC_OK;
}

void db_rows_read(struct db_ask *ask, struct db_shape *shape, PGresult *result)
{
    const char *sqlstate = NULL;
    enum status status;

    if (str_to_i64(str_of(PQcmdTuples(result)), &ask->affected) != MC_OK) ask->affected = 0;
    if (ask->columns == NULL) return;
    if (shape->columns != ask->columns &&
        db_shape_find(shape, ask->columns, result, &sqlstate, NULL) != MC_OK) {
        db_ask_fail(ask, MC_INTERNAL, sqlstate);
        return;
    }
    status = read_rows(ask, shape, result);
    if (status != MC_OK) db_ask_fail(ask, status, status == MC_INTERNAL ? "42804" : NULL);
}
