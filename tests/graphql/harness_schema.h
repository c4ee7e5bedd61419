/*
 * harness_schema.h - the harness's operations on schemas: one request in, one answer out.
 *
 *     schema       {"sdl"}                          {"errors", "printed"?}
 *     sdl          {"sdl", "baseSchema"?, "rule"?}  {"errors"}
 *     introspect   {"sdl"}                          {"data"} or {"errors"}
 *
 * The answer is a new reference; NULL when the request has no "sdl".
 */
#ifndef TESTS_GRAPHQL_HARNESS_SCHEMA_H
#define TESTS_GRAPHQL_HARNESS_SCHEMA_H

#include <jansson.h>

json_t *harness_schema(const json_t *request);
json_t *harness_sdl(const json_t *request);
json_t *harness_introspect(const json_t *request);

#endif
