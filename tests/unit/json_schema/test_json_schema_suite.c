/* Debian's json-schema-test-suite, draft 7 and its optional part, through the door. exceptions.txt
 * lists the cases answered otherwise and why; one that is not listed and fails, or is and passes,
 * fails this test. */
#include "base/memory.h"
#include "json_schema/json_schema.h"
#include "tests/unit/check.h"

#include <jansson.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define SUITE "/usr/share/json-schema-test-suite/tests/draft7"

enum { EXCEPTIONS_MAX = 512, LINE_MAX_BYTES = 512, FILES_MAX = 64, CASES_MIN = 560 };

struct exception {
    char line[LINE_MAX_BYTES];
    bool met;
};

static struct exception exceptions[EXCEPTIONS_MAX];
static size_t exception_count, cases, wrong;

static void read_exceptions(void)
{
    const char *root = getenv("MOTCUA_SOURCE_DIR");
    char path[1024], line[LINE_MAX_BYTES];
    FILE *file;

    assert_non_null(root);
    snprintf(path, sizeof(path), "%s/tests/unit/json_schema/exceptions.txt", root);
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0' || line[0] == '#') continue;
        assert_true(exception_count < EXCEPTIONS_MAX);
        memcpy(exceptions[exception_count++].line, line, sizeof(line));
    }
    fclose(file);
}

static struct exception *exception_of(const char *line)
{
    for (size_t i = 0; i < exception_count; i++)
        if (strcmp(exceptions[i].line, line) == 0) return &exceptions[i];
    return NULL;
}

/* As draft 7 would answer: 1 fits, 0 does not, -1 when the door does not answer. */
static int ask(const json_t *schema_value, const json_t *document_value)
{
    char *schema_text = json_dumps(schema_value, JSON_ENCODE_ANY);
    char *document = json_dumps(document_value, JSON_ENCODE_ANY);
    struct json_schema *schema = NULL;
    struct json_problems problems;
    struct arena arena;
    int answer = -1;

    arena_init(&arena, 1 << 20);
    if (json_schema_parse(str_of(schema_text), &schema) == MC_OK &&
        json_schema_check(schema, str_of(document), &arena, &problems) == MC_OK)
        answer = problems.count == 0;
    arena_done(&arena);
    json_schema_free(schema);
    free(document);
    free(schema_text);
    return answer;
}

static void run_case(const char *file, const json_t *group, const json_t *test)
{
    int expected = json_is_true(json_object_get(test, "valid"));
    char line[LINE_MAX_BYTES];
    struct exception *listed;
    bool passes;

    snprintf(line, sizeof(line), "%s | %s | %s", file,
             json_string_value(json_object_get(group, "description")),
             json_string_value(json_object_get(test, "description")));
    listed = exception_of(line);
    passes = ask(json_object_get(group, "schema"), json_object_get(test, "data")) == expected;
    cases++;
    if (listed != NULL) listed->met = true;
    if (passes != (listed == NULL)) {
        print_message("%s\n", line);
        wrong++;
    }
}

static void run_file(const char *folder, const char *name)
{
    char path[1024], file[256];
    json_t *groups, *group, *test;
    size_t i, j;

    snprintf(file, sizeof(file), "%s%s", folder, name);
    snprintf(path, sizeof(path), "%s/%s", SUITE, file);
    groups = json_load_file(path, JSON_ALLOW_NUL, NULL);
    /* jansson has no integers of more than 64 bits; neither has the door, which takes reals. */
    if (groups == NULL) groups = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
    assert_non_null(groups);
    json_array_foreach(groups, i, group)
    {
        json_array_foreach(json_object_get(group, "tests"), j, test)
        {
            run_case(file, group, test);
        }
    }
    json_decref(groups);
}

static int is_json(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);

    return size > 5 && strcmp(entry->d_name + size - 5, ".json") == 0;
}

static void run_folder(const char *folder)
{
    struct dirent **entries;
    char path[1024];
    int count;

    snprintf(path, sizeof(path), "%s/%s", SUITE, folder);
    count = scandir(path, &entries, is_json, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        run_file(folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

static void answers_as_draft_7_but_for_the_listed(void **state)
{
    (void)state;
    read_exceptions();
    run_folder("");
    run_folder("optional/");
    run_folder("optional/format/");
    for (size_t i = 0; i < exception_count; i++)
        if (!exceptions[i].met) {
            print_message("no such case: %s\n", exceptions[i].line);
            wrong++;
        }
    print_message("%zu cases, %zu listed, %zu otherwise than told\n", cases, exception_count,
                  wrong);
    assert_true(cases >= CASES_MIN);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_as_draft_7_but_for_the_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
