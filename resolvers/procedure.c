/* Procedure (thủ tục hành chính) and Agency (cơ quan): read from memory, no SQL. */
#include "procedure.h"

#include "connection.h"
#include "fold.h"
#include "reference.h"

static const struct reference *reference_of(const struct gql_batch *batch)
{
    return request_of(batch)->reference;
}

static int32_t today_of(const struct gql_batch *batch)
{
    return reference_today(request_of(batch)->services->clock);
}

const struct gql_field procedure_fields[] = {
    GQL_MEMBER("id", struct procedure, public_id),
    GQL_MEMBER("code", struct procedure, code),
    GQL_MEMBER("name", struct procedure, name),
    GQL_MEMBER("field", struct procedure, field),
    GQL_MEMBER("level", struct procedure, level),
    GQL_MEMBER("limitAmount", struct procedure, limit_amount),
    GQL_MEMBER("limitUnit", struct procedure, limit_unit),
    GQL_MEMBER("decision", struct procedure, decision),
    GQL_MEMBER("validFrom", struct procedure, valid_from),
    GQL_MEMBER("validTo", struct procedure, valid_to),
    GQL_MEMBER("accessClass", struct procedure, access_class),
    GQL_FIELDS_END,
};

const struct gql_field agency_fields[] = {
    GQL_MEMBER("id", struct agency, public_id),
    GQL_MEMBER("code", struct agency, code),
    GQL_MEMBER("name", struct agency, name),
    GQL_MEMBER("successor", struct agency, successor),
    GQL_FIELDS_END,
};

enum gql_progress query_procedure(struct gql_batch *batch)
{
    gql_set_object(batch, 0,
                   reference_procedure(reference_of(batch), gql_arg_text(batch, "code"),
                                       today_of(batch),
                                       viewer_in_sandbox(&request_of(batch)->viewer)));
    return GQL_NOW;
}

enum { PROCEDURES_PRESET = 20 };

/* Its place is its version's number in the list by code, which a reload keeps unless the catalogue
 * itself changes. */
static struct place procedure_place(const void *node)
{
    return (struct place){ ((const struct procedure *)node)->version, 0 };
}

static const struct list_order procedure_order = { CURSOR_PROCEDURE, procedure_place };

struct filter {
    struct str search; /* folded; absent: any */
    struct str field;
    int32_t today;
    bool with_sandbox;
};

static bool passes(const struct procedure *procedure, const struct filter *filter)
{
    if (!procedure_in_force(procedure, filter->today)) return false;
    if (str_is(procedure->access_class, "RESTRICTED")) return false;
    if (procedure->sandbox && !filter->with_sandbox) return false;
    if (filter->field.data != NULL && !str_eq(filter->field, procedure->field)) return false;
    return filter->search.data == NULL || fold_matches(procedure->search_text, filter->search);
}

/* The procedures after the cursor's that pass, limit + 1 at most. */
static size_t choose(const struct reference *reference, const struct filter *filter,
                     const struct page *page, void **ret_rows)
{
    const struct procedure *after =
        page->has_after ? reference_version(reference, page->after.major) : NULL;
    size_t count = 0;

    for (size_t i = 0; i < reference->procedure_count && count <= page->limit; i++) {
        struct procedure *procedure = &reference->procedures[i];

        if (after != NULL && str_compare(procedure->code, after->code) <= 0) continue;
        if (passes(procedure, filter)) ret_rows[count++] = procedure;
    }
    return count;
}

enum gql_progress query_procedures(struct gql_batch *batch)
{
    const struct reference *reference = reference_of(batch);
    struct arena *arena = gql_arena(batch);
    struct str search = gql_arg_text(batch, "search"), after = gql_arg_text(batch, "after");
    struct filter filter = { .field = gql_arg_text(batch, "field"),
                             .today = today_of(batch),
                             .with_sandbox = viewer_in_sandbox(&request_of(batch)->viewer) };
    int64_t first = gql_arg_int(batch, "first", PROCEDURES_PRESET);
    struct page page = { .limit = first < 0 ? 0 : (size_t)first, .has_after = after.data != NULL };
    void **rows;
    size_t count;

    if (first < 0 ||
        (page.has_after && cursor_read(arena, CURSOR_PROCEDURE, after, &page.after) != MC_OK)) {
        gql_fail(batch, 0, MC_BAD_INPUT,
                 "first is not negative, and after is a cursor of this list.");
        return GQL_NOW;
    }
    if (search.data != NULL) filter.search = fold_text(arena, search);
    rows = ARENA_ARRAY(arena, page.limit + 1, void *);
    count = choose(reference, &filter, &page, rows);
    gql_set_object(batch, 0, connection_new(arena, &page, &procedure_order, rows, count));
    return GQL_NOW;
}
