#include "form_check.h"

#include "base/memory.h"
#include "json_schema/json_schema.h"

static void forget(struct form_kept *kept)
{
    json_schema_free(kept->schema);
    mem_free(kept->text);
}

void form_checks_done(struct form_checks *checks)
{
    for (size_t i = 0; i < checks->count; i++)
        forget(&checks->kept[i]);
    checks->count = 0;
}

static struct form_kept *find(struct form_checks *checks, int64_t form)
{
    for (size_t i = 0; i < checks->count; i++)
        if (checks->kept[i].form == form) return &checks->kept[i];
    return NULL;
}

static enum status keep(struct form_checks *checks, int64_t form, struct str text,
                        struct form_kept **ret_kept)
{
    struct form_kept *kept = find(checks, form);
    struct json_schema *schema;
    enum status status;

    if (kept != NULL && str_eq((struct str){ kept->text, kept->text_bytes }, text)) {
        *ret_kept = kept;
        return MC_OK;
    }
    status = json_schema_parse(text, &schema);
    if (status != MC_OK) return MC_INVALID;
    if (kept != NULL)
        forget(kept);
    else {
        if (checks->count == FORM_CHECKS_MAX) form_checks_done(checks);
        kept = &checks->kept[checks->count++];
    }
    *kept = (struct form_kept){ form, schema, mem_alloc(text.size), text.size };
    memcpy(kept->text, text.data, text.size);
    *ret_kept = kept;
    return MC_OK;
}

bool is_form_schema(struct str schema)
{
    struct json_schema *parsed;

    if (json_schema_parse(schema, &parsed) != MC_OK) return false;
    json_schema_free(parsed);
    return true;
}

enum status form_checks_ask(struct form_checks *checks, struct form_check *check,
                            struct arena *arena)
{
    struct form_kept *kept;
    struct json_problems found;
    enum status status = keep(checks, check->form, check->schema, &kept);

    if (status == MC_OK) status = json_schema_check(kept->schema, check->document, arena, &found);
    if (status != MC_OK) return status;
    check->problems = ARENA_ARRAY(arena, found.count, struct form_problem);
    check->problem_count = found.count;
    for (size_t i = 0; i < found.count; i++)
        check->problems[i] = (struct form_problem){ found.rows[i].path, found.rows[i].keyword };
    return MC_OK;
}
