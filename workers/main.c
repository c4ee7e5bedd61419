/* motcua-worker: one binary, several words. */
#include "redrive.h"
#include "runner.h"
#include "seal.h"

#include <stdio.h>
#include <string.h>

enum { REDRIVE_LIMIT = 1000, HEADS_PRESET = 1440, HEADS_MAX = 100000, USAGE = 2 };

static int command_run(const struct worker_config *config, int count, char **arguments)
{
    static const struct {
        const char *word;
        unsigned parts;
    } parts[] = {
        { "all", RUN_ALL },       { "expand", RUN_EXPAND }, { "deliver", RUN_DELIVER },
        { "tick", RUN_TICK },     { "seal", RUN_SEAL },     { "bulk", RUN_BULK },
        { "papers", RUN_PAPERS }, { "sync", RUN_SYNC },
    };
    const char *word = count > 0 ? arguments[0] : "all";

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strcmp(word, parts[i].word) == 0) return runner_run(config, parts[i].parts, false);
    (void)fprintf(
        stderr,
        "motcua-worker: run takes expand, deliver, tick, seal, bulk, papers, sync or all, "
        "not \"%s\"\n",
        word);
    return USAGE;
}

static int command_once(const struct worker_config *config, int count, char **arguments)
{
    (void)count;
    (void)arguments;
    return runner_run(config, RUN_ALL, true);
}

static int command_dead(const struct worker_config *config, int count, char **arguments)
{
    (void)count;
    (void)arguments;
    return print_dead(config);
}

static int command_redrive(const struct worker_config *config, int count, char **arguments)
{
    int64_t limit = REDRIVE_LIMIT;

    if (count < 1 || (count > 1 && (str_to_i64(str_of(arguments[1]), &limit) != MC_OK ||
                                    limit < 1 || limit > 100000))) {
        (void)fprintf(stderr, "usage: motcua-worker redrive REASON [1..100000]\n"
                              "The reasons are those of motcua-worker dead.\n");
        return USAGE;
    }
    return redrive(config, arguments[0], limit);
}

static int command_audit_heads(const struct worker_config *config, int count, char **arguments)
{
    int64_t heads = HEADS_PRESET;

    if (count > 0 &&
        (str_to_i64(str_of(arguments[0]), &heads) != MC_OK || heads < 1 || heads > HEADS_MAX)) {
        (void)fprintf(stderr, "usage: motcua-worker audit-heads [1..%d]\n", HEADS_MAX);
        return USAGE;
    }
    return print_audit_heads(config, heads);
}

static int command_config(const struct worker_config *config, int count, char **arguments)
{
    struct buf text;

    buf_init(&text, 1 << 20);
    if (count > 0 && strcmp(arguments[0], "--markdown") == 0)
        config_print_markdown(worker_config_rows, worker_config_count, &text);
    else
        config_print(worker_config_rows, worker_config_count, config, &text);
    printf("%.*s", STR_PRINT(buf_str(&text)));
    buf_done(&text);
    return 0;
}

static int command_help(const struct worker_config *config, int count, char **arguments);

static const struct {
    const char *word;
    const char *sentence;
    int (*run)(const struct worker_config *config, int count, char **arguments);
} commands[] = {
    { "run", "[expand|deliver|tick|seal|bulk|papers|sync|all]: work until SIGTERM", command_run },
    { "once", "do what is due now, then end", command_once },
    { "dead", "what was given up in 30 days, by reason", command_dead },
    { "redrive", "REASON [COUNT]: try the dead of one reason again", command_redrive },
    { "audit-heads", "[COUNT]: signed ends of the audit's chains, a JSON line each",
      command_audit_heads },
    { "config", "print the settings (--markdown: as a table)", command_config },
    { "help", "this list", command_help },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int command_help(const struct worker_config *config, int count, char **arguments)
{
    (void)config;
    (void)count;
    (void)arguments;
    printf("usage: motcua-worker WORD [ARGUMENT...]\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-11s %s\n", commands[i].word, commands[i].sentence);
    return 0;
}

int main(int argc, char **argv)
{
    static struct worker_config config;
    const char *word = argc > 1 ? argv[1] : "help";
    struct buf problem;

    buf_init(&problem, 16384);
    if (config_load(worker_config_rows, worker_config_count, &config, &problem) != MC_OK) {
        (void)fprintf(stderr, "motcua-worker: %.*s", STR_PRINT(buf_str(&problem)));
        buf_done(&problem);
        return USAGE;
    }
    buf_done(&problem);
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].word, word) == 0)
            return commands[i].run(&config, argc > 2 ? argc - 2 : 0, argv + 2);
    (void)fprintf(stderr, "motcua-worker: there is no \"%s\"; try motcua-worker help\n", word);
    return USAGE;
}
