/*
 * harness_language.h - the harness's operations on text: one request in, one answer out.
 *
 *     parse   {"fn", "source"}   {"ok": true, "printed"} or {"ok": false, "error"}
 *     lex     {"source"}         {"tokens", "error"?}
 *
 * fn is parse, parseValue, parseConstValue or parseType. Offsets count UTF-16 code units.
 * The answer is a new reference; NULL when the request lacks something.
 */
#ifndef TESTS_GRAPHQL_HARNESS_LANGUAGE_H
#define TESTS_GRAPHQL_HARNESS_LANGUAGE_H

#include <jansson.h>

json_t *harness_parse(const json_t *request);
json_t *harness_lex(const json_t *request);

#endif
