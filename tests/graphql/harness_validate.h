/*
 * harness_validate.h - the harness's operation on documents: one request in, one answer out.
 *
 *     validate     {"schema", "query", "rule"?, "hideSuggestions"?}     {"errors"}
 *
 * A syntax error is one entry. The limits are out of the way: what is judged is the rules. The
 * schema is taken as it is, valid or not.
 * The answer is a new reference; NULL when the request has no "schema" or no "query".
 */
#ifndef TESTS_GRAPHQL_HARNESS_VALIDATE_H
#define TESTS_GRAPHQL_HARNESS_VALIDATE_H

#include <jansson.h>

json_t *harness_validate(const json_t *request);

#endif
