/* What one connection has prepared. Two files of the same name from different directories get
 * names of their own, and so do names the server would cut. */
#include "base/memory.h"
#include "io/db_internal.h"

#include <stdio.h>

enum { SLOTS_MIN = 64, NAME_BYTES_KEPT = 48 };

static size_t slot_of(const struct db_statements *statements, const struct embedded *sql)
{
    size_t mask = statements->slot_count - 1;
    size_t slot = (size_t)((uintptr_t)sql / sizeof(*sql) * 0x9e3779b97f4a7c15u >> 32) & mask;

    while (statements->slots[slot] != NULL && statements->slots[slot]->sql != sql)
        slot = (slot + 1) & mask;
    return slot;
}

static void grow(struct db_statements *statements)
{
    struct db_statements bigger = {
        .slot_count = statements->slot_count == 0 ? SLOTS_MIN : statements->slot_count * 2,
        .count = statements->count,
    };

    bigger.slots = mem_alloc(bigger.slot_count * sizeof(struct db_statement *));
    for (size_t i = 0; i < statements->slot_count; i++)
        if (statements->slots[i] != NULL)
            bigger.slots[slot_of(&bigger, statements->slots[i]->sql)] = statements->slots[i];
    mem_free(statements->slots);
    *statements = bigger;
}

static bool name_is_taken(const struct db_statements *statements, const char *name)
{
    for (size_t i = 0; i < statements->slot_count; i++)
        if (statements->slots[i] != NULL && strcmp(statements->slots[i]->name, name) == 0)
            return true;
    return false;
}

struct db_statement *db_statements_get(struct db_statements *statements, const struct embedded *sql)
{
    struct db_statement *statement;

    if (statements->count * 2 >= statements->slot_count) grow(statements);
    statement = statements->slots[slot_of(statements, sql)];
    if (statement != NULL) return statement;
    statement = MEM_NEW(struct db_statement);
    statement->sql = sql;
    (void)snprintf(statement->name, sizeof(statement->name), "%.*s", NAME_BYTES_KEPT, sql->name);
    if (name_is_taken(statements, statement->name))
        (void)snprintf(statement->name, sizeof(statement->name), "%.*s.%zu", NAME_BYTES_KEPT,
                       sql->name, statements->count);
    statements->slots[slot_of(statements, sql)] = statement;
    statements->count++;
    return statement;
}

void db_statements_done(struct db_statements *statements)
{
    for (size_t i = 0; i < statements->slot_count; i++) {
        if (statements->slots[i] == NULL) continue;
        db_shape_done(&statements->slots[i]->shape);
        mem_free(statements->slots[i]);
    }
    mem_free(statements->slots);
    *statements = (struct db_statements){ 0 };
}

#define SET_1 "SELECT set_config($1, $2, true)"
#define SET_2 SET_1 ", set_config($3, $4, true)"
#define SET_3 SET_2 ", set_config($5, $6, true)"
#define SET_4 SET_3 ", set_config($7, $8, true)"
#define SET_5 SET_4 ", set_config($9, $10, true)"
#define SET_6 SET_5 ", set_config($11, $12, true)"
#define SET_7 SET_6 ", set_config($13, $14, true)"
#define SET_8 SET_7 ", set_config($15, $16, true)"
#define IDENTITY(count, sql)                                                                       \
    {                                                                                              \
        "identity_" #count, sql, sizeof(sql) - 1                                                   \
    }

const struct embedded *db_identity_sql(size_t count)
{
    static const struct embedded texts[DB_SETTINGS_MAX] = {
        IDENTITY(1, SET_1), IDENTITY(2, SET_2), IDENTITY(3, SET_3), IDENTITY(4, SET_4),
        IDENTITY(5, SET_5), IDENTITY(6, SET_6), IDENTITY(7, SET_7), IDENTITY(8, SET_8),
    };

    MC_ASSERT(count >= 1 && count <= DB_SETTINGS_MAX);
    return &texts[count - 1];
}
