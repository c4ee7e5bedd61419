#include "result_line.h"

#include "base/uuid.h"
#include "personal_no.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const members[] = { "issuer",     "procedure",  "kind",  "number",
                                       "issuedOn",   "validUntil", "title", "taxCode",
                                       "personalNo", "scan" };

static bool is_member(const char *name)
{
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (strcmp(name, members[i]) == 0) return true;
    return false;
}

struct reading {
    const struct key_ring *keys;
    struct arena *arena;
    struct result_line *line;
    json_t *out;
};

/* Empty for what is no personal number: the database says so. */
static enum status add_index(const struct reading *reading, struct str number)
{
    struct sealed_number sealed = { .table = "person", .public_id = uuid_random(reading->arena) };
    enum status status = personal_no_seal(reading->keys, number, reading->arena, &sealed);
    struct buf hex;

    if (status != MC_OK && status != MC_BAD_INPUT) return status;
    buf_init(&hex, 256);
    for (size_t i = 0; status == MC_OK && i < sealed.personal_no_index.size; i++)
        buf_printf(&hex, "%02x", (unsigned)(unsigned char)sealed.personal_no_index.data[i]);
    json_object_set_new(reading->out, "holderIndex",
                        json_stringn(hex.size > 0 ? hex.data : "", hex.size));
    buf_done(&hex);
    return MC_OK;
}

static enum status add_member(const struct reading *reading, const char *name, const json_t *value)
{
    struct str text = { json_string_value(value), json_string_length(value) };

    if (json_is_null(value)) return MC_OK;
    if (!is_member(name)) {
        reading->line->fault = "It has a member that no result has.";
    } else if (!json_is_string(value)) {
        reading->line->fault = "Each of its members is a text.";
    } else if (strcmp(name, "personalNo") == 0) {
        return add_index(reading, text);
    } else if (strcmp(name, "scan") == 0) {
        reading->line->scan = arena_str(reading->arena, text);
    } else {
        json_object_set_new(reading->out, name, json_stringn(text.data, text.size));
    }
    return MC_OK;
}

enum status result_line_read(const struct key_ring *keys, struct str text, struct arena *arena,
                             struct result_line *ret_line)
{
    const struct reading reading = { keys, arena, ret_line, json_object() };
    json_t *line = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL), *value;
    enum status status = MC_OK;
    const char *name;
    char *json;

    *ret_line = (struct result_line){ 0 };
    if (!json_is_object(line)) ret_line->fault = "It is no JSON object.";
    json_object_foreach(line, name, value)
    {
        if (status == MC_OK) status = add_member(&reading, name, value);
    }
    json = json_dumps(reading.out, JSON_COMPACT);
    ret_line->json = arena_str(arena, str_of(json == NULL ? "{}" : json));
    free(json);
    json_decref(reading.out);
    json_decref(line);
    return status;
}

const char *result_scan_media_type(struct str name)
{
    static const struct {
        const char *end, *media_type;
    } kinds[] = {
        { ".pdf", "application/pdf" }, { ".jpg", "image/jpeg" },  { ".jpeg", "image/jpeg" },
        { ".png", "image/png" },       { ".heic", "image/heic" },
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t size = strlen(kinds[i].end);

        if (name.size > size && strncasecmp(name.data + name.size - size, kinds[i].end, size) == 0)
            return kinds[i].media_type;
    }
    return NULL;
}
