/* motcua-server token ACTOR: signs in a person of the sample province. */
#include "commands.h"
#include "io/jwt.h"
#include "server_sql.h"
#include "session_row.h"

#include <stdio.h>

enum { TOKEN_BYTES_MAX = 1024 * 1024, TOKEN_TIMEOUT_MS = 5000 };

struct opened {
    struct str session;
};

static const struct db_column opened_columns[] = {
    DB_COLUMN(struct opened, session, DB_UUID),
    DB_COLUMNS_END,
};

static enum status run(struct db_session *session, struct db_ask *ask)
{
    struct db_group group;

    db_group_init(&group, TOKEN_TIMEOUT_MS, NULL, NULL);
    db_group_set(&group, "app.viewer", STR("SERVICE"));
    db_group_add(&group, ask);
    return db_session_run(session, &group);
}

/* Fails: MC_NOT_FOUND when the sample has no such actor. */
static enum status open_session(struct db_session *session, struct arena *arena,
                                const struct server_config *config, struct str actor,
                                struct viewer *ret_viewer)
{
    struct db_ask ask;
    enum status status;

    db_ask_init(&ask, SQL_SESSION_SUBJECT, arena);
    ask.columns = opened_columns;
    ask.row_size = sizeof(struct opened);
    db_bind_text(&ask, actor);
    db_bind_i64(&ask, config->session_life_s);
    status = run(session, &ask);
    if (status != MC_OK) return status;
    if (ask.row_count == 0) return MC_NOT_FOUND;
    const struct opened *opened = ask.rows;

    session_row_ask(&ask, arena, opened->session);
    status = run(session, &ask);
    return status == MC_OK ? session_row_viewer(&ask, ret_viewer) : status;
}

static enum status sign_in(const struct server_config *config, struct str actor,
                           struct arena *arena, struct viewer *ret_viewer)
{
    struct db_session *session;
    enum status status = db_session_open(config->database_url, "app_service",
                                         (uint32_t)config->connect_timeout_ms, &session);

    if (status != MC_OK) return status;
    status = open_session(session, arena, config, actor, ret_viewer);
    db_session_close(session);
    return status;
}

static enum status sign(const struct server_config *config, const struct viewer *viewer,
                        struct arena *arena, struct buf *why, struct str *ret_token)
{
    struct jwt_ring ring = { .issuer = str_of(config->token_issuer),
                             .audience = str_of(config->token_audience) };
    int64_t now_s = clock_wall_us(&clock_system) / 1000000;
    struct server_secrets secrets;
    enum status status = server_secrets_load(config, arena, why, &secrets);

    if (status == MC_OK) status = jwt_ring_parse(&ring, arena, str_of(secrets.token_keys));
    if (status != MC_OK) return status;
    return jwt_sign_access(&ring,
                           &(struct jwt_access){ .subject = viewer->id,
                                                 .session = viewer->session,
                                                 .kind = str_of(viewer_kind_name(viewer->kind)),
                                                 .issued_s = now_s,
                                                 .expires_s = now_s + config->token_life_s },
                           arena, ret_token);
}

int command_token(const struct server_config *config, int count, char **arguments)
{
    struct viewer viewer;
    struct arena arena;
    struct buf why;
    struct str token = STR_NONE;
    enum status status = MC_BAD_INPUT;

    arena_init(&arena, TOKEN_BYTES_MAX);
    buf_init(&why, 4096);
    if (count == 1) status = sign_in(config, str_of(arguments[0]), &arena, &viewer);
    if (status == MC_NOT_FOUND || count != 1)
        buf_add(&why, STR("which actor? citizen citizen2 officer field partner sandbox\n"));
    else if (status != MC_OK)
        buf_add(&why, STR("PostgreSQL does not answer, or holds no sample province.\n"));
    if (status == MC_OK) status = sign(config, &viewer, &arena, &why, &token);
    if (status == MC_OK)
        printf("%.*s\n", STR_PRINT(token));
    else
        fprintf(stderr, "motcua-server token: %.*s", STR_PRINT(buf_str(&why)));
    buf_done(&why);
    arena_done(&arena);
    return status == MC_OK ? 0 : 1;
}
