#include "base/json_out.h"

static void separate(struct json_out *json)
{
    if (json->comma) buf_add_char(json->buf, ',');
    json->comma = true;
}

static void open_with(struct json_out *json, char bracket)
{
    separate(json);
    buf_add_char(json->buf, bracket);
    json->comma = false;
}

static void close_with(struct json_out *json, char bracket)
{
    buf_add_char(json->buf, bracket);
    json->comma = true;
}

void json_object_open(struct json_out *json)
{
    open_with(json, '{');
}

void json_object_close(struct json_out *json)
{
    close_with(json, '}');
}

void json_array_open(struct json_out *json)
{
    open_with(json, '[');
}

void json_array_close(struct json_out *json)
{
    close_with(json, ']');
}

void json_key(struct json_out *json, const char *key)
{
    separate(json);
    json_quote(json->buf, str_of(key));
    buf_add_char(json->buf, ':');
    json->comma = false;
}

void json_str(struct json_out *json, struct str text)
{
    separate(json);
    if (text.data == NULL)
        buf_add(json->buf, STR("null"));
    else
        json_quote(json->buf, text);
}

void json_i64(struct json_out *json, int64_t value)
{
    separate(json);
    buf_add_i64(json->buf, value);
}

void json_bool(struct json_out *json, bool value)
{
    separate(json);
    buf_add(json->buf, value ? STR("true") : STR("false"));
}

void json_put_null(struct json_out *json)
{
    separate(json);
    buf_add(json->buf, STR("null"));
}

void json_raw(struct json_out *json, struct str value)
{
    separate(json);
    buf_add(json->buf, value);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static void add_escape(struct buf *buf, unsigned char c)
{
    static const char short_forms[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i + 1 < sizeof(short_forms); i += 2) {
        if ((unsigned char)short_forms[i] == c) {
            buf_add(buf, (struct str){ (const char[]){ '\\', short_forms[i + 1] }, 2 });
            return;
        }
    }
    buf_add(buf,
            (struct str){ (const char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6 });
}

char *json_put_plain(char *at, struct str text)
{
    const uint64_t ones = 0x0101010101010101;
    uint64_t special = 0, word;
    size_t i = 0;

    for (; i < text.size; i += 8) {
        /* The last eight bytes may be read twice. */
        if (text.size < 8) break;
        if (i + 8 > text.size) i = text.size - 8;
        memcpy(&word, text.data + i, 8);
        memcpy(at + i, &word, 8);
        uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';

        special |=
            ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
    }
    if ((special & ones << 7) != 0) return NULL;
    for (; i < text.size; i++) {
        if (!is_plain((unsigned char)text.data[i])) return NULL;
        at[i] = text.data[i];
    }
    return at + text.size;
}

void json_quote(struct buf *buf, struct str text)
{
    size_t start = 0;
    char *room = text.size < buf->bytes_max ? buf_room(buf, text.size + 2) : NULL;

    if (room != NULL && json_put_plain(room + 1, text) != NULL) {
        room[0] = room[text.size + 1] = '"';
        buf_advance(buf, text.size + 2);
        return;
    }
    buf_add_char(buf, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (is_plain((unsigned char)text.data[i])) continue;
        buf_add(buf, (struct str){ text.data + start, i - start });
        add_escape(buf, (unsigned char)text.data[i]);
        start = i + 1;
    }
    buf_add(buf, (struct str){ text.data + start, text.size - start });
    buf_add_char(buf, '"');
}
