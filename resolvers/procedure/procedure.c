/* Procedure (thủ tục hành chính) and Agency (cơ quan): read from memory, no SQL, but for what lies
 * in a version (procedure_content.h), for an agency's figures (digitisation.h) and for a search. */
#include "procedure/procedure.h"

#include "connection.h"
#include "office/on_time.h"
#include "paper/digitisation.h"
#include "procedure/form.h"
#include "procedure/part_for_viewer.h"
#include "procedure/procedure_content.h"
#include "procedure/procedure_search.h"
#include "reference.h"
#include "words.h"

static const struct reference *reference_of(const struct gql_batch *batch)
{
    return request_of(batch)->reference;
}

static int32_t today_of(const struct gql_batch *batch)
{
    return reference_today(request_of(batch)->services->clock);
}

static enum gql_progress replaced_by(struct gql_batch *batch)
{
    const struct reference *reference = reference_of(batch);

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct procedure *procedure = gql_parent(batch, i);

        gql_set_object(batch, i,
                       reference_in_force(reference, procedure->replaced_by, today_of(batch)));
    }
    return GQL_NOW;
}

static enum gql_progress versions(struct gql_batch *batch)
{
    const struct reference *reference = reference_of(batch);

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct procedure *procedure = gql_parent(batch, i);
        size_t count;
        struct procedure *all = reference_versions(reference, procedure->id, &count);
        struct gql_cell *items = gql_set_list(batch, i, count);

        for (size_t j = 0; j < count; j++)
            items[j] = gql_cell_object(&all[count - 1 - j]);
    }
    return GQL_NOW;
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
    GQL_MEMBER("decidedOn", struct procedure, decided_on),
    GQL_MEMBER("decidedBy", struct procedure, decided_by),
    GQL_MEMBER("validFrom", struct procedure, valid_from),
    GQL_MEMBER("validTo", struct procedure, valid_to),
    GQL_MEMBER("accessClass", struct procedure, access_class),
    GQL_MEMBER("onlineLevel", struct procedure, online_level),
    GQL_MEMBER("homeEligible", struct procedure, home_eligible),
    GQL_MEMBER("boundaryFree", struct procedure, boundary_free),
    GQL_FIELD("replacedBy", replaced_by),
    GQL_FIELD("versions", versions),
    ASK_FIELD("cases", procedure_cases),
    ASK_FIELD("parts", procedure_parts),
    ASK_FIELD("feeFor", procedure_fee),
    ASK_FIELD("guidance", procedure_guidance),
    GQL_FIELD("form", form_of_procedure),
    GQL_FIELD_DATA("prefill", prefill_of_procedure, &procedure_prefill),
    GQL_FIELD_DATA("partsFor", parts_for, &parts_for_viewer),
    GQL_FIELDS_END,
};

const struct gql_field procedure_version_fields[] = {
    GQL_MEMBER("id", struct procedure, version_public_id),
    GQL_MEMBER("no", struct procedure, no),
    GQL_MEMBER("name", struct procedure, name),
    GQL_MEMBER("limitAmount", struct procedure, limit_amount),
    GQL_MEMBER("limitUnit", struct procedure, limit_unit),
    GQL_MEMBER("decision", struct procedure, decision),
    GQL_MEMBER("decidedOn", struct procedure, decided_on),
    GQL_MEMBER("decidedBy", struct procedure, decided_by),
    GQL_MEMBER("validFrom", struct procedure, valid_from),
    GQL_MEMBER("validTo", struct procedure, valid_to),
    GQL_FIELDS_END,
};

static enum gql_progress kinds(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct agency *agency = gql_parent(batch, i);

        words_set(batch, i, agency->kinds);
    }
    return GQL_NOW;
}

const struct gql_field agency_fields[] = {
    GQL_MEMBER("id", struct agency, public_id),
    GQL_MEMBER("code", struct agency, code),
    GQL_MEMBER("name", struct agency, name),
    GQL_MEMBER("successor", struct agency, successor),
    GQL_FIELD("kinds", kinds),
    GQL_MEMBER("unit", struct agency, unit),
    GQL_MEMBER("validFrom", struct agency, valid_from),
    GQL_MEMBER("validTo", struct agency, valid_to),
    ASK_FIELD("digitisation", agency_digitisation),
    ASK_FIELD("paperReuse", agency_paper_reuse),
    ASK_FIELD("onTime", on_time_of_agency),
    GQL_FIELDS_END,
};

enum gql_progress query_procedure(struct gql_batch *batch)
{
    const struct reference *reference = reference_of(batch);
    struct str code = gql_arg_text(batch, "code");
    struct procedure *found = reference_procedure(reference, code, today_of(batch),
                                                  viewer_in_sandbox(&request_of(batch)->viewer));

    if (found == NULL) found = reference_replaced(reference, code, today_of(batch));
    gql_set_object(batch, 0, found);
    return GQL_NOW;
}

/* Its place is its version's number in the list by code, which a reload keeps unless the catalogue
 * itself changes. */
static struct place procedure_place(const void *node)
{
    return (struct place){ ((const struct procedure *)node)->version, 0 };
}

static const struct list_order procedure_order = { CURSOR_PROCEDURE, procedure_place };

struct filter {
    struct str field;
    int32_t today;
    bool with_sandbox;
};

static bool passes(const struct procedure *procedure, const struct filter *filter)
{
    if (!procedure_in_force(procedure, filter->today)) return false;
    if (str_is(procedure->access_class, "RESTRICTED")) return false;
    if (procedure->sandbox && !filter->with_sandbox) return false;
    return filter->field.data == NULL || str_eq(filter->field, procedure->field);
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

static enum gql_progress list(struct gql_batch *batch, const struct page *page)
{
    struct arena *arena = gql_arena(batch);
    struct filter filter = { .field = gql_arg_text(batch, "field"),
                             .today = today_of(batch),
                             .with_sandbox = viewer_in_sandbox(&request_of(batch)->viewer) };
    void **rows = ARENA_ARRAY(arena, page->limit + 1, void *);
    size_t count = choose(reference_of(batch), &filter, page, rows);

    gql_set_object(batch, 0, connection_new(arena, page, &procedure_order, rows, count));
    return GQL_NOW;
}

enum gql_progress query_procedures(struct gql_batch *batch)
{
    bool searched = search_has_words(gql_arg_text(batch, "search"));
    struct page page;

    if (page_read_forward(batch, searched ? CURSOR_SEARCH : CURSOR_PROCEDURE, PROCEDURES_PRESET,
                          &page) == MC_OK)
        return searched ? ask_resolve(batch) : list(batch, &page);
    gql_fail(batch, 0, MC_BAD_INPUT, "first is not negative, and after is a cursor of this list.");
    return GQL_NOW;
}
