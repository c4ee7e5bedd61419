#include "graphql/type/suggest.h"

#include "base/buf.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance of two names without case, a not shorter than b; more than
 * threshold when it is further. Three rows, because a swap looks back two. */
static size_t edits(struct str a, struct str b, size_t threshold)
{
    size_t rows[3][SUGGEST_NAME_BYTES_MAX + 1];

    for (size_t j = 0; j <= b.size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        const size_t *up = rows[(i - 1) % 3];
        size_t *row = rows[i % 3], smallest = i;

        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            char x = lower(a.data[i - 1]), y = lower(b.data[j - 1]);
            size_t cell = least(least(up[j], row[j - 1]) + 1, up[j - 1] + (x != y));

            if (i > 1 && j > 1 && x == lower(b.data[j - 2]) && lower(a.data[i - 2]) == y)
                cell = least(cell, rows[(i - 2) % 3][j - 2] + 1);
            smallest = least(smallest, cell);
            row[j] = cell;
        }
        if (smallest > threshold) return threshold + 1;
    }
    return rows[a.size % 3][b.size];
}

static size_t distance(struct str input, struct str name, size_t threshold)
{
    struct str a = input.size >= name.size ? input : name;
    struct str b = input.size >= name.size ? name : input;

    if (str_eq(input, name)) return 0;
    if (str_eq_nocase(input, name)) return 1;
    if (a.size - b.size > threshold) return threshold + 1;
    return edits(a, b, threshold);
}

static bool is_digit(struct str text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

/* Reads digits; a leading zero stands alone. */
static uint64_t read_number(struct str text, size_t *at)
{
    uint64_t number = 0;

    do {
        number = number * 10 + (uint64_t)(text.data[(*at)++] - '0');
    } while (is_digit(text, *at) && number > 0);
    return number;
}

static int natural_compare(struct str a, struct str b)
{
    size_t i = 0, j = 0;

    while (i < a.size && j < b.size) {
        if (is_digit(a, i) && is_digit(b, j)) {
            uint64_t x = read_number(a, &i), y = read_number(b, &j);

            if (x != y) return x < y ? -1 : 1;
        } else {
            if (a.data[i] != b.data[j])
                return (unsigned char)a.data[i] < (unsigned char)b.data[j] ? -1 : 1;
            i++;
            j++;
        }
    }
    return a.size == b.size ? 0 : a.size < b.size ? -1 : 1;
}

void suggestions_offer(struct suggestions *suggestions, struct str name)
{
    size_t threshold = suggestions->input.size * 4 / 10 + 1;
    size_t near, place = suggestions->count;

    if (name.size > SUGGEST_NAME_BYTES_MAX || suggestions->input.size > SUGGEST_NAME_BYTES_MAX)
        return;
    near = distance(suggestions->input, name, threshold);
    if (near > threshold) return;
    for (size_t i = 0; i < suggestions->count; i++)
        if (str_eq(suggestions->names[i], name)) return;
    while (place > 0 && (near < suggestions->distances[place - 1] ||
                         (near == suggestions->distances[place - 1] &&
                          natural_compare(name, suggestions->names[place - 1]) < 0)))
        place--;
    if (place == SUGGEST_MAX) return;
    if (suggestions->count < SUGGEST_MAX) suggestions->count++;
    for (size_t i = suggestions->count - 1; i > place; i--) {
        suggestions->names[i] = suggestions->names[i - 1];
        suggestions->distances[i] = suggestions->distances[i - 1];
    }
    suggestions->names[place] = name;
    suggestions->distances[place] = near;
}

const char *list_joint(size_t i, size_t count, const char *last)
{
    static const char *const joints[][2] = { { " or ", ", or " }, { " and ", ", and " } };

    if (i == 0) return "";
    if (i + 1 < count) return ", ";
    return joints[strcmp(last, "and") == 0][count > 2];
}

struct str suggestions_text(const struct suggestions *suggestions, struct arena *arena,
                            const char *kind)
{
    struct buf text;
    struct str copy;

    if (suggestions->count == 0) return STR("");
    buf_init(&text, SIZE_MAX);
    buf_printf(&text, " Did you mean %s", kind);
    for (size_t i = 0; i < suggestions->count; i++)
        buf_printf(&text, "%s\"%.*s\"", list_joint(i, suggestions->count, "or"),
                   STR_PRINT(suggestions->names[i]));
    buf_add_char(&text, '?');
    copy = arena_str(arena, buf_str(&text));
    buf_done(&text);
    return copy;
}
