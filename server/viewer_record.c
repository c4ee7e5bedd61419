#include "viewer_record.h"

#include "base/json_out.h"

#include <jansson.h>

static const struct {
    const char *key;
    size_t offset;
} record_texts[] = {
    { "id", offsetof(struct viewer, id) },
    { "name", offsetof(struct viewer, name) },
    { "subjects", offsetof(struct viewer, subjects) },
    { "agencies", offsetof(struct viewer, agencies) },
    { "roles", offsetof(struct viewer, roles) },
    { "locale", offsetof(struct viewer, locale) },
    { "scopes", offsetof(struct viewer, scopes) },
    { "environment", offsetof(struct viewer, environment) },
};

enum { RECORD_TEXTS = sizeof(record_texts) / sizeof(record_texts[0]) };

static struct str *record_text(struct viewer *viewer, size_t i)
{
    return (struct str *)(void *)((char *)viewer + record_texts[i].offset);
}

static enum viewer_kind kind_of(const char *name)
{
    for (int kind = VIEWER_CITIZEN; name != NULL && kind < VIEWER_KIND_COUNT; kind++)
        if (strcmp(name, viewer_kind_name((enum viewer_kind)kind)) == 0)
            return (enum viewer_kind)kind;
    return VIEWER_NONE;
}

enum status viewer_record_read(struct str text, struct arena *arena, struct viewer *viewer)
{
    json_t *record = json_loadb(text.data, text.size, 0, NULL);
    struct viewer read = { .session = viewer->session };

    read.kind = kind_of(json_string_value(json_object_get(record, "kind")));
    read.me = json_integer_value(json_object_get(record, "me"));
    read.epoch = json_integer_value(json_object_get(record, "epoch"));
    read.rights_until = json_integer_value(json_object_get(record, "rightsUntil"));
    read.session_until = json_integer_value(json_object_get(record, "sessionUntil"));
    for (size_t i = 0; i < RECORD_TEXTS; i++) {
        const char *value = json_string_value(json_object_get(record, record_texts[i].key));

        *record_text(&read, i) = arena_str(arena, str_of(value == NULL ? "" : value));
    }
    json_decref(record);
    if (read.kind == VIEWER_NONE) return MC_UNAUTHENTICATED;
    *viewer = read;
    return MC_OK;
}

void viewer_record_write(struct buf *out, const struct viewer *viewer)
{
    struct json_out json = json_out(out);

    json_object_open(&json);
    json_key(&json, "kind");
    json_str(&json, str_of(viewer_kind_name(viewer->kind)));
    json_key(&json, "me");
    json_i64(&json, viewer->me);
    json_key(&json, "epoch");
    json_i64(&json, viewer->epoch);
    json_key(&json, "rightsUntil");
    json_i64(&json, viewer->rights_until);
    json_key(&json, "sessionUntil");
    json_i64(&json, viewer->session_until);
    for (size_t i = 0; i < RECORD_TEXTS; i++) {
        json_key(&json, record_texts[i].key);
        json_str(&json, *record_text((struct viewer *)(uintptr_t)viewer, i));
    }
    json_object_close(&json);
}
