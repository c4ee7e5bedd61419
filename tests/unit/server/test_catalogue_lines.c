/* Lines are told in order and with their numbers, whatever pieces they come in; what is no line of
 * text is told with its fault. */
#include "base/memory.h"
#include "catalogue_lines.h"
#include "tests/unit/check.h"

#include <string.h>

struct source {
    struct str text;
    size_t piece;
};

static size_t give(void *data, char *room, size_t room_bytes)
{
    struct source *source = data;
    size_t count = source->text.size < source->piece ? source->text.size : source->piece;

    if (count > room_bytes) count = room_bytes;
    memcpy(room, source->text.data, count);
    source->text = (struct str){ source->text.data + count, source->text.size - count };
    return count;
}

static struct catalogue_lines lines;
static struct source source;

static void begin(struct str text, size_t piece)
{
    source = (struct source){ text, piece };
    lines = (struct catalogue_lines){ .read = give, .data = &source };
}

static void check_next(int64_t number, const char *text, const char *fault)
{
    struct catalogue_line line;

    assert_true(catalogue_lines_next(&lines, &line));
    assert_int_equal(line.number, number);
    assert_true(str_is(line.text, text));
    if (fault == NULL)
        assert_null(line.fault);
    else
        assert_string_equal(line.fault, fault);
}

static void check_end(void)
{
    struct catalogue_line line;

    assert_false(catalogue_lines_next(&lines, &line));
    assert_false(catalogue_lines_next(&lines, &line));
}

static void lines_come_in_order_in_any_pieces(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 40; piece++) {
        begin(STR("\xef\xbb\xbf{\"a\":1}\n\n \t \r\n {\"b\":2}\r\nlast"), piece);
        check_next(1, "{\"a\":1}", NULL);
        check_next(4, "{\"b\":2}", NULL);
        check_next(5, "last", NULL);
        check_end();
    }
    begin(STR(""), 1);
    check_end();
    begin(STR("\n\n"), 1);
    check_end();
}

static void what_is_no_text_is_told_with_its_fault(void **state)
{
    (void)state;
    begin((struct str){ "a\0b\n\xff\nc\n", 8 }, 3);
    check_next(1, "", "It holds a NUL byte.");
    check_next(2, "", "It is no UTF-8 text.");
    check_next(3, "c", NULL);
    check_end();
}

static void a_line_is_no_longer_than_the_limit(void **state)
{
    enum { MOST = CATALOGUE_LINE_BYTES_MAX, ALL = 4 * CATALOGUE_LINE_BYTES_MAX };
    char *text = mem_alloc(ALL);
    char *longest = mem_alloc(MOST + 1);

    (void)state;
    memset(text, 'x', ALL);
    memset(longest, 'x', MOST);
    longest[MOST] = '\0';
    text[MOST] = '\n';                /* the first is as long as may be */
    text[MOST + 1 + MOST + 1] = '\n'; /* the second a byte longer */
    text[ALL - 2] = '\n';             /* the third much longer */
    text[ALL - 1] = 'z';
    begin((struct str){ text, ALL }, 1000);
    check_next(1, longest, NULL);
    check_next(2, "", "It is longer than 65,536 bytes.");
    check_next(3, "", "It is longer than 65,536 bytes.");
    check_next(4, "z", NULL);
    check_end();
    mem_free(text);
    mem_free(longest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_in_order_in_any_pieces),
        cmocka_unit_test(what_is_no_text_is_told_with_its_fault),
        cmocka_unit_test(a_line_is_no_longer_than_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
