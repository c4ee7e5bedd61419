/* motcua-server diagram dossier: prints the machine as the database holds it, so that no picture of
 * it is drawn by hand. */
#include "commands.h"
#include "io/db.h"
#include "server_sql.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 16, TIMEOUT_MS = 5000, LINES_MAX = 1000 };

struct line {
    struct str text;
};

static const struct db_column line_columns[] = {
    DB_COLUMN(struct line, text, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status print_lines(const struct server_config *config, struct arena *arena)
{
    struct db_session *session;
    struct db_group group;
    struct db_ask ask;
    enum status status = db_session_open(config->database_url, "app_service",
                                         (uint32_t)config->connect_timeout_ms, &session);

    if (status != MC_OK) return status;
    db_ask_init(&ask, SQL_TRANSITION_DIAGRAM, arena);
    ask.columns = line_columns;
    ask.row_size = sizeof(struct line);
    ask.rows_max = LINES_MAX;
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    for (size_t i = 0; status == MC_OK && i < ask.row_count; i++)
        printf("%.*s\n", STR_PRINT(((const struct line *)ask.rows)[i].text));
    db_session_close(session);
    return status;
}

int command_diagram(const struct server_config *config, int count, char **arguments)
{
    struct arena arena;
    enum status status;

    if (count != 1 || strcmp(arguments[0], "dossier") != 0) {
        fprintf(stderr, "usage: motcua-server diagram dossier\n");
        return 2;
    }
    arena_init(&arena, ARENA_BYTES);
    status = print_lines(config, &arena);
    arena_done(&arena);
    if (status == MC_OK) return 0;
    fprintf(stderr, "motcua-server diagram: PostgreSQL does not answer.\n");
    return 1;
}
