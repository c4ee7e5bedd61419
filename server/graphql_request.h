/*
 * graphql_request.h - an HTTP request as a GraphQL request: document, operation name, variables.
 *
 * Life:    texts and variables live until graphql_request_done.
 * Limits:  JSON nested GRAPHQL_JSON_DEPTH_MAX deep, of json_parts_max parts; lengths are those of
 *          the HTTP settings.
 * Fails:   MC_METHOD, MC_MEDIA_TYPE, MC_NOT_ACCEPTABLE, MC_SYNTAX (no JSON), MC_BAD_INPUT, each
 * with a sentence in why. Source:  GraphQL over HTTP (stage 2 draft), sections 4 and 5;
 * graphql-sse, distinct connections.
 */
#ifndef SERVER_GRAPHQL_REQUEST_H
#define SERVER_GRAPHQL_REQUEST_H

#include "base/arena.h"
#include "graphql/gql.h"
#include "http/http.h"

#include <jansson.h>

/* Variables 64 deep, in the object of variables, in a request, in a batch. */
enum { GRAPHQL_JSON_DEPTH_MAX = 67 };

enum graphql_media { GRAPHQL_JSON, GRAPHQL_REPLY, GRAPHQL_EVENT_STREAM, GRAPHQL_MULTIPART };

struct graphql_request {
    struct gql_document document; /* its text may be absent when one of the two below is there */
    struct str document_id;
    struct str persisted_hash; /* extensions.persistedQuery.sha256Hash */
    const json_t *variables;   /* object or NULL */
    bool is_safe;              /* GET or QUERY: nothing may be changed */
    enum graphql_media media;
    json_t *json; /* keeps the rest alive */
};

struct graphql_request_limits {
    size_t variables_bytes_max; /* as compact JSON; MC_TOO_LARGE */
    size_t json_parts_max;      /* lists, objects and commas; MC_SYNTAX */
    size_t batch_max;           /* 0: an array is refused; MC_LIMIT */
};

/* A batch is read as its json alone, an array: each of its items by graphql_request_of_json. */
enum status graphql_request_read(const struct http_exchange *exchange, struct arena *arena,
                                 const struct graphql_request_limits *limits,
                                 struct graphql_request *ret_request, const char **ret_why);

/* JSON of a client; NULL when it is none, is nested too deeply or has too many parts. */
json_t *graphql_json_read(struct str text, size_t parts_max);

/* What is already JSON: {"query","operationName","variables","extensions"}. Holds a reference.
 * Fails: MC_BAD_INPUT, MC_TOO_LARGE (variables). */
enum status graphql_request_of_json(const json_t *json, size_t variables_bytes_max,
                                    struct graphql_request *ret_request, const char **ret_why);

void graphql_request_done(struct graphql_request *request);

#endif
