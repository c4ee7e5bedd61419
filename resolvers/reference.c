#include "reference.h"

#include "base/memory.h"
#include "sql.h"

enum { REFERENCE_ROWS_MAX = 20000 };
static const int64_t us_a_day = 86400ll * 1000000, vietnam_offset_us = 7ll * 3600 * 1000000;

const struct db_column unit_columns[] = {
    DB_COLUMN(struct unit, id, DB_I64),
    DB_COLUMN(struct unit, code, DB_TEXT),
    DB_COLUMN(struct unit, valid_from, DB_DATE),
    DB_COLUMN(struct unit, valid_to, DB_DATE),
    DB_COLUMN(struct unit, level, DB_TEXT),
    DB_COLUMN(struct unit, name, DB_TEXT),
    DB_COLUMN_AS("parent", struct unit, parent_id, DB_I64),
    DB_COLUMN(struct unit, sandbox, DB_BOOL),
    DB_COLUMNS_END,
};

const struct db_column unit_successor_columns[] = {
    DB_COLUMN_AS("former", struct unit_successor, former_id, DB_I64),
    DB_COLUMN_AS("later", struct unit_successor, later_id, DB_I64),
    DB_COLUMN(struct unit_successor, part, DB_BOOL),
    DB_COLUMNS_END,
};

const struct db_column agency_columns[] = {
    DB_COLUMN(struct agency, id, DB_I64),
    DB_COLUMN(struct agency, public_id, DB_UUID),
    DB_COLUMN(struct agency, code, DB_TEXT),
    DB_COLUMN(struct agency, name, DB_TEXT),
    DB_COLUMN_AS("successor", struct agency, successor_id, DB_I64),
    DB_COLUMN(struct agency, sandbox, DB_BOOL),
    DB_COLUMN_AS("unit", struct agency, unit_id, DB_I64),
    DB_COLUMN(struct agency, kinds, DB_TEXT),
    DB_COLUMN(struct agency, valid_from, DB_DATE),
    DB_COLUMN(struct agency, valid_to, DB_DATE),
    DB_COLUMNS_END,
};

const struct db_column procedure_columns[] = {
    DB_COLUMN(struct procedure, version, DB_I64),
    DB_COLUMN(struct procedure, id, DB_I64),
    DB_COLUMN(struct procedure, no, DB_I64),
    DB_COLUMN(struct procedure, public_id, DB_UUID),
    DB_COLUMN(struct procedure, version_public_id, DB_UUID),
    DB_COLUMN(struct procedure, code, DB_TEXT),
    DB_COLUMN(struct procedure, name, DB_TEXT),
    DB_COLUMN(struct procedure, field, DB_TEXT),
    DB_COLUMN(struct procedure, level, DB_TEXT),
    DB_COLUMN(struct procedure, limit_amount, DB_I64),
    DB_COLUMN(struct procedure, limit_unit, DB_TEXT),
    DB_COLUMN(struct procedure, online_level, DB_TEXT),
    DB_COLUMN(struct procedure, home_eligible, DB_BOOL),
    DB_COLUMN(struct procedure, boundary_free, DB_BOOL),
    DB_COLUMN(struct procedure, replaced_by, DB_I64),
    DB_COLUMN(struct procedure, decision, DB_TEXT),
    DB_COLUMN(struct procedure, decided_by, DB_TEXT),
    DB_COLUMN(struct procedure, decided_on, DB_DATE),
    DB_COLUMN(struct procedure, valid_from, DB_DATE),
    DB_COLUMN(struct procedure, valid_to, DB_DATE),
    DB_COLUMN(struct procedure, access_class, DB_TEXT),
    DB_COLUMN(struct procedure, sandbox, DB_BOOL),
    DB_COLUMNS_END,
};

const struct db_column catalogue_columns[] = {
    DB_COLUMN(struct catalogue_change, no, DB_I64),
    DB_COLUMN(struct catalogue_change, procedure, DB_I64),
    DB_COLUMN(struct catalogue_change, effective_on, DB_DATE),
    DB_COLUMN(struct catalogue_change, next_on, DB_DATE),
    DB_COLUMNS_END,
};

const struct db_column state_columns[] = {
    DB_COLUMN(struct dossier_state_row, id, DB_TEXT),
    DB_COLUMN(struct dossier_state_row, national_code, DB_I64),
    DB_COLUMN(struct dossier_state_row, display_group, DB_TEXT),
    DB_COLUMNS_END,
};

