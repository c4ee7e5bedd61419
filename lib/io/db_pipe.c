/*
 * Sends. A segment is what stands under one Sync: it opens when an identity is set and closes with
 * its Sync, and the assertions below are what keeps two identities apart.
 *
 * Statements are prepared in segments of their own, ahead: a Parse that fails takes nothing else
 * with it, and groups already behind it in the pipe find either the statement or its error. Inside
 * a transaction there is no such place, so there the Parse is part of the segment.
 */
#include "base/fault.h"
#include "base/memory.h"
#include "io/db_internal.h"

enum { COMMANDS_MIN = 64 };

static void ignore_notice(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

enum status db_pipe_open(struct db_pipe *pipe, PGconn *pg, const struct db_pipe_events *events)
{
    *pipe = (struct db_pipe){ .pg = pg, .events = events };
    PQsetNoticeReceiver(pg, ignore_notice, NULL);
    if (PQsetnonblocking(pg, 1) != 0 || !PQenterPipelineMode(pg)) return MC_UNAVAILABLE;
    return MC_OK;
}

void db_pipe_done(struct db_pipe *pipe)
{
    db_statements_done(&pipe->statements);
    mem_free(pipe->commands);
    *pipe = (struct db_pipe){ 0 };
}

struct db_command *db_pipe_command(const struct db_pipe *pipe, size_t position)
{
    return &pipe->commands[(pipe->head + position) % pipe->capacity];
}

static void push(struct db_pipe *pipe, struct db_command command)
{
    if (pipe->count == pipe->capacity) {
        size_t capacity = pipe->capacity == 0 ? COMMANDS_MIN : pipe->capacity * 2;
        struct db_command *bigger = mem_alloc(capacity * sizeof(*bigger));

        for (size_t i = 0; i < pipe->count; i++)
            bigger[i] = *db_pipe_command(pipe, i);
        mem_free(pipe->commands);
        pipe->commands = bigger;
        pipe->capacity = capacity;
        pipe->head = 0;
    }
    pipe->count++;
    *db_pipe_command(pipe, pipe->count - 1) = command;
}

static bool send_sync(struct db_pipe *pipe, struct db_command command)
{
    if (!PQpipelineSync(pipe->pg)) return false;
    push(pipe, command);
    return true;
}

/* The statement, with its Parse sent if this connection does not know it; NULL: lost. tx and ask
 * are those of the transaction it is prepared in. */
static struct db_statement *prepare(struct db_pipe *pipe, const struct embedded *sql,
                                    struct db_tx *tx, struct db_ask *ask)
{
    struct db_statement *statement = db_statements_get(&pipe->statements, sql);

    if (statement->prepared) return statement;
    if (!PQsendPrepare(pipe->pg, statement->name, sql->text, 0, NULL)) return NULL;
    push(pipe, (struct db_command){
                   .kind = DB_COMMAND_PARSE, .statement = statement, .tx = tx, .ask = ask });
    statement->prepared = true;
    if (pipe->segment_open) return statement;
    if (!send_sync(pipe, (struct db_command){ .kind = DB_COMMAND_PARSE_SYNC })) return NULL;
    return statement;
}

/* Values go as binary text, which needs no NUL at the end. */
static bool send_identity(struct db_pipe *pipe, const struct db_setting *settings, size_t count,
                          struct db_command command)
{
    const char *values[2 * DB_SETTINGS_MAX];
    int lengths[2 * DB_SETTINGS_MAX], formats[2 * DB_SETTINGS_MAX];

    for (size_t i = 0; i < count; i++) {
        struct str value = settings[i].value;

        values[2 * i] = settings[i].name;
        lengths[2 * i] = (int)strlen(settings[i].name);
        values[2 * i + 1] = value.data == NULL ? "" : value.data;
        lengths[2 * i + 1] = (int)value.size;
        formats[2 * i] = formats[2 * i + 1] = DB_BINARY;
    }
    command.kind = DB_COMMAND_IDENTITY;
    command.statement = db_statements_get(&pipe->statements, db_identity_sql(count));
    if (!PQsendQueryPrepared(pipe->pg, command.statement->name, (int)(2 * count), values, lengths,
                             formats, DB_BINARY))
        return false;
    push(pipe, command);
    return true;
}

static bool send_ask(struct db_pipe *pipe, struct db_ask *ask, struct db_command command)
{
    command.kind = DB_COMMAND_ASK;
    command.ask = ask;
    command.statement = db_statements_get(&pipe->statements, ask->sql);
    if (!PQsendQueryPrepared(pipe->pg, command.statement->name, (int)ask->value_count, ask->values,
                             NULL, NULL, DB_BINARY))
        return false;
    push(pipe, command);
    return true;
}

static bool prepare_all(struct db_pipe *pipe, const struct db_group *group)
{
    if (group->setting_count > 0 &&
        prepare(pipe, db_identity_sql(group->setting_count), NULL, NULL) == NULL)
        return false;
    for (const struct db_ask *ask = group->asks; ask != NULL; ask = ask->next)
        if (prepare(pipe, ask->sql, NULL, NULL) == NULL) return false;
    return true;
}

bool db_pipe_send_group(struct db_pipe *pipe, struct db_group *group)
{
    struct db_command of_group = { .group = group };

    MC_ASSERT(!pipe->segment_open);
    if (MC_FAULT("db.send") || !prepare_all(pipe, group)) return false;
    pipe->segment_open = true;
    if (group->setting_count > 0 &&
        !send_identity(pipe, group->settings, group->setting_count, of_group))
        return false;
    for (struct db_ask *ask = group->asks; ask != NULL; ask = ask->next)
        if (!send_ask(pipe, ask, of_group)) return false;
    of_group.kind = DB_COMMAND_SYNC;
    if (!send_sync(pipe, of_group)) return false;
    pipe->segment_open = false;
    return true;
}

bool db_pipe_send_begin(struct db_pipe *pipe, struct db_tx *tx)
{
    MC_ASSERT(!pipe->segment_open);
    if (MC_FAULT("db.send")) return false;
    if (tx->setting_count > 0 &&
        prepare(pipe, db_identity_sql(tx->setting_count), NULL, NULL) == NULL)
        return false;
    pipe->segment_open = true;
    if (tx->setting_count == 0) return true;
    return send_identity(pipe, tx->settings, tx->setting_count, (struct db_command){ .tx = tx }) &&
           PQsendFlushRequest(pipe->pg);
}

bool db_pipe_send_ask(struct db_pipe *pipe, struct db_tx *tx, struct db_ask *ask)
{
    MC_ASSERT(pipe->segment_open);
    if (MC_FAULT("db.send") || prepare(pipe, ask->sql, tx, ask) == NULL) return false;
    return send_ask(pipe, ask, (struct db_command){ .tx = tx }) && PQsendFlushRequest(pipe->pg);
}

bool db_pipe_send_end(struct db_pipe *pipe, struct db_tx *tx, bool rollback)
{
    MC_ASSERT(pipe->segment_open);
    if (MC_FAULT("db.send")) return false;
    if (rollback) {
        if (!PQsendQueryParams(pipe->pg, "ROLLBACK", 0, NULL, NULL, NULL, NULL, DB_BINARY))
            return false;
        push(pipe, (struct db_command){ .kind = DB_COMMAND_ROLLBACK, .tx = tx });
    }
    if (!send_sync(pipe, (struct db_command){ .kind = DB_COMMAND_SYNC, .tx = tx })) return false;
    pipe->segment_open = false;
    return true;
}

void db_pipe_forget_group(struct db_pipe *pipe, const struct db_group *group)
{
    for (size_t i = 0; i < pipe->count; i++) {
        struct db_command *command = db_pipe_command(pipe, i);

        if (command->group != group) continue;
        command->group = NULL;
        command->ask = NULL;
    }
}

void db_pipe_forget_tx(struct db_pipe *pipe, const struct db_tx *tx)
{
    for (size_t i = 0; i < pipe->count; i++) {
        struct db_command *command = db_pipe_command(pipe, i);

        if (command->tx != tx) continue;
        command->tx = NULL;
        command->ask = NULL;
    }
}
