/*
 * harness_execute.h - op execute: runs a document of which it is written down what each resolver
 * answered.
 */
#ifndef TESTS_GRAPHQL_HARNESS_EXECUTE_H
#define TESTS_GRAPHQL_HARNESS_EXECUTE_H

#include <jansson.h>

/* {"op":"execute","schema","query","operationName"?,"variables"?,"trace","types","validates",
 * "later"?, "echo"?} gives {"data","errors"}. later: every resolver answers after its start, in an
 * order drawn by chance. echo: each resolver answers with the JSON text of this argument, or
 * ABSENT. NULL: the request lacks something. */
json_t *harness_execute(const json_t *request);

#endif
