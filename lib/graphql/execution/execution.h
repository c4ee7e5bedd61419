/*
 * execution.h - the inside of a run, shared by run, batch, complete and reply.
 *
 * An instance is a selection met by n parents; a batch is one of its fields, answered for all n.
 *
 *     start    level of instances -> batches, resolvers called
 *     complete answered batches  -> instances of the next level
 *     reply    root instance     -> JSON, depth first
 *
 * All of it lives in the request's arena.
 */
#ifndef GRAPHQL_EXECUTION_EXECUTION_H
#define GRAPHQL_EXECUTION_EXECUTION_H

#include "graphql/execution/plan.h"

struct column;

struct instance {
    const struct plan_selection *selection;
    void **parents;
    size_t count;
    struct gql_batch **batches;   /* by field; NULL where the parent's member is the answer */
    const struct column *columns; /* by field; NULL until a row is written */
    struct instance *next;        /* within its level */
};

struct gql_batch {
    struct gql_execution *execution;
    struct instance *instance;
    const struct plan_field *field;
    const struct gql_input *const *arguments; /* by argument of the definition; NULL: absent */
    struct gql_cell *cells;
    struct instance **children; /* by selection of field->scope; NULL: none of that type */
    void *state;
    bool pending;
    struct gql_batch *next; /* within its level */
};

struct gql_execution {
    struct gql_run *run;
    struct arena *arena;
    const struct gql_schema *schema;
    const struct plan_variant *variant;
    const struct coerce_variables *variables;
    struct gql_errors errors;
    struct instance *root;
    struct gql_batch *level, **level_tail; /* batches whose cells are to be completed */
    size_t waiting;                        /* batches of the level not yet done */
    size_t next_serial;                    /* mutation: the next root field to start */
    bool starting;
    enum status cancelled; /* MC_OK: no */
};

/* Calls the resolvers of a level (a list of instances), or of one root field of it. */
void level_start(struct gql_execution *execution, struct instance *instances);
void level_start_field(struct gql_execution *execution, struct instance *instance, size_t field);

/* Completes the level's batches; returns the instances below them. */
struct instance *level_complete(struct gql_execution *execution);

/* A member of a parent struct as a cell. */
struct gql_cell member_cell(const struct gql_field *resolver, const void *parent);

/* Writes the reply; adds the errors found on the way. */
void reply_write(struct gql_execution *execution);

/* "errors":[...] of an object that the caller has opened. */
void errors_member(struct buf *out, const struct gql_errors *errors);

#endif