const struct db_column client_columns[] = {
    DB_COLUMN(struct client_release, name, DB_TEXT),
    DB_COLUMN(struct client_release, least_version, DB_TEXT),
    DB_COLUMN(struct client_release, advised_version, DB_TEXT),
    DB_COLUMNS_END,
};

const struct db_column form_columns[] = {
    DB_COLUMN(struct procedure_form, id, DB_I64),
    DB_COLUMN(struct procedure_form, version, DB_I64),
    DB_COLUMN(struct procedure_form, case_code, DB_TEXT),
    DB_COLUMN(struct procedure_form, no, DB_I64),
    DB_COLUMN(struct procedure_form, schema, DB_TEXT),
    DB_COLUMNS_END,
};

const struct db_column form_field_columns[] = {
    DB_COLUMN(struct procedure_form_field, form, DB_I64),
    DB_COLUMN(struct procedure_form_field, name, DB_TEXT),
    DB_COLUMN(struct procedure_form_field, label_vi, DB_TEXT),
    DB_COLUMN(struct procedure_form_field, label_en, DB_TEXT),
    DB_COLUMN(struct procedure_form_field, position, DB_I64),
    DB_COLUMN(struct procedure_form_field, required, DB_BOOL),
    DB_COLUMN(struct procedure_form_field, source, DB_TEXT),
    DB_COLUMNS_END,
};

void reference_asks(struct db_ask asks[REFERENCE_ASKS], struct arena *arena)
{
    const struct {
        const struct embedded *sql;
        const struct db_column *columns;
        size_t row_size;
    } rows[REFERENCE_ASKS] = {
        { SQL_REFERENCE_CATALOGUE, catalogue_columns, sizeof(struct catalogue_change) },
        { SQL_REFERENCE_AGENCIES, agency_columns, sizeof(struct agency) },
        { SQL_REFERENCE_PROCEDURES, procedure_columns, sizeof(struct procedure) },
        { SQL_REFERENCE_STATES, state_columns, sizeof(struct dossier_state_row) },
        { SQL_REFERENCE_CLIENTS, client_columns, sizeof(struct client_release) },
        { SQL_REFERENCE_FORMS, form_columns, sizeof(struct procedure_form) },
        { SQL_REFERENCE_FORM_FIELDS, form_field_columns, sizeof(struct procedure_form_field) },
        { SQL_REFERENCE_UNITS, unit_columns, sizeof(struct unit) },
        { SQL_REFERENCE_UNIT_SUCCESSORS, unit_successor_columns, sizeof(struct unit_successor) },
    };

    for (size_t i = 0; i < REFERENCE_ASKS; i++) {
        db_ask_init(&asks[i], rows[i].sql, arena);
        asks[i].columns = rows[i].columns;
        asks[i].row_size = rows[i].row_size;
        asks[i].rows_max = REFERENCE_ROWS_MAX;
    }
}

bool procedure_in_force(const struct procedure *procedure, int32_t today)
{
    return procedure->valid_from <= today &&
           (procedure->valid_to == INT32_MIN || procedure->valid_to > today);
}

int32_t reference_today(struct clock *clock)
{
    return (int32_t)((clock_wall_us(clock) + vietnam_offset_us) / us_a_day);
}

static void note_object(struct reference *reference, struct str id,
                        const struct reference_object *object)
{
    struct reference_object *entry = ARENA_NEW(&reference->arena, struct reference_object);

    *entry = *object;
    hash_map_put(&reference->by_public_id, id, entry);
}

static void index_units(struct reference *reference)
{
    size_t last = reference->unit_count;

    reference->unit_by_id_count = last == 0 ? 0 : (size_t)reference->units[last - 1].id + 1;
    reference->unit_by_id =
        ARENA_ARRAY(&reference->arena, reference->unit_by_id_count, struct unit *);
    for (size_t i = 0; i < reference->unit_count; i++)
        reference->unit_by_id[reference->units[i].id] = &reference->units[i];
    for (size_t i = 0; i < reference->unit_count; i++)
        reference->units[i].parent = reference_unit(reference, reference->units[i].parent_id);
    for (size_t i = 0; i < reference->unit_successor_count; i++) {
        struct unit_successor *link = &reference->unit_successors[i];

        link->former = reference_unit(reference, link->former_id);
        link->later = reference_unit(reference, link->later_id);
    }
}

