/*
 * reference.h - the tables that every process keeps in memory: states, units, agencies, procedures
 * and their forms and what has changed of them.
 *
 * Life:    one arena a load; a new load replaces the whole and frees the old one once no run uses
 *          it (reference_ref/_unref).
 * Sandbox: what is of the sandbox is there for whoever tries it (with_sandbox); whoever has come to
 *          a dossier of it is told its procedure and agencies without being asked.
 * Order:   agencies and what follows a unit by code; procedures by code, their versions by
 * valid_from; changes by (effective_on, no). Changes are read first, so that no change is known
 * whose procedure is not. Loading: reference_asks binds the statements, reference_build reads their
 * rows. The rest of the house only looks up.
 */
#ifndef RESOLVERS_REFERENCE_H
#define RESOLVERS_REFERENCE_H

#include "base/clock.h"
#include "base/hash.h"
#include "io/db.h"

/* An administrative unit, for as long as it was one. */
struct unit {
    int64_t parent_no;
    int64_t id;
    struct str code;
    int32_t valid_from; /* days since 1970 */
    int32_t valid_to;   /* GQL_I32_NONE: it stands */
    struct str level;
    struct str name;
    int64_t parent_id;
    bool sandbox;
    struct unit *parent; /* NULL: a province */
};

struct unit_successor {
    int64_t parent_no;
    int64_t former_id, later_id;
    bool part; /* only a part of the former has come to the later one */
    struct unit *former, *later;
};

struct agency {
    int64_t parent_no;
    int64_t id;
    struct str public_id;
    struct str code;
    struct str name;
    int64_t successor_id;
    bool sandbox;
    int64_t unit_id;
    struct str kinds;         /* with blanks between */
    int32_t valid_from;       /* days since 1970 */
    int32_t valid_to;         /* GQL_I32_NONE: it stands */
    struct agency *successor; /* NULL: it stands */
    struct unit *unit;
};

/* A version of a procedure. */
struct procedure {
    int64_t parent_no;
    int64_t version;
    int64_t id;           /* of the procedure */
    int64_t no;           /* of the version among the procedure's */
    int64_t place;        /* in the answer to a search; 0 in memory */
    struct str public_id; /* of the procedure */
    struct str version_public_id;
    struct str code;
    struct str name;
    struct str field;
    struct str level;
    int64_t limit_amount;
    struct str limit_unit;
    struct str online_level;
    bool home_eligible;
    bool boundary_free;
    int64_t replaced_by; /* a procedure's id */
    struct str decision;
    struct str decided_by;
    int32_t decided_on;      /* days since 1970 */
    int32_t valid_from;      /* days since 1970 */
    int32_t valid_to;        /* GQL_I32_NONE: still */
    struct str access_class; /* OPEN, RESTRICTED */
    bool sandbox;
};

/* A procedure's last change, or a day on which one of its versions begins or ends. */
struct catalogue_change {
    int64_t parent_no;
    int64_t no;
    int64_t procedure;
    int32_t effective_on;
    int32_t next_on; /* the procedure's next one; GQL_I32_NONE: none */
};

struct procedure_form_field {
    int64_t form;
    struct str name;
    struct str label_vi, label_en;
    int64_t position;
    bool required;
    struct str source; /* absent: asked of everybody */
};

/* What a version of a procedure asks. */
struct procedure_form {
    int64_t id;
    int64_t version;
    struct str case_code;
    int64_t no;
    struct str schema; /* JSON */
    struct procedure_form_field *fields;
    size_t field_count;
    int64_t fields_asked; /* of whom nothing is known but who he is */
};

struct dossier_state_row {
    int64_t parent_no;
    struct str id;
    int64_t national_code;
    struct str display_group;
};

/* Which versions of an app may still be used. */
struct client_release {
    int64_t parent_no;
    struct str name;
    struct str least_version;
    struct str advised_version;
};

struct reference {
    struct arena arena;
    uint32_t references;
    struct unit *units;
    size_t unit_count;
    struct unit_successor *unit_successors;
    size_t unit_successor_count;
    struct agency *agencies;
    size_t agency_count;
    struct procedure *procedures;
    size_t procedure_count;
    struct dossier_state_row *states;
    size_t state_count;
    struct client_release *clients;
    size_t client_count;
    struct procedure_form *forms; /* by version and case, the one that is asked first */
    size_t form_count;
    struct hash_map by_public_id; /* agencies and procedures in force: struct reference_object */
    struct unit **unit_by_id;
    size_t unit_by_id_count;
    struct agency **agency_by_id;
    size_t agency_by_id_count;
    struct procedure **procedure_by_version;
    size_t procedure_by_version_count;
    struct procedure **procedure_by_id; /* the first of its versions */
    size_t procedure_by_id_count;
    struct catalogue_change *changes;
    size_t change_count;
};

struct reference_object {
    const char *type_name;
    void *object;
    bool sandbox;
};

enum { REFERENCE_ASKS = 9 };

/* A group of REFERENCE_ASKS asks to send, all in arena. */
void reference_asks(struct db_ask asks[REFERENCE_ASKS], struct arena *arena);

/* Takes the answered asks' rows over (they live in arena, which becomes the reference's own).
 * today: days since 1970 in Vietnam. */
struct reference *reference_build(struct arena arena, const struct db_ask asks[REFERENCE_ASKS],
                                  int32_t today);
struct reference *reference_ref(struct reference *reference);
void reference_unref(struct reference *reference);

/* NULL when there is none. */
struct unit *reference_unit(const struct reference *reference, int64_t id);
struct agency *reference_agency(const struct reference *reference, int64_t id);
struct procedure *reference_version(const struct reference *reference, int64_t version);
struct procedure *reference_procedure(const struct reference *reference, struct str code,
                                      int32_t today, bool with_sandbox);
/* The last version of one that is not in force any more, and has been replaced. */
struct procedure *reference_replaced(const struct reference *reference, struct str code,
                                     int32_t today);
/* All versions of a procedure by its id, side by side; NULL and 0 when there is none. */
struct procedure *reference_versions(const struct reference *reference, int64_t id,
                                     size_t *ret_count);
/* The version in force of a procedure by its id. */
struct procedure *reference_in_force(const struct reference *reference, int64_t id, int32_t today);
struct procedure_form *reference_form(const struct reference *reference, int64_t version,
                                      struct str case_code);
const struct dossier_state_row *reference_state(const struct reference *reference, struct str id);
const struct client_release *reference_client(const struct reference *reference, struct str name);
const struct reference_object *reference_node(const struct reference *reference, struct str id,
                                              bool with_sandbox);

bool procedure_in_force(const struct procedure *procedure, int32_t today);

/* Days since 1970 in Vietnam at this moment. */
int32_t reference_today(struct clock *clock);

#endif
