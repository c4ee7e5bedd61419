#include "claim_place.h"

#include "worker_sql.h"

#include <stdio.h>
#include <unistd.h>

enum { ARENA_BYTES = 65536, TIMEOUT_MS = 5000 };

struct number {
    int64_t number, second;
};

static const struct db_column start_columns[] = {
    DB_COLUMN_AS("slot", struct number, number, DB_I64),
    DB_COLUMN_AS("worker", struct number, second, DB_I64),
    DB_COLUMNS_END,
};

static const struct db_column released_columns[] = {
    DB_COLUMN_AS("released", struct number, number, DB_I64),
    DB_COLUMNS_END,
};

struct question {
    struct arena arena;
    struct db_group group;
};

static void question_init(struct question *question)
{
    arena_init(&question->arena, ARENA_BYTES);
    db_group_init(&question->group, TIMEOUT_MS, NULL, NULL);
}

static void question_add(struct question *question, struct db_ask *ask, const struct embedded *sql,
                         const struct db_column *columns)
{
    db_ask_init(ask, sql, &question->arena);
    ask->columns = columns;
    ask->row_size = sizeof(struct number);
    ask->rows_max = 1;
    db_group_add(&question->group, ask);
}

static enum status release(struct claim_place *place, const struct embedded *sql,
                           int64_t *ret_released)
{
    struct question question;
    struct db_ask ask;
    enum status status;

    question_init(&question);
    question_add(&question, &ask, sql, released_columns);
    db_bind_i64(&ask, place->worker);
    status = db_session_run(place->session, &question.group);
    if (status == MC_OK) *ret_released = ((const struct number *)ask.rows)->number;
    arena_done(&question.arena);
    return status;
}

static void choose_name(struct claim_place *place, const struct worker_config *config)
{
    if (config->worker_name[0] != '\0')
        (void)snprintf(place->name, sizeof(place->name), "%s", config->worker_name);
    else if (gethostname(place->name, sizeof(place->name)) != 0)
        (void)snprintf(place->name, sizeof(place->name), "motcua-worker");
    place->name[sizeof(place->name) - 1] = '\0';
}

enum status claim_place_take(struct claim_place *place, const struct worker_config *config,
                             struct db_session *session, int64_t *ret_released)
{
    struct question question;
    struct db_ask ask;
    enum status status;

    *place = (struct claim_place){ .session = session };
    choose_name(place, config);
    question_init(&question);
    question_add(&question, &ask, SQL_WORKER_START, start_columns);
    db_bind_text(&ask, str_of(place->name));
    status = db_session_run(session, &question.group);
    if (status == MC_OK && ask.row_count == 0) status = MC_LIMIT;
    if (status == MC_OK) {
        place->slot = ((const struct number *)ask.rows)->number;
        place->worker = ((const struct number *)ask.rows)->second;
    }
    arena_done(&question.arena);
    return status == MC_OK ? release(place, SQL_RELEASE_FORMER, ret_released) : status;
}

enum status claim_place_sweep(struct claim_place *place, int64_t *ret_released)
{
    struct question question;
    struct db_ask keep, late;
    enum status status;

    question_init(&question);
    question_add(&question, &keep, SQL_WORKER_KEEP, NULL);
    db_bind_text(&keep, str_of(place->name));
    db_bind_i64(&keep, place->slot);
    question_add(&question, &late, SQL_RELEASE_LATE, released_columns);
    db_bind_i64(&late, place->worker);
    status = db_session_run(place->session, &question.group);
    if (status == MC_OK) *ret_released = ((const struct number *)late.rows)->number;
    arena_done(&question.arena);
    return status;
}

enum status claim_place_leave(struct claim_place *place, int64_t *ret_released)
{
    return release(place, SQL_RELEASE_OWN, ret_released);
}
