#include "trusted_documents.h"

#include "base/hash.h"
#include "base/memory.h"
#include "sha256.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ERRORS_MAX = 3 };

#define HASH_PREFIX "sha256:"

/* What one load made. */
struct set {
    struct arena arena;
    struct hash_map by_id;
    struct entry *entries;
    size_t count;
};

struct entry {
    struct trusted_document document;
    struct entry *next;
};

struct trusted_documents {
    const struct gql_schema *schema;
    struct gql_limits limits;
    struct set set;
};

/* Where a load stands, for its complaints. */
struct loading {
    const struct trusted_documents *documents;
    struct set *set;
    const char *file;
    struct buf *why;
};

static void set_init(struct set *set)
{
    *set = (struct set){ 0 };
    arena_init(&set->arena, TRUSTED_BYTES_MAX);
    hash_map_init(&set->by_id, &set->arena);
}

static void set_done(struct set *set)
{
    for (struct entry *entry = set->entries; entry != NULL; entry = entry->next)
        gql_plan_unref(entry->document.plan);
    arena_done(&set->arena);
}

struct trusted_documents *trusted_documents_new(const struct gql_schema *schema,
                                                const struct gql_limits *limits)
{
    struct trusted_documents *documents = MEM_NEW(struct trusted_documents);

    documents->schema = schema;
    documents->limits = *limits;
    set_init(&documents->set);
    return documents;
}

void trusted_documents_free(struct trusted_documents *documents)
{
    set_done(&documents->set);
    mem_free(documents);
}

size_t trusted_documents_count(const struct trusted_documents *documents)
{
    return documents->set.count;
}

static struct str without_prefix(struct str id)
{
    if (!str_starts(id, STR(HASH_PREFIX))) return id;
    return (struct str){ id.data + sizeof(HASH_PREFIX) - 1, id.size - (sizeof(HASH_PREFIX) - 1) };
}

const struct trusted_document *trusted_document(const struct trusted_documents *documents,
                                                struct str id)
{
    return hash_map_get(&documents->set.by_id, without_prefix(id));
}

const struct trusted_document *trusted_document_of_text(const struct trusted_documents *documents,
                                                        struct str text)
{
    char hash[SHA256_TEXT_BYTES];

    if (documents->set.count == 0) return NULL;
    return hash_map_get(&documents->set.by_id, sha256_text(text, hash));
}

/* ---- loading ---- */

static enum status fail(const struct loading *loading, struct str id, const char *complaint)
{
    buf_printf(loading->why, "%s: %.*s: %s\n", loading->file, STR_PRINT(id), complaint);
    return MC_BAD_INPUT;
}

static enum status fail_document(const struct loading *loading, struct str id,
                                 const struct gql_errors *errors)
{
    for (const struct gql_error *error = errors->head; error != NULL; error = error->next)
        (void)fail(loading, id, error->message.data);
    return MC_BAD_INPUT;
}

/* A document with several operations is planned when one of them is asked for. */
static enum status plan_document(const struct loading *loading, struct str id, struct entry *entry)
{
    const struct trusted_documents *documents = loading->documents;
    const struct gql_document document = { .text = entry->document.text };
    struct gql_errors errors;
    enum status status;

    gql_errors_init(&errors, &loading->set->arena, ERRORS_MAX);
    status = gql_plan_new(documents->schema, &document, &documents->limits, &errors,
                          &entry->document.plan);
    if (status == MC_OK || status == MC_BAD_INPUT) return MC_OK;
    return fail_document(loading, id, &errors);
}

static enum status put(const struct loading *loading, struct str id, struct entry *entry)
{
    const struct entry *former = hash_map_put(&loading->set->by_id, id, entry);

    if (former == NULL || former == entry) return MC_OK;
    if (str_eq(former->document.text, entry->document.text)) return MC_OK;
    return fail(loading, id, "another document has this id.");
}

static bool is_hash(struct str id)
{
    if (id.data == NULL) return false;
    for (size_t i = 0; i < id.size; i++)
        if (!((id.data[i] >= '0' && id.data[i] <= '9') || (id.data[i] >= 'a' && id.data[i] <= 'f')))
            return false;
    return id.size == SHA256_TEXT_BYTES;
}

