/* motcua-server: one binary, several words. */
#include "commands.h"
#include "serve.h"

#include <stdio.h>
#include <string.h>

static int command_serve(const struct server_config *config, int count, char **arguments)
{
    (void)count;
    (void)arguments;
    return serve(config);
}

static int command_help(const struct server_config *config, int count, char **arguments);

static const struct {
    const char *word;
    const char *sentence;
    int (*run)(const struct server_config *config, int count, char **arguments);
} commands[] = {
    { "serve", "answer requests until SIGTERM", command_serve },
    { "check", "what is missing between SDL, resolvers, SQL and database", command_check },
    { "schema", "print the SDL", command_schema },
    { "validate", "FILE...: do client documents fit? (--manifest OUT: write theirs)",
      command_validate },
    { "sql", "print every statement, ready for psql", command_sql },
    { "diagram", "dossier: its state machine as Mermaid text", command_diagram },
    { "config", "print the settings (--markdown: as a table)", command_config },
    { "token", "ACTOR: a bearer token of a sample actor", command_token },
    { "partner",
      "suspend|resume|portal|ordinary TAX_CODE: its keys and sessions, at once; what it may hand "
      "in",
      command_partner },
    { "reseal", "seal by the key in use what older keys have sealed", command_reseal },
    { "appoint", "AGENCY_CODE: its first administrator; name and personal number on standard input",
      command_appoint },
    { "catalogue", "import FILE: procedures of the national catalogue, one JSON object a line",
      command_catalogue },
    { "results",
      "import OFFICER FILE: an inventory of results and its scans, one JSON object a line",
      command_results },
    { "help", "this list", command_help },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int command_help(const struct server_config *config, int count, char **arguments)
{
    (void)config;
    (void)count;
    (void)arguments;
    printf("usage: motcua-server WORD [ARGUMENT...]\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-9s %s\n", commands[i].word, commands[i].sentence);
    return 0;
}

int main(int argc, char **argv)
{
    static struct server_config config;
    const char *word = argc > 1 ? argv[1] : "help";
    struct buf problem;

    buf_init(&problem, 16 * 1024);
    if (config_load(server_config_rows, server_config_count, &config, &problem) != MC_OK) {
        fprintf(stderr, "motcua-server: %.*s", STR_PRINT(buf_str(&problem)));
        buf_done(&problem);
        return 2;
    }
    buf_done(&problem);
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].word, word) == 0)
            return commands[i].run(&config, argc > 2 ? argc - 2 : 0, argv + 2);
    fprintf(stderr, "motcua-server: there is no \"%s\"; try motcua-server help\n", word);
    return 2;
}
