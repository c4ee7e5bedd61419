#include "base/csv_out.h"

static bool has_any(struct str text, const char *set)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '\0' && strchr(set, text.data[i]) != NULL) return true;
    return false;
}

void csv_field(struct buf *buf, struct str text)
{
    bool quoted = has_any(text, ",;\t\"\r\n");

    if (quoted) buf_add_char(buf, '"');
    if (text.size > 0 && has_any((struct str){ text.data, 1 }, "=+-@\t\r\n"))
        buf_add_char(buf, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"') buf_add_char(buf, '"');
        buf_add_char(buf, text.data[i]);
    }
    if (quoted) buf_add_char(buf, '"');
}
