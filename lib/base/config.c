#include "base/config.h"

#include <stdlib.h>

static void add_variable(struct buf *out, const char *name)
{
    buf_add(out, STR("MOTCUA_"));
    for (; *name != '\0'; name++)
        buf_add_char(out, *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name);
}

static const char *environment_of(const char *name)
{
    struct buf variable;
    const char *value;

    buf_init(&variable, 128);
    add_variable(&variable, name);
    buf_add_char(&variable, '\0');
    value = getenv(variable.data);
    buf_done(&variable);
    return value;
}

static enum status set_i64(const struct config_row *row, const char *text, void *member)
{
    int64_t value;

    if (str_to_i64(str_of(text), &value) != MC_OK || value < row->min || value > row->max)
        return MC_BAD_INPUT;
    *(int64_t *)member = value;
    return MC_OK;
}

static enum status set_bool(const char *text, void *member)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = { { "1", true },  { "yes", true }, { "true", true },   { "on", true },
                  { "0", false }, { "no", false }, { "false", false }, { "off", false } };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].word, text) == 0) {
            *(bool *)member = words[i].value;
            return MC_OK;
        }
    }
    return MC_BAD_INPUT;
}

static enum status set_row(const struct config_row *row, const char *text, void *config)
{
    void *member = (char *)config + row->offset;

    if (row->type == CONFIG_I64) return set_i64(row, text, member);
    if (row->type == CONFIG_BOOL) return set_bool(text, member);
    *(const char **)member = text;
    return MC_OK;
}

static void explain(const struct config_row *row, const char *text, struct buf *problem)
{
    add_variable(problem, row->name);
    buf_printf(problem, " is \"%s\"; ", text);
    if (row->type == CONFIG_BOOL)
        buf_add(problem, STR("it takes yes or no.\n"));
    else
        buf_printf(problem, "it takes a whole number from %lld to %lld.\n", (long long)row->min,
                   (long long)row->max);
}

enum status config_load(const struct config_row *rows, size_t count, void *config,
                        struct buf *problem)
{
    enum status status = MC_OK;

    for (size_t i = 0; i < count; i++) {
        const char *text = environment_of(rows[i].name);

        if (text == NULL) text = rows[i].preset;
        if (set_row(&rows[i], text, config) == MC_OK) continue;
        explain(&rows[i], text, problem);
        status = MC_BAD_INPUT;
    }
    return status;
}

static bool is_secret(const char *name)
{
    static const char *const endings[] = { "_key", "_keys", "_secret", "_url" };
    size_t size = strlen(name);

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t ending = strlen(endings[i]);

        if (size > ending && strcmp(name + size - ending, endings[i]) == 0) return true;
    }
    return false;
}

static void add_value(const struct config_row *row, const void *config, struct buf *out)
{
    const void *member = (const char *)config + row->offset;

    if (row->type == CONFIG_I64) buf_add_i64(out, *(const int64_t *)member);
    if (row->type == CONFIG_BOOL) buf_add(out, *(const bool *)member ? STR("yes") : STR("no"));
    if (row->type != CONFIG_TEXT) return;
    const char *text = *(const char *const *)member;

    buf_add(out, is_secret(row->name) && text[0] != '\0' ? STR("(set)") : str_of(text));
}

void config_print(const struct config_row *rows, size_t count, const void *config, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        add_variable(out, rows[i].name);
        buf_add_char(out, '=');
        add_value(&rows[i], config, out);
        buf_printf(out, "  # %s%s%s (default %s)\n", rows[i].unit, rows[i].unit[0] ? "; " : "",
                   rows[i].sentence, rows[i].preset[0] ? rows[i].preset : "none");
    }
}

void config_print_markdown(const struct config_row *rows, size_t count, struct buf *out)
{
    buf_add(out, STR("| setting | default | unit | what it does |\n|---|---|---|---|\n"));
    for (size_t i = 0; i < count; i++) {
        buf_add(out, STR("| `"));
        add_variable(out, rows[i].name);
        buf_printf(out, "` | %s | %s | %s |\n", rows[i].preset, rows[i].unit, rows[i].sentence);
    }
}