static void index_agencies(struct reference *reference)
{
    int64_t highest = 0;

    for (size_t i = 0; i < reference->agency_count; i++)
        if (reference->agencies[i].id > highest) highest = reference->agencies[i].id;
    reference->agency_by_id_count = (size_t)highest + 1;
    reference->agency_by_id =
        ARENA_ARRAY(&reference->arena, reference->agency_by_id_count, struct agency *);
    for (size_t i = 0; i < reference->agency_count; i++) {
        struct agency *agency = &reference->agencies[i];

        reference->agency_by_id[agency->id] = agency;
        agency->unit = reference_unit(reference, agency->unit_id);
        note_object(reference, agency->public_id,
                    &(struct reference_object){ "Agency", agency, agency->sandbox });
    }
    for (size_t i = 0; i < reference->agency_count; i++)
        reference->agencies[i].successor =
            reference_agency(reference, reference->agencies[i].successor_id);
}

/* Room for every number up to the highest, in both directions. */
static void number_procedures(struct reference *reference)
{
    int64_t version = 0, id = 0;

    for (size_t i = 0; i < reference->procedure_count; i++) {
        if (reference->procedures[i].version > version) version = reference->procedures[i].version;
        if (reference->procedures[i].id > id) id = reference->procedures[i].id;
    }
    reference->procedure_by_version_count = (size_t)version + 1;
    reference->procedure_by_version =
        ARENA_ARRAY(&reference->arena, reference->procedure_by_version_count, struct procedure *);
    reference->procedure_by_id_count = (size_t)id + 1;
    reference->procedure_by_id =
        ARENA_ARRAY(&reference->arena, reference->procedure_by_id_count, struct procedure *);
}

static void index_procedures(struct reference *reference, int32_t today)
{
    number_procedures(reference);
    for (size_t i = 0; i < reference->procedure_count; i++) {
        struct procedure *procedure = &reference->procedures[i];

        reference->procedure_by_version[procedure->version] = procedure;
        if (reference->procedure_by_id[procedure->id] == NULL)
            reference->procedure_by_id[procedure->id] = procedure;
        if (procedure_in_force(procedure, today))
            note_object(reference, procedure->public_id,
                        &(struct reference_object){ "Procedure", procedure, procedure->sandbox });
    }
}

static bool is_asked_of_everybody(const struct procedure_form_field *field)
{
    return field->source.data == NULL || str_is(field->source, "EARLIER_DOSSIER");
}

/* The same form, listed before for another case of its version; NULL: it is listed first here. */
static const struct procedure_form *listed_before(const struct reference *reference, size_t at)
{
    const struct procedure_form *form = &reference->forms[at];

    for (size_t i = at; i-- > 0 && reference->forms[i].version == form->version;)
        if (reference->forms[i].id == form->id) return &reference->forms[i];
    return NULL;
}

/* Both lists are in the same order; a form that several cases share has its fields once. */
static void share_fields(struct reference *reference, struct procedure_form_field *fields,
                         size_t count)
{
    size_t next = 0;

    for (size_t i = 0; i < reference->form_count; i++) {
        struct procedure_form *form = &reference->forms[i];
        const struct procedure_form *before = listed_before(reference, i);

        if (before != NULL) {
            form->fields = before->fields;
            form->field_count = before->field_count;
            form->fields_asked = before->fields_asked;
            continue;
        }
        form->fields = fields + next;
        while (next < count && fields[next].form == form->id) {
            form->fields_asked += is_asked_of_everybody(&fields[next]);
            form->field_count++;
            next++;
        }
    }
}

