/* motcua-server partner suspend|resume TAX_CODE: takes a partner's keys and sessions away at once,
 * or lets its keys count again. partner portal|ordinary TAX_CODE: lets an organisation hand in what
 * was filed elsewhere, or no more. */
#include "commands.h"
#include "io/db.h"
#include "server_sql.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 16, TIMEOUT_MS = 5000 };

static const struct {
    const char *word;
    const struct embedded *sql;
    const char *value, *done, *already, *unknown;
} words[] = {
    { "suspend", SQL_PARTNER_SET_STATE, "SUSPENDED", "suspended", "is suspended already",
      "is no partner" },
    { "resume", SQL_PARTNER_SET_STATE, "ACTIVE", "resumed", "is not suspended", "is no partner" },
    { "portal", SQL_PARTNER_SET_KIND, "PORTAL", "made a portal", "is a portal already",
      "is no organisation that is known here" },
    { "ordinary", SQL_PARTNER_SET_KIND, "ORDINARY", "made an ordinary partner", "is no portal",
      "is no organisation that is known here" },
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

struct change {
    struct str failure;
    int64_t sessions;
};

static const struct db_column change_columns[] = {
    DB_COLUMN(struct change, failure, DB_TEXT),
    DB_COLUMN(struct change, sessions, DB_I64),
    DB_COLUMNS_END,
};

static enum status set(const struct server_config *config, struct arena *arena,
                       const char *tax_code, size_t word, struct change *ret_change)
{
    struct db_session *session;
    struct db_group group;
    struct db_ask ask;
    enum status status = db_session_open(config->database_url, "app_service",
                                         (uint32_t)config->connect_timeout_ms, &session);

    if (status != MC_OK) return status;
    db_ask_init(&ask, words[word].sql, arena);
    ask.columns = change_columns;
    ask.row_size = sizeof(struct change);
    ask.rows_max = 1;
    db_bind_text(&ask, str_of(tax_code));
    db_bind_text(&ask, str_of(words[word].value));
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_set(&group, "app.viewer", STR("SERVICE"));
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    if (status == MC_OK) *ret_change = *(const struct change *)ask.rows;
    db_session_close(session);
    return status;
}

static int say(const struct change *change, size_t word, const char *tax_code)
{
    if (change->failure.data == NULL) {
        printf("%s %s; %lld sessions have ended\n", tax_code, words[word].done,
               (long long)change->sessions);
        return 0;
    }
    fprintf(stderr, "motcua-server partner: %s %s\n", tax_code,
            str_is(change->failure, "NOT_FOUND") ? words[word].unknown : words[word].already);
    return 1;
}

int command_partner(const struct server_config *config, int count, char **arguments)
{
    struct change change;
    struct arena arena;
    size_t word = 0;
    int code = 1;

    while (count == 2 && word < WORDS && strcmp(arguments[0], words[word].word) != 0)
        word++;
    if (count != 2 || word == WORDS) {
        fprintf(stderr, "usage: motcua-server partner suspend|resume|portal|ordinary TAX_CODE\n");
        return 2;
    }
    arena_init(&arena, ARENA_BYTES);
    if (set(config, &arena, arguments[1], word, &change) == MC_OK)
        code = say(&change, word, arguments[1]);
    else
        fprintf(stderr, "motcua-server partner: PostgreSQL does not answer.\n");
    arena_done(&arena);
    return code;
}
