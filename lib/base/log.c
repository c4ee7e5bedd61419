#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"

#include <unistd.h>

static enum log_level lowest = LOG_INFO;
static const char *who = "motcua";
static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_set_level(enum log_level level)
{
    lowest = level;
}

void log_set_who(const char *name)
{
    who = name;
}

static bool is_id_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-_.:/", c) != NULL);
}

static void add_id(struct buf *line, struct str id)
{
    for (size_t i = 0; i < id.size; i++)
        buf_add_char(line, is_id_byte(id.data[i]) ? id.data[i] : '?');
}

static void add_symbol(struct buf *line, const char *symbol)
{
    bool plain = strpbrk(symbol, " \"=\n") == NULL;

    buf_printf(line, plain ? "%s" : "\"%s\"", symbol);
}

void log_fields(enum log_level level, const char *event, const struct log_field *fields,
                size_t count)
{
    struct buf line;

    if (level < lowest) return;
    buf_init(&line, LOG_LINE_BYTES_MAX);
    clock_rfc3339(&line, clock_wall_us(&clock_system), 420);
    buf_printf(&line, " level=%s who=%s pid=%d event=", level_names[level], who, (int)getpid());
    add_symbol(&line, event);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&line, " %s=", fields[i].key);
        if (fields[i].kind == LOG_FIELD_I64) buf_add_i64(&line, fields[i].number);
        if (fields[i].kind == LOG_FIELD_SYMBOL) add_symbol(&line, fields[i].symbol);
        if (fields[i].kind == LOG_FIELD_ID) add_id(&line, fields[i].id);
    }
    line.bytes_max = LOG_LINE_BYTES_MAX + 1;
    line.over = false;
    buf_add_char(&line, '\n');
    ssize_t written = write(STDERR_FILENO, line.data, line.size);
    (void)written;
    buf_done(&line);
}
