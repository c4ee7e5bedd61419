/* motcua-server check, schema, sql, config: what this binary holds, against what the world holds.
 */
#include "app.h"
#include "base/embedded.h"
#include "base/memory.h"
#include "commands.h"
#include "resolvers.h"
#include "statements.h"

#include <dirent.h>
#include <stdio.h>

enum { CHECK_BYTES_MAX = 64 * 1024 * 1024, CHECK_SOURCES_MAX = 64, CHECK_ERRORS_MAX = 100 };

static const char *const roles[VIEWER_KIND_COUNT] = { "app_public", "app_citizen", "app_partner",
                                                      "app_officer" };

static struct str read_whole(const char *path, struct arena *arena)
{
    FILE *file = fopen(path, "r");
    struct buf text;
    size_t size;
    char chunk[4096];
    struct str copy;

    if (file == NULL) return STR_NONE;
    buf_init(&text, CHECK_BYTES_MAX);
    while ((size = fread(chunk, 1, sizeof(chunk), file)) > 0)
        buf_add(&text, (struct str){ chunk, size });
    (void)fclose(file);
    copy = arena_str(arena, buf_str(&text));
    buf_done(&text);
    return copy;
}

static size_t read_directory(const char *path, struct arena *arena, struct gql_source *sources)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;
    size_t count = 0;

    while (directory != NULL && count < CHECK_SOURCES_MAX && (entry = readdir(directory)) != NULL) {
        struct str name = str_of(entry->d_name);

        if (name.size < 8 || !str_is((struct str){ name.data + name.size - 8, 8 }, ".graphql"))
            continue;
        sources[count].name = arena_str(arena, name).data;
        sources[count++].text =
            read_whole(arena_printf(arena, "%s/%s", path, entry->d_name).data, arena);
    }
    if (directory != NULL) closedir(directory);
    return count;
}

static enum status check_schema_of(const char *path, struct arena *arena, struct buf *why)
{
    struct gql_source sources[CHECK_SOURCES_MAX];
    size_t count = read_directory(path, arena, sources);
    struct gql_errors errors;
    struct gql_schema *schema;
    enum status status;

    if (count == 0) {
        buf_printf(why, "%s holds no .graphql file.\n", path);
        return MC_BAD_INPUT;
    }
    gql_errors_init(&errors, arena, CHECK_ERRORS_MAX);
    status = gql_schema_build(arena, sources, count, &errors, &schema);
    if (status == MC_OK) status = resolvers_bind(schema, 0, &errors);
    for (const struct gql_error *error = errors.head; error != NULL; error = error->next)
        buf_printf(why, "%.*s\n", STR_PRINT(error->message));
    return status;
}

static enum status check_role(const struct server_config *config, int kind, struct buf *why)
{
    struct db_session *session;
    enum status status = db_session_open(config->database_url, roles[kind],
                                         (uint32_t)config->connect_timeout_ms, &session);

    if (status != MC_OK) {
        buf_printf(why, "%s cannot sign in to the database (MOTCUA_DATABASE_URL).\n", roles[kind]);
        return status;
    }
    for (size_t i = 0; i < resolver_statement_count; i++) {
        const struct resolver_statement *statement = &resolver_statements[i];

        if ((statement->roles >> kind & 1) == 0) continue;
        enum status one = db_session_check(session, statement->sql, statement->columns, why);

        if (one == MC_OK) continue;
        buf_add_char(why, '\n');
        status = one;
    }
    db_session_close(session);
    return status;
}

int command_check(const struct server_config *config, int count, char **arguments)
{
    struct gql_schema *schema;
    struct arena arena;
    struct buf why;
    enum status status;

    arena_init(&arena, CHECK_BYTES_MAX);
    buf_init(&why, 1024 * 1024);
    status = count > 0 ? check_schema_of(arguments[0], &arena, &why)
                       : app_schema(&arena, 0, &why, &schema);
    if (server_config_check(config, &why) != MC_OK) status = MC_BAD_INPUT;
    for (int kind = 0; kind < VIEWER_KIND_COUNT; kind++) {
        enum status one = check_role(config, kind, &why);

        if (one != MC_OK) status = one;
    }
    fprintf(status == MC_OK ? stdout : stderr, "%.*s", STR_PRINT(buf_str(&why)));
    if (status == MC_OK)
        printf("ok: schema, resolvers and %zu statements fit the database\n",
               resolver_statement_count);
    buf_done(&why);
    arena_done(&arena);
    return status == MC_OK ? 0 : 1;
}

int command_schema(const struct server_config *config, int count, char **arguments)
{
    struct gql_schema *schema;
    struct arena arena;
    struct buf out;
    enum status status;

    (void)config;
    (void)count;
    (void)arguments;
    arena_init(&arena, CHECK_BYTES_MAX);
    buf_init(&out, CHECK_BYTES_MAX);
    status = app_schema(&arena, 0, &out, &schema);
    if (status == MC_OK) gql_schema_print(schema, &out);
    printf("%.*s\n", STR_PRINT(buf_str(&out)));
    buf_done(&out);
    arena_done(&arena);
    return status == MC_OK ? 0 : 1;
}

int command_sql(const struct server_config *config, int count, char **arguments)
{
    (void)config;
    (void)count;
    (void)arguments;
    for (size_t i = 0; i < resolver_statement_count; i++)
        printf("%s\n", resolver_statements[i].sql->text);
    return 0;
}

int command_config(const struct server_config *config, int count, char **arguments)
{
    struct buf out;

    buf_init(&out, 1024 * 1024);
    if (count > 0 && strcmp(arguments[0], "--markdown") == 0)
        config_print_markdown(server_config_rows, server_config_count, &out);
    else
        config_print(server_config_rows, server_config_count, config, &out);
    printf("%.*s", STR_PRINT(buf_str(&out)));
    buf_done(&out);
    return 0;
}
