/*
 * log.h - one logfmt line an event, for whoever owns the operation. Libraries never log.
 *
 * Fields are typed so that personal data has no way in: numbers, symbols of ours (C literals and
 * tables of them), and texts that somebody has said are no client's (struct log_ours). A struct str
 * fits none of them: that does not compile.
 *
 * Life:    a line is written at once, until log_hold: from then on lines wait for log_flush, except
 *          that one of LOG_WARN or more takes all before it along.
 * Order:   that of the calls. Lines of several processes never mix within a line.
 * Limits:  LOG_LINE_BYTES_MAX a line. LOG_HELD_BYTES_MAX while nobody reads: then lines are lost,
 *          and log_lost says how many once there is room.
 * Fails:   never. log_flush does not wait for a pipe, a terminal or a socket that is full; a file's
 *          disk it does.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum { LOG_LINE_BYTES_MAX = 1024, LOG_HELD_BYTES_MAX = 256 * 1024 };

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_ours {
    struct str text;
};

/* A text that we have made or an operator has given: a setting, a file, why it is not read. Never
 * one that came with a request. Letters, digits and -_.:/ are written as they are, other bytes as
 * '?'. */
static inline struct log_ours log_ours(struct str text)
{
    return (struct log_ours){ text };
}

/* An initializer alone would take a struct str for the one member of a struct log_ours. */
static inline struct log_ours log_is_ours(struct log_ours ours)
{
    return ours;
}

struct log_field {
    const char *key;
    enum { LOG_FIELD_I64, LOG_FIELD_HEX, LOG_FIELD_SYMBOL, LOG_FIELD_OURS } kind;
    int64_t number;
    const char *symbol;
    struct log_ours ours;
};

#define LOG_I64(name, value)                                                                       \
    {                                                                                              \
        .key = (name), .kind = LOG_FIELD_I64, .number = (int64_t)(value)                           \
    }
/* Sixteen digits. */
#define LOG_HEX(name, value)                                                                       \
    {                                                                                              \
        .key = (name), .kind = LOG_FIELD_HEX, .number = (int64_t)(value)                           \
    }
#define LOG_SYMBOL(name, text)                                                                     \
    {                                                                                              \
        .key = (name), .kind = LOG_FIELD_SYMBOL, .symbol = (text)                                  \
    }
#define LOG_OURS(name, text)                                                                       \
    {                                                                                              \
        .key = (name), .kind = LOG_FIELD_OURS, .ours = log_is_ours(text)                           \
    }

/* Lines below this level are dropped. Default LOG_INFO. */
void log_set_level(enum log_level level);

/* Written as who= on each line, e.g. "server/0"; a literal or process-long memory. After a fork the
 * child says it again. */
void log_set_who(const char *name);

/* Lines wait from here on; the caller flushes at the end of each turn of its loop. */
void log_hold(void);

/* Writes what is held, as far as it is taken without waiting. */
void log_flush(void);

void log_fields(enum log_level level, const char *event, const struct log_field *fields,
                size_t count);

/* log_event(LOG_INFO, "listening", LOG_I64("port", 8443)); at least one field. */
#define log_event(level, event, ...)                                                               \
    log_fields((level), (event), (const struct log_field[]){ __VA_ARGS__ },                        \
               sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

#endif
