/*
 * json_out.h - writes JSON (RFC 8259) at the end of a buf.
 *
 * Order:   keys and values as called; commas are put by the writer. Failures stick in the buf.
 * Strings must be UTF-8; control bytes, quote and backslash are escaped, nothing else.
 */
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include "base/buf.h"

struct json_out {
    struct buf *buf;
    bool comma;
};

static inline struct json_out json_out(struct buf *buf)
{
    return (struct json_out){ buf, false };
}

void json_object_open(struct json_out *json);
void json_object_close(struct json_out *json);
void json_array_open(struct json_out *json);
void json_array_close(struct json_out *json);
void json_key(struct json_out *json, const char *key);
void json_str(struct json_out *json, struct str text); /* absent: null */
void json_i64(struct json_out *json, int64_t value);
void json_bool(struct json_out *json, bool value);
void json_put_null(struct json_out *json);

/* A value already in JSON. */
void json_raw(struct json_out *json, struct str value);

/* The text at at, where there is room for it; NULL when a byte of it needs an escape. */
char *json_put_plain(char *at, struct str text);

/* Without a writer: the quoted string alone, straight into the buf. */
void json_quote(struct buf *buf, struct str text);

#endif
