/*
 * input.h - input values as such: made from JSON, shown to people, written as JSON.
 */
#ifndef GRAPHQL_TYPE_INPUT_H
#define GRAPHQL_TYPE_INPUT_H

#include "graphql/gql.h"

enum { INPUT_DEPTH_MAX = 64, INPUT_SHOWN_BYTES_MAX = 4096 };

struct gql_input *input_new(struct arena *arena, enum gql_input_kind kind);
struct gql_input *input_text(struct arena *arena, struct str text);

/* A copy of JSON as an input value without a type; texts are copied. Fails: MC_LIMIT when it is
 * nested more than INPUT_DEPTH_MAX deep. */
enum status input_from_json(struct arena *arena, const json_t *json, struct gql_input **ret_value);

/* All of it anew, so that a scalar's parse may rewrite it. */
struct gql_input *input_copy(struct arena *arena, const struct gql_input *value);

/* A JSON value as it is. As deep as it is. */
void json_write(struct buf *out, const json_t *value);

/* For error messages, in graphql-js's layout ({ a: [1, "x"] }); deep and long ones are cut. */
struct str input_show(struct arena *arena, const struct gql_input *value);

/* A number as JavaScript writes it, which is also JSON: the shortest digits that read back the
 * same. What is not finite becomes null. */
void number_print(struct buf *out, double number);

#endif
