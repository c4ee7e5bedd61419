/*
 * validator.h - what the C++ of this folder offers to its door (json_schema.c); not for others.
 *
 * Only plain C types cross, so that neither language has to read the other's headers.
 */
#ifndef JSON_SCHEMA_VALIDATOR_H
#define JSON_SCHEMA_VALIDATOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum validator_outcome {
    VALIDATOR_OK,
    VALIDATOR_NOT_JSON,
    VALIDATOR_NOT_A_SCHEMA,
    VALIDATOR_LIMIT,
};

struct validator_limits {
    unsigned schema_depth, schema_nodes, schema_chain, schema_fan, pattern_bytes;
    unsigned document_depth, document_values, document_items, steps;
};

struct validator;

/* The pieces are views until the call returns. */
typedef void validator_problem(void *context, const char *path, size_t path_bytes,
                               const char *keyword);

enum validator_outcome validator_new(const char *text, size_t bytes,
                                     const struct validator_limits *limits,
                                     struct validator **ret_validator);
enum validator_outcome validator_check(struct validator *validator, const char *text, size_t bytes,
                                       validator_problem *tell, void *context);
void validator_free(struct validator *validator);

#ifdef __cplusplus
}
#endif

#endif
