#include "catalogue_lines.h"

#include "base/utf8.h"

#include <string.h>

/* More bytes behind those that are there, which move to the front. */
static void fill(struct catalogue_lines *lines)
{
    size_t count;

    memmove(lines->room, lines->room + lines->at, lines->end - lines->at);
    lines->end -= lines->at;
    lines->at = 0;
    count = lines->read(lines->data, lines->room + lines->end, sizeof(lines->room) - lines->end);
    lines->end += count;
    lines->ended = count == 0;
}

/* The bytes up to the next line end, or of what is there when it is all or too much. */
static struct str cut(struct catalogue_lines *lines, bool *ret_whole)
{
    for (;;) {
        char *start = lines->room + lines->at;
        size_t left = lines->end - lines->at;
        char *newline = memchr(start, '\n', left);

        if (newline != NULL) {
            lines->at += (size_t)(newline - start) + 1;
            *ret_whole = true;
            return (struct str){ start, (size_t)(newline - start) };
        }
        if (lines->ended || left == sizeof(lines->room)) {
            lines->at = lines->end;
            *ret_whole = lines->ended;
            return (struct str){ start, left };
        }
        fill(lines);
    }
}

static struct str trim(struct str text, bool first)
{
    if (first && text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        text = (struct str){ text.data + 3, text.size - 3 };
    while (text.size > 0 && strchr(" \t\r", text.data[text.size - 1]) != NULL &&
           text.data[text.size - 1] != '\0')
        text.size--;
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = (struct str){ text.data + 1, text.size - 1 };
    return text;
}

static const char *fault_of(struct str text)
{
    if (memchr(text.data, '\0', text.size) != NULL) return "It holds a NUL byte.";
    if (utf8_check(text) < text.size) return "It is no UTF-8 text.";
    return NULL;
}

bool catalogue_lines_next(struct catalogue_lines *lines, struct catalogue_line *ret_line)
{
    while (!lines->ended || lines->at < lines->end) {
        bool whole;
        struct str text = cut(lines, &whole);
        bool skipped = lines->skipping;

        lines->skipping = !whole;
        if (skipped) continue;
        lines->number++;
        text = trim(text, lines->number == 1);
        *ret_line = (struct catalogue_line){ .number = lines->number, .text = text };
        if (!whole) {
            ret_line->fault = "It is longer than 65,536 bytes.";
        } else if (text.size == 0) {
            continue;
        } else {
            ret_line->fault = fault_of(text);
        }
        if (ret_line->fault != NULL) ret_line->text = STR("");
        return true;
    }
    return false;
}
