/* A loop must not wait for who reads its log. Standard error is shared with the parent and the
 * other children, so it is not made non-blocking: a pipe or terminal is opened anew for us alone, a
 * socket is asked not to wait. A pipe takes up to PIPE_BUF bytes whole or not at all, so whole
 * lines of at most so much go out in one write. */
#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX_DIGITS = 16 };

static enum log_level lowest = LOG_INFO;
static const char *who = "motcua";
static int pid;
static const char *const level_names[] = { "debug", "info", "warn", "error" };

static struct {
    bool holding;
    struct buf lines;
    int64_t lost;
    int fd;
    bool is_socket, may_wait;
} held;

void log_set_level(enum log_level level)
{
    lowest = level;
}

void log_set_who(const char *name)
{
    who = name;
    pid = (int)getpid();
}

/* ---- a line ---- */

static bool is_plain_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-_.:/", c) != NULL);
}

static void add_ours(struct buf *line, struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        buf_add_char(line, is_plain_byte(text.data[i]) ? text.data[i] : '?');
}

static void add_symbol(struct buf *line, const char *symbol)
{
    bool plain = strpbrk(symbol, " \"=\n") == NULL;

    if (!plain) buf_add_char(line, '"');
    buf_add(line, str_of(symbol));
    if (!plain) buf_add_char(line, '"');
}

static void add_hex(struct buf *line, uint64_t number)
{
    char digits[HEX_DIGITS];

    for (int i = HEX_DIGITS - 1; i >= 0; i--, number >>= 4)
        digits[i] = "0123456789abcdef"[number & 15];
    buf_add(line, (struct str){ digits, HEX_DIGITS });
}

static void add_field(struct buf *line, const struct log_field *field)
{
    buf_add_char(line, ' ');
    buf_add(line, str_of(field->key));
    buf_add_char(line, '=');
    if (field->kind == LOG_FIELD_I64) buf_add_i64(line, field->number);
    if (field->kind == LOG_FIELD_HEX) add_hex(line, (uint64_t)field->number);
    if (field->kind == LOG_FIELD_SYMBOL) add_symbol(line, field->symbol);
    if (field->kind == LOG_FIELD_OURS) add_ours(line, field->ours.text);
}

static void write_line(struct buf *line, enum log_level level, const char *event,
                       const struct log_field *fields, size_t count)
{
    if (pid == 0) pid = (int)getpid();
    clock_rfc3339(line, clock_wall_us(&clock_system), 420);
    buf_add(line, STR(" level="));
    buf_add(line, str_of(level_names[level]));
    buf_add(line, STR(" who="));
    buf_add(line, str_of(who));
    buf_add(line, STR(" pid="));
    buf_add_i64(line, pid);
    buf_add(line, STR(" event="));
    add_symbol(line, event);
    for (size_t i = 0; i < count; i++)
        add_field(line, &fields[i]);
    line->bytes_max = LOG_LINE_BYTES_MAX + 1;
    line->over = false;
    buf_add_char(line, '\n');
}

/* ---- what is held ---- */

static void open_held(void)
{
    struct stat info = { 0 };

    held.fd = STDERR_FILENO;
    (void)fstat(STDERR_FILENO, &info);
    held.is_socket = S_ISSOCK(info.st_mode);
    if (!S_ISFIFO(info.st_mode) && !S_ISCHR(info.st_mode)) return;
    held.fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    /* Not ours to open, as under another user: it is asked before each write instead. */
    held.may_wait = held.fd < 0;
    if (held.may_wait) held.fd = STDERR_FILENO;
}

void log_hold(void)
{
    if (held.holding) return;
    buf_init(&held.lines, LOG_HELD_BYTES_MAX);
    open_held();
    held.holding = true;
}

static size_t write_some(const char *bytes, size_t size)
{
    struct pollfd ready = { .fd = held.fd, .events = POLLOUT };
    ssize_t written;

    if (held.may_wait && poll(&ready, 1, 0) != 1) return 0;
    do {
        written = held.is_socket ? send(held.fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                 : write(held.fd, bytes, size);
    } while (written < 0 && errno == EINTR);
    /* Nobody will ever read it: it is not kept for him. */
    if (written < 0 && errno != EAGAIN) return size;
    return written < 0 ? 0 : (size_t)written;
}

/* Whole lines of at most PIPE_BUF bytes; a line is shorter than that. */
static size_t whole_lines(const char *bytes, size_t size)
{
    size_t end = size < PIPE_BUF ? size : PIPE_BUF;

    while (end > 1 && bytes[end - 1] != '\n')
        end--;
    return end;
}

static void write_held(void)
{
    size_t done = 0, size, written;

    while (done < held.lines.size) {
        size = whole_lines(held.lines.data + done, held.lines.size - done);
        written = write_some(held.lines.data + done, size);
        done += written;
        if (written < size) break;
    }
    buf_consume(&held.lines, done);
}

static void hold(struct str line)
{
    if (held.lines.size + line.size > LOG_HELD_BYTES_MAX)
        held.lost++;
    else
        buf_add(&held.lines, line);
}

void log_flush(void)
{
    int64_t lost = held.lost;

    if (!held.holding) return;
    write_held();
    if (lost == 0 || held.lines.size > LOG_HELD_BYTES_MAX / 2) return;
    held.lost = 0;
    log_event(LOG_WARN, "log_lost", LOG_I64("lines", lost));
}

void log_fields(enum log_level level, const char *event, const struct log_field *fields,
                size_t count)
{
    static struct buf line; /* its memory is kept from line to line */

    if (level < lowest) return;
    if (line.data == NULL) buf_init(&line, LOG_LINE_BYTES_MAX);
    buf_reset(&line);
    line.bytes_max = LOG_LINE_BYTES_MAX;
    write_line(&line, level, event, fields, count);
    if (held.holding) {
        hold(buf_str(&line));
        if (level >= LOG_WARN) log_flush();
    } else {
        ssize_t written = write(STDERR_FILENO, line.data, line.size);

        (void)written;
    }
}
