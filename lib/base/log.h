/*
 * log.h - one logfmt line an event, for whoever owns the operation. Libraries never log.
 *
 * Fields are typed so that personal data has no way in: numbers, symbols of ours (C literals),
 * and opaque ids (letters, digits and -_.:/ only; any other byte is written as '?').
 * Lines go to standard error in one write each, at most LOG_LINE_BYTES_MAX.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum { LOG_LINE_BYTES_MAX = 1024 };

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *key;
    enum { LOG_FIELD_I64, LOG_FIELD_SYMBOL, LOG_FIELD_ID } kind;
    int64_t number;
    const char *symbol;
    struct str id;
};

#define LOG_I64(name, value)                                                                       \
    {                                                                                              \
        .key = (name), .kind = LOG_FIELD_I64, .number = (int64_t)(value)                           \
    }
#define LOG_SYMBOL(name, text)                                                                     \
    {                                                                                              \
        .key = (name), .kind = LOG_FIELD_SYMBOL, .symbol = (text)                                  \
    }
#define LOG_ID(name, view)                                                                         \
    {                                                                                              \
        .key = (name), .kind = LOG_FIELD_ID, .id = (view)                                          \
    }

/* Lines below this level are dropped. Default LOG_INFO. */
void log_set_level(enum log_level level);

/* Written as who= on each line, e.g. "server/0"; a literal or process-long memory. */
void log_set_who(const char *name);

void log_fields(enum log_level level, const char *event, const struct log_field *fields,
                size_t count);

/* log_event(LOG_INFO, "listening", LOG_I64("port", 8443)); at least one field. */
#define log_event(level, event, ...)                                                               \
    log_fields((level), (event), (const struct log_field[]){ __VA_ARGS__ },                        \
               sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

#endif
