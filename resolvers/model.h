/*
 * model.h - rows as resolvers see them. The first member of each is the number of the parent it
 * belongs to; absent texts and GQL_I64_NONE are NULL in the database.
 */
#ifndef RESOLVERS_MODEL_H
#define RESOLVERS_MODEL_H

#include "io/db.h"

struct dossier {
    int64_t parent_no;
    int64_t id;
    struct str public_id;
    struct str code;
    int64_t procedure_version;
    int64_t applicant;
    int64_t received_agency;
    int64_t competent_agency;
    struct str state;
    int64_t submitted_at; /* microseconds since 1970 UTC, as all times here */
    int64_t received_at;
    int64_t due_at;
    int64_t finished_at;
    int64_t seq;
};

/* Also those of a row whose first member is a dossier, before the row's own. */
#define DOSSIER_COLUMNS                                                                            \
    DB_COLUMN(struct dossier, parent_no, DB_I64), DB_COLUMN(struct dossier, id, DB_I64),           \
        DB_COLUMN(struct dossier, public_id, DB_UUID), DB_COLUMN(struct dossier, code, DB_TEXT),   \
        DB_COLUMN(struct dossier, procedure_version, DB_I64),                                      \
        DB_COLUMN(struct dossier, applicant, DB_I64),                                              \
        DB_COLUMN(struct dossier, received_agency, DB_I64),                                        \
        DB_COLUMN(struct dossier, competent_agency, DB_I64),                                       \
        DB_COLUMN(struct dossier, state, DB_TEXT),                                                 \
        DB_COLUMN(struct dossier, submitted_at, DB_TIME),                                          \
        DB_COLUMN(struct dossier, received_at, DB_TIME),                                           \
        DB_COLUMN(struct dossier, due_at, DB_TIME),                                                \
        DB_COLUMN(struct dossier, finished_at, DB_TIME), DB_COLUMN(struct dossier, seq, DB_I64)

extern const struct db_column dossier_columns[];

struct dossier_event {
    int64_t parent_no;
    struct str id;
    int64_t dossier;
    int64_t seq;
    int64_t at;
    struct str event;
    struct str from_state;
    struct str to_state;
    struct str actor_name;
    struct str note;
    int64_t feed_no; /* GQL_I64_NONE until it is numbered */
};

extern const struct db_column dossier_event_columns[];
extern const struct db_column own_timeline_columns[];
extern const struct db_column brief_timeline_columns[];

struct applicant {
    int64_t parent_no;
    struct str public_id;
    struct str name;
    struct str kind;
};

struct device {
    int64_t parent_no;
    struct str public_id;
    struct str kind;
    int64_t registered_at;
};

extern const struct db_column device_columns[];

#endif
