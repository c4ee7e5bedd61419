/* validate: do a client's documents fit the schema? And the manifest of those that do. */
#include "app.h"
#include "commands.h"
#include "sha256.h"

#include <stdio.h>
#include <string.h>

enum { VALIDATE_BYTES_MAX = 256 * 1024 * 1024, FILES_MAX = 1000, FAULTS_MAX = 200 };

struct validating {
    const struct server_config *config;
    const char *manifest; /* where to write it; NULL: nowhere */
    struct arena arena;
    struct gql_schema *schema;
    struct gql_source sources[FILES_MAX];
    size_t source_count;
    int faults;
};

static int complain(struct validating *validating, const char *file, const char *why)
{
    fprintf(stderr, "%s: %s\n", file, why);
    validating->faults++;
    return 1;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name), ending_size = strlen(ending);

    return size >= ending_size && strcmp(name + size - ending_size, ending) == 0;
}

static void read_source(struct validating *validating, const char *file)
{
    FILE *opened = fopen(file, "rb");
    struct buf text;
    char bytes[16 * 1024];
    size_t size;

    if (opened == NULL || validating->source_count == FILES_MAX) {
        if (opened != NULL) (void)fclose(opened);
        (void)complain(validating, file, opened == NULL ? "cannot be read." : "too many files.");
        return;
    }
    buf_init(&text, VALIDATE_BYTES_MAX);
    while ((size = fread(bytes, 1, sizeof(bytes), opened)) > 0)
        buf_add(&text, (struct str){ bytes, size });
    (void)fclose(opened);
    validating->sources[validating->source_count++] =
        (struct gql_source){ file, arena_str(&validating->arena, buf_str(&text)) };
    buf_done(&text);
}

/* A manifest of former versions: each of its documents still has to fit. */
static void check_manifest(struct validating *validating, const char *file)
{
    struct gql_limits limits = app_limits(validating->config);
    struct trusted_documents *documents = trusted_documents_new(validating->schema, &limits);
    struct buf why;

    buf_init(&why, 64 * 1024);
    if (trusted_documents_load_file(documents, file, &why) != MC_OK) {
        fprintf(stderr, "%.*s", STR_PRINT(buf_str(&why)));
        validating->faults++;
    }
    buf_done(&why);
    trusted_documents_free(documents);
}

static const char *kind_name(enum gql_operation_kind kind)
{
    static const char *const names[] = { "query", "mutation", "subscription" };

    return names[kind];
}

static json_t *operation_json(const struct gql_client_document *document)
{
    char hash[SHA256_TEXT_BYTES];
    struct str id = sha256_text(document->text, hash);

    return json_pack("{s:s%, s:s%, s:s, s:s%}", "id", id.data, id.size, "name",
                     document->name.data == NULL ? "" : document->name.data, document->name.size,
                     "type", kind_name(document->kind), "body", document->text.data,
                     document->text.size);
}

static int write_manifest(struct validating *validating, const struct gql_client_check *check)
{
    json_t *operations = json_array();
    json_t *manifest = json_pack("{s:s, s:i, s:o}", "format", "apollo-persisted-query-manifest",
                                 "version", 1, "operations", operations);
    int failed;

    for (size_t i = 0; i < check->document_count; i++)
        json_array_append_new(operations, operation_json(&check->documents[i]));
    failed = json_dump_file(manifest, validating->manifest, JSON_INDENT(2));
    json_decref(manifest);
    return failed == 0 ? 0 : complain(validating, validating->manifest, "cannot be written.");
}

static void check_sources(struct validating *validating)
{
    struct gql_limits limits = app_limits(validating->config);
    struct gql_client_check check = { .sources = validating->sources,
                                      .source_count = validating->source_count,
                                      .limits = &limits,
                                      .arena = &validating->arena };
    struct gql_errors errors;

    gql_errors_init(&errors, &validating->arena, FAULTS_MAX);
    if (gql_client_check(validating->schema, &check, &errors) != MC_OK) validating->faults++;
    for (const struct gql_error *error = errors.head; error != NULL; error = error->next)
        fprintf(stderr, "%.*s\n", STR_PRINT(error->message));
    if (validating->faults > 0) return;
    if (validating->manifest != NULL) (void)write_manifest(validating, &check);
    printf("ok: %zu operations of %zu files fit the schema\n", check.document_count,
           validating->source_count);
}

static int validate(struct validating *validating, int count, char **arguments)
{
    struct buf why;

    buf_init(&why, 64 * 1024);
    if (app_schema(&validating->arena, validating->config->list_max, &why, &validating->schema) !=
        MC_OK) {
        fprintf(stderr, "%.*s", STR_PRINT(buf_str(&why)));
        buf_done(&why);
        return 1;
    }
    buf_done(&why);
    for (int i = 0; i < count; i++) {
        if (strcmp(arguments[i], "--manifest") == 0 && i + 1 < count)
            validating->manifest = arguments[++i];
        else if (ends_with(arguments[i], ".json"))
            check_manifest(validating, arguments[i]);
        else
            read_source(validating, arguments[i]);
    }
    if (validating->source_count > 0) check_sources(validating);
    return validating->faults > 0 ? 1 : 0;
}

int command_validate(const struct server_config *config, int count, char **arguments)
{
    static struct validating validating;
    int code;

    if (count == 0) {
        fprintf(stderr, "usage: motcua-server validate [--manifest OUT.json] FILE...\n");
        return 2;
    }
    validating = (struct validating){ .config = config };
    arena_init(&validating.arena, VALIDATE_BYTES_MAX);
    code = validate(&validating, count, arguments);
    arena_done(&validating.arena);
    return code;
}
