/*
 * What a check costs: json_schema_cost SCHEMA DOCUMENT COUNT. The difference of two counts under
 *     valgrind --tool=callgrind build/release/bin/json_schema_cost form.json filled.json 100
 * is what so many more checks cost, without parsing the schema.
 */
#include "json_schema/json_schema.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 128 * 1024 };

static struct str read_file(struct arena *arena, const char *path)
{
    char *data = arena_alloc(arena, FILE_BYTES_MAX);
    FILE *file = fopen(path, "r");
    size_t size;

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    size = fread(data, 1, FILE_BYTES_MAX, file);
    fclose(file);
    return (struct str){ data, size };
}

int main(int argc, char **argv)
{
    struct json_schema *schema;
    struct json_problems problems = { 0 };
    struct arena files, arena;
    struct str document;
    enum status status;

    if (argc != 4) return 2;
    arena_init(&files, 1 << 20);
    arena_init(&arena, 1 << 20);
    status = json_schema_parse(read_file(&files, argv[1]), &schema);
    document = read_file(&files, argv[2]);
    for (long i = strtol(argv[3], NULL, 10); i > 0 && status == MC_OK; i--) {
        arena_reset(&arena);
        status = json_schema_check(schema, document, &arena, &problems);
    }
    printf("%s, %zu problems\n", status_name(status), problems.count);
    return status != MC_OK;
}
