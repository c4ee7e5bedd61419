/* motcua-server token ACTOR: signs in a person of the sample province. */
#include "commands.h"
#include "server_sql.h"
#include "session.h"

#include <stdio.h>

enum { TOKEN_BYTES_MAX = 1024 * 1024, TOKEN_TIMEOUT_MS = 5000 };

struct actor {
    struct str kind;
    int64_t me;
    struct str id, subjects, agencies, roles, name, locale;
};

static const struct db_column actor_columns[] = {
    DB_COLUMN(struct actor, kind, DB_TEXT),
    DB_COLUMN(struct actor, me, DB_I64),
    DB_COLUMN(struct actor, id, DB_UUID),
    DB_COLUMN(struct actor, subjects, DB_TEXT),
    DB_COLUMN(struct actor, agencies, DB_TEXT),
    DB_COLUMN(struct actor, roles, DB_TEXT),
    DB_COLUMN(struct actor, name, DB_TEXT),
    DB_COLUMN(struct actor, locale, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status find_actor(const struct server_config *config, const char *name,
                              struct arena *arena, struct viewer *ret_viewer)
{
    struct db_session *session;
    struct db_group group;
    struct db_ask ask;
    enum status status;

    status = db_session_open(config->database_url, "app_service",
                             (uint32_t)config->connect_timeout_ms, &session);
    if (status != MC_OK) return status;
    db_ask_init(&ask, SQL_SESSION_SUBJECT, arena);
    ask.columns = actor_columns;
    ask.row_size = sizeof(struct actor);
    db_bind_text(&ask, str_of(name));
    db_group_init(&group, TOKEN_TIMEOUT_MS, NULL, NULL);
    db_group_set(&group, "app.kind", STR("SERVICE"));
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    db_session_close(session);
    if (status != MC_OK) return status;
    if (ask.row_count == 0) return MC_NOT_FOUND;
    const struct actor *actor = ask.rows;

    *ret_viewer = (struct viewer){ .me = actor->me,
                                   .id = actor->id,
                                   .name = actor->name,
                                   .subjects = actor->subjects,
                                   .agencies = actor->agencies,
                                   .roles = actor->roles,
                                   .locale = actor->locale };
    for (int kind = VIEWER_CITIZEN; kind < VIEWER_KIND_COUNT; kind++)
        if (str_is(actor->kind, viewer_kind_name((enum viewer_kind)kind)))
            ret_viewer->kind = (enum viewer_kind)kind;
    return MC_OK;
}

static enum status sign(const struct server_config *config, struct viewer *viewer,
                        struct arena *arena, struct buf *why, struct str *ret_token)
{
    struct session_maker maker = {
        .redis = { .url = config->redis_url,
                   .connect_timeout_ms = (uint32_t)config->connect_timeout_ms,
                   .queue_max = 1 },
        .ring = { .issuer = str_of(config->token_issuer),
                  .audience = str_of(config->token_audience) },
        .session_life_s = config->session_life_s,
        .token_life_s = config->token_life_s,
    };
    struct server_secrets secrets;
    enum status status = server_secrets_load(config, arena, why, &secrets);

    if (status == MC_OK) status = jwt_ring_parse(&maker.ring, arena, str_of(secrets.token_keys));
    if (status != MC_OK) return status;
    status = session_make(&maker, viewer, arena, ret_token);
    if (status != MC_OK) buf_add(why, STR("Redis does not take the session; is it running?\n"));
    return status;
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
    if (count == 1) status = find_actor(config, arguments[0], &arena, &viewer);
    if (status == MC_NOT_FOUND || count != 1)
        buf_add(&why, STR("which actor? citizen citizen2 officer field partner\n"));
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
