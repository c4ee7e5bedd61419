/*
 * Reads. libpq gives for each message sent its result and then NULL, and for a Sync one result
 * without NULL; an error turns all up to the next Sync into PGRES_PIPELINE_ABORTED. The ring of
 * commands is walked in step with that; a Sync always finds its own place again.
 */
#include "base/fault.h"
#include "io/db_internal.h"

static void pop(struct db_pipe *pipe)
{
    pipe->head = (pipe->head + 1) % pipe->capacity;
    pipe->count--;
}

/* After these the statement as prepared no longer answers: the table's columns have changed, or
 * somebody deallocated it. */
static bool is_stale(const char *sqlstate)
{
    return strcmp(sqlstate, "0A000") == 0 || strcmp(sqlstate, "26000") == 0;
}

static void parse_failed(struct db_command *command, const char *sqlstate)
{
    command->statement->prepared = false;
    (void)memcpy(command->statement->sqlstate, sqlstate, sizeof(command->statement->sqlstate));
    if (command->ask != NULL) db_ask_fail(command->ask, db_status_of(sqlstate), sqlstate);
}

static void ask_failed(struct db_pipe *pipe, struct db_command *command, const char *sqlstate)
{
    const char *parse_error = command->statement->sqlstate;

    if (strcmp(sqlstate, "26000") == 0 && !command->statement->prepared && parse_error[0] != '\0')
        sqlstate = parse_error;
    else if (is_stale(sqlstate))
        pipe->stale = true;
    if (command->ask != NULL && command->ask->status == MC_OK)
        db_ask_fail(command->ask, db_status_of(sqlstate), sqlstate);
}

static void failed(struct db_pipe *pipe, struct db_command *command, const PGresult *result)
{
    const char *field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    char sqlstate[6] = "08006";

    if (field != NULL && strlen(field) == 5) (void)memcpy(sqlstate, field, sizeof(sqlstate));
    command->status = db_status_of(sqlstate);
    switch (command->kind) {
    case DB_COMMAND_PARSE:
        parse_failed(command, sqlstate);
        break;
    case DB_COMMAND_ASK:
        ask_failed(pipe, command, sqlstate);
        break;
    case DB_COMMAND_IDENTITY:
    case DB_COMMAND_SYNC:
        if (command->group != NULL) db_group_fail(command->group, command->status, sqlstate);
        break;
    case DB_COMMAND_PARSE_SYNC:
    case DB_COMMAND_ROLLBACK:
        break;
    }
}

/* Behind a failure in the same segment; its own failure, if it has one, was there first. */
static void aborted(struct db_command *command)
{
    if (command->kind == DB_COMMAND_PARSE) command->statement->prepared = false;
    if (command->ask != NULL && command->ask->status == MC_OK)
        db_ask_fail(command->ask, MC_CANCELLED, NULL);
    command->status = MC_CANCELLED;
}

static void answered(struct db_command *command, PGresult *result)
{
    if (command->kind == DB_COMMAND_ASK && command->ask != NULL && command->ask->status == MC_OK)
        db_rows_read(command->ask, &command->statement->shape, result);
}

static void synced(struct db_pipe *pipe)
{
    while (pipe->count > 0) {
        struct db_command command = *db_pipe_command(pipe, 0);

        pop(pipe);
        if (command.kind == DB_COMMAND_PARSE_SYNC) return;
        if (command.kind != DB_COMMAND_SYNC) continue;
        if (command.tx != NULL)
            pipe->events->tx_synced(pipe, command.tx, command.status);
        else
            pipe->events->group_synced(pipe, command.group);
        return;
    }
}

static void take(struct db_pipe *pipe, PGresult *result)
{
    struct db_command *command = db_pipe_command(pipe, 0);

    command->seen = true;
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        synced(pipe);
        break;
    case PGRES_PIPELINE_ABORTED:
        aborted(command);
        break;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        answered(command, result);
        break;
    default:
        failed(pipe, command, result);
        break;
    }
}

/* The NULL behind a command's results. False: no command was waiting for it. */
static bool finish(struct db_pipe *pipe)
{
    struct db_command command = *db_pipe_command(pipe, 0);

    if (!command.seen || command.kind == DB_COMMAND_SYNC || command.kind == DB_COMMAND_PARSE_SYNC)
        return false;
    pop(pipe);
    if (command.tx == NULL) return true;
    if (command.kind == DB_COMMAND_IDENTITY)
        pipe->events->tx_answered(pipe, command.tx, NULL, command.status);
    else if (command.kind == DB_COMMAND_ASK)
        pipe->events->tx_answered(pipe, command.tx, command.ask, command.ask->status);
    return true;
}

/* A connection at rest is never inside a transaction: one would hand its identity on. */
static bool is_sound(const struct db_pipe *pipe)
{
    PGTransactionStatusType state = PQtransactionStatus(pipe->pg);

    if (PQstatus(pipe->pg) != CONNECTION_OK || state == PQTRANS_UNKNOWN) return false;
    if (pipe->segment_open || pipe->count > 0) return true;
    return state == PQTRANS_IDLE;
}

bool db_pipe_read(struct db_pipe *pipe)
{
    int idle = 0;

    if (MC_FAULT("db.read") || !PQconsumeInput(pipe->pg)) return false;
    while (pipe->count > 0 && idle < 2 && !PQisBusy(pipe->pg)) {
        PGresult *result = PQgetResult(pipe->pg);

        if (result != NULL) {
            take(pipe, result);
            PQclear(result);
            idle = 0;
        } else if (finish(pipe)) {
            idle = 0;
        } else {
            idle++;
        }
    }
    return is_sound(pipe);
}