static enum status add_document(const struct loading *loading, struct str id, struct str text)
{
    struct set *set = loading->set;
    char hash_text[SHA256_TEXT_BYTES];
    struct str bare = without_prefix(id), hash = sha256_text(text, hash_text);
    struct entry *entry = hash_map_get(&set->by_id, hash);
    enum status status = MC_OK;

    if (bare.size == 0 || text.size == 0) return fail(loading, id, "an id or a document is empty.");
    if ((is_hash(bare) || bare.size != id.size) && !str_eq(bare, hash))
        return fail(loading, id, "the id is not the SHA-256 of its document.");
    if (entry == NULL) {
        entry = ARENA_NEW(&set->arena, struct entry);
        entry->document.text = arena_str(&set->arena, text);
        entry->next = set->entries;
        set->entries = entry;
        set->count++;
        status = plan_document(loading, id, entry);
        if (status == MC_OK) status = put(loading, arena_str(&set->arena, hash), entry);
    }
    if (status == MC_OK && !str_eq(bare, hash))
        status = put(loading, arena_str(&set->arena, bare), entry);
    return status == MC_OK ? arena_status(&set->arena) : status;
}

static struct str text_of(const json_t *value)
{
    if (!json_is_string(value)) return STR_NONE;
    return (struct str){ json_string_value(value), json_string_length(value) };
}

static enum status add_operations(const struct loading *loading, const json_t *operations)
{
    enum status status = MC_OK;
    const json_t *operation;
    size_t i;

    json_array_foreach(operations, i, operation)
    {
        status = add_document(loading, text_of(json_object_get(operation, "id")),
                              text_of(json_object_get(operation, "body")));
        if (status != MC_OK) break;
    }
    return status;
}

static enum status add_map(const struct loading *loading, const json_t *map)
{
    enum status status = MC_OK;
    const char *id;
    json_t *text;

    json_object_foreach((json_t *)(uintptr_t)map, id, text)
    {
        status = add_document(loading, str_of(id), text_of(text));
        if (status != MC_OK) break;
    }
    return status;
}

static enum status add_manifest(const struct loading *loading, const json_t *manifest)
{
    const json_t *operations = json_object_get(manifest, "operations");

    if (json_is_array(operations)) return add_operations(loading, operations);
    if (json_is_object(manifest)) return add_map(loading, manifest);
    return fail(loading, STR("manifest"), "it is no JSON object.");
}

static enum status load_path(struct loading *loading, const char *path)
{
    json_error_t error;
    json_t *manifest;
    struct stat info;
    enum status status;

    if (stat(path, &info) == 0 && info.st_size > MANIFEST_BYTES_MAX)
        return fail(loading, STR("manifest"), "it is too long.");
    manifest = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (manifest == NULL) return fail(loading, STR("manifest"), error.text);
    status = add_manifest(loading, manifest);
    json_decref(manifest);
    return status;
}

static enum status load_file(struct loading *loading, const char *folder, const char *name)
{
    char path[PATH_MAX];

    loading->file = name;
    if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
        return fail(loading, STR("path"), "it is too long.");
    return load_path(loading, path);
}

static int is_manifest(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);

    return entry->d_name[0] != '.' && size > 5 && strcmp(entry->d_name + size - 5, ".json") == 0;
}

static enum status load_folder(struct loading *loading, const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_manifest, alphasort);
    enum status status = MC_OK;

    if (count < 0) {
        buf_printf(loading->why, "%s: %s\n", folder, strerror(errno));
        return MC_BAD_INPUT;
    }
    for (int i = 0; i < count; i++) {
        if (status == MC_OK) status = load_file(loading, folder, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return status;
}

static enum status replace(struct trusted_documents *documents, struct set *set, enum status status)
{
    if (status != MC_OK) {
        set_done(set);
        return status;
    }
    set_done(&documents->set);
    documents->set = *set;
    documents->set.by_id.arena = &documents->set.arena;
    return MC_OK;
}

enum status trusted_documents_load(struct trusted_documents *documents, const char *folder,
                                   struct buf *why)
{
    struct set set;
    struct loading loading = { documents, &set, "", why };

    set_init(&set);
    return replace(documents, &set, folder[0] == '\0' ? MC_OK : load_folder(&loading, folder));
}

enum status trusted_documents_load_file(struct trusted_documents *documents, const char *path,
                                        struct buf *why)
{
    struct set set;
    struct loading loading = { documents, &set, path, why };

    set_init(&set);
    return replace(documents, &set, load_path(&loading, path));
}