struct reference *reference_build(struct arena arena, const struct db_ask asks[REFERENCE_ASKS],
                                  int32_t today)
{
    struct reference *reference = MEM_NEW(struct reference);

    reference->arena = arena;
    reference->references = 1;
    hash_map_init(&reference->by_public_id, &reference->arena);
    reference->changes = asks[0].rows;
    reference->change_count = asks[0].row_count;
    reference->agencies = asks[1].rows;
    reference->agency_count = asks[1].row_count;
    reference->procedures = asks[2].rows;
    reference->procedure_count = asks[2].row_count;
    reference->states = asks[3].rows;
    reference->state_count = asks[3].row_count;
    reference->clients = asks[4].rows;
    reference->client_count = asks[4].row_count;
    reference->forms = asks[5].rows;
    reference->form_count = asks[5].row_count;
    share_fields(reference, asks[6].rows, asks[6].row_count);
    reference->units = asks[7].rows;
    reference->unit_count = asks[7].row_count;
    reference->unit_successors = asks[8].rows;
    reference->unit_successor_count = asks[8].row_count;
    index_units(reference);
    index_agencies(reference);
    index_procedures(reference, today);
    return reference;
}

struct reference *reference_ref(struct reference *reference)
{
    reference->references++;
    return reference;
}

void reference_unref(struct reference *reference)
{
    if (reference == NULL || --reference->references > 0) return;
    struct arena arena = reference->arena;

    mem_free(reference);
    arena_done(&arena);
}

struct unit *reference_unit(const struct reference *reference, int64_t id)
{
    if (id < 0 || (size_t)id >= reference->unit_by_id_count) return NULL;
    return reference->unit_by_id[id];
}

struct agency *reference_agency(const struct reference *reference, int64_t id)
{
    if (id < 0 || (size_t)id >= reference->agency_by_id_count) return NULL;
    return reference->agency_by_id[id];
}

struct procedure *reference_version(const struct reference *reference, int64_t version)
{
    if (version < 0 || (size_t)version >= reference->procedure_by_version_count) return NULL;
    return reference->procedure_by_version[version];
}

struct procedure *reference_procedure(const struct reference *reference, struct str code,
                                      int32_t today, bool with_sandbox)
{
    for (size_t i = 0; i < reference->procedure_count; i++) {
        struct procedure *procedure = &reference->procedures[i];

        if (procedure->sandbox && !with_sandbox) continue;
        if (str_eq(procedure->code, code) && procedure_in_force(procedure, today)) return procedure;
    }
    return NULL;
}

struct procedure *reference_replaced(const struct reference *reference, struct str code,
                                     int32_t today)
{
    struct procedure *last = NULL;

    for (size_t i = 0; i < reference->procedure_count; i++)
        if (str_eq(reference->procedures[i].code, code)) last = &reference->procedures[i];
    if (last == NULL || last->replaced_by == INT64_MIN || last->valid_from > today) return NULL;
    return last;
}

struct procedure *reference_versions(const struct reference *reference, int64_t id,
                                     size_t *ret_count)
{
    struct procedure *first = id < 0 || (size_t)id >= reference->procedure_by_id_count
                                  ? NULL
                                  : reference->procedure_by_id[id];
    const struct procedure *end = reference->procedures + reference->procedure_count;

    *ret_count = 0;
    if (first == NULL) return NULL;
    while (first + *ret_count < end && first[*ret_count].id == id)
        (*ret_count)++;
    return first;
}

struct procedure *reference_in_force(const struct reference *reference, int64_t id, int32_t today)
{
    size_t count;
    struct procedure *versions = reference_versions(reference, id, &count);

    for (size_t i = 0; i < count; i++)
        if (procedure_in_force(&versions[i], today)) return &versions[i];
    return NULL;
}

struct procedure_form *reference_form(const struct reference *reference, int64_t version,
                                      struct str case_code)
{
    for (size_t i = 0; i < reference->form_count; i++) {
        struct procedure_form *form = &reference->forms[i];

        if (form->version == version && str_eq(form->case_code, case_code)) return form;
    }
    return NULL;
}

const struct dossier_state_row *reference_state(const struct reference *reference, struct str id)
{
    for (size_t i = 0; i < reference->state_count; i++)
        if (str_eq(reference->states[i].id, id)) return &reference->states[i];
    return NULL;
}

const struct client_release *reference_client(const struct reference *reference, struct str name)
{
    for (size_t i = 0; i < reference->client_count; i++)
        if (str_eq(reference->clients[i].name, name)) return &reference->clients[i];
    return NULL;
}

const struct reference_object *reference_node(const struct reference *reference, struct str id,
                                              bool with_sandbox)
{
    const struct reference_object *found = hash_map_get(&reference->by_public_id, id);

    return found != NULL && found->sandbox && !with_sandbox ? NULL : found;
}
