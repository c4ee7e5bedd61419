/* One value of any bytes under any column type and any type of ours: read, or refused. */
#include "io/db_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static const Oid oids[] = { 16,   17,   18,   19,   20,   21,   23,   25,   26,   114,   705,
                            1005, 1007, 1016, 1042, 1043, 1082, 1184, 2950, 3802, 20000, 0 };

static const struct embedded sql = { "fuzz", "SELECT 1", 8 };

union member {
    int64_t i64;
    int32_t i32;
    bool yes;
    struct str text;
    struct db_i64_array array;
};

/* Keeps the compiler from leaving the looking out. */
static volatile size_t looked_at;

/* Touches what a caller would. */
static size_t look_at(enum db_type type, const union member *member)
{
    size_t sum = 0;

    if (type == DB_TEXT || type == DB_UUID || type == DB_BYTES)
        for (size_t i = 0; i < member->text.size; i++)
            sum += (unsigned char)member->text.data[i];
    if (type == DB_I64_ARRAY)
        for (size_t i = 0; i < member->array.count; i++)
            sum += (size_t)member->array.items[i];
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct db_column columns[] = { { "v", DB_I64, 0 }, DB_COLUMNS_END };
    char name[] = "v";
    PGresAttDesc described = { .name = name, .format = 1 };
    struct db_shape shape = { 0 };
    struct arena arena;
    struct db_ask ask;
    PGresult *result;
    char *value;

    if (data_bytes < 2 || data_bytes > 1 << 16) return 0;
    columns[0].type = (enum db_type)(data[0] % (DB_I64_ARRAY + 1));
    described.typid = oids[data[1] % (sizeof(oids) / sizeof(oids[0]))];
    arena_init(&arena, (size_t)1 << 22);
    value = arena_alloc(&arena, data_bytes);
    memcpy(value, data + 2, data_bytes - 2);
    result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    MC_ASSERT(PQsetResultAttrs(result, 1, &described));
    MC_ASSERT(PQsetvalue(result, 0, 0, value, (int)data_bytes - 2));
    db_ask_init(&ask, &sql, &arena);
    ask.columns = columns;
    ask.row_size = sizeof(union member);
    db_rows_read(&ask, &shape, result);
    MC_ASSERT((ask.status == MC_OK) == (ask.rows != NULL));
    if (ask.status == MC_OK) looked_at += look_at(columns[0].type, ask.rows);
    PQclear(result);
    db_shape_done(&shape);
    arena_done(&arena);
    return 0;
}
