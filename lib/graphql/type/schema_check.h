/*
 * schema_check.h - the parts of schema_check; only for schema_check*.c.
 */
#ifndef GRAPHQL_TYPE_SCHEMA_CHECK_H
#define GRAPHQL_TYPE_SCHEMA_CHECK_H

#include "graphql/type/schema_steps.h"

struct checker {
    const struct schema_sources *sources;
    const struct gql_schema *schema;
    struct arena *arena;
};

/* Where an error stands: at most NODES_MAX places, later ones are left out. */
enum { NODES_MAX = 16 };
struct nodes {
    uint32_t offsets[NODES_MAX];
    size_t count;
};

void nodes_add(struct nodes *nodes, uint32_t offset);
/* The definition of a type, then its extensions. */
void nodes_add_type(struct nodes *nodes, const struct schema_type *type);
/* Every place where type says that it implements interface, or has it as a member. */
void nodes_add_mentions(struct nodes *nodes, const struct schema_type *type,
                        const struct schema_type *mentioned);
void nodes_add_deprecated(struct nodes *nodes, const struct ast_directive *directives);

void check_report(const struct checker *checker, const struct nodes *nodes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* name must not begin with "__". */
void check_name(const struct checker *checker, struct str name, uint32_t offset);

/* "Type.field", "Type.field(argument:)" or "@directive(argument:)" */
struct str check_coordinate(const struct checker *checker, struct str parent, const char *joint,
                            struct str name, const char *end);

/* An argument or input field of this coordinate: name, input type, deprecation, default. */
struct check_input {
    const struct schema_input *input;
    struct str coordinate;
    const char *what; /* "argument", "input field" */
    uint32_t type_offset;
};
void check_input(const struct checker *checker, const struct check_input *checked);

/* schema_check_interfaces.c */
void check_interfaces(const struct checker *checker, const struct schema_type *type);

/* schema_check_inputs.c: the default values of a type, then which types have finite values. */
struct default_path;
struct default_path *check_defaults_new(const struct checker *checker);
void check_defaults(struct default_path *path, const struct schema_type *type);
void check_finite(const struct checker *checker);

#endif
