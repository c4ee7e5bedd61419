/*
 * graphiql.h - /graphiql: an IDE for the schema, for workshops. It is served only with the setting
 * development or graphiql, from the npm packages that graphiql_dir holds; else it is not there.
 *
 * Life:    files are read once, at start, and kept with their gzip forms.
 * Limits:  FILE_BYTES_MAX a file.
 * Source:  GraphiQL 3 (npm graphiql, its UMD bundle). A Content-Security-Policy lets the page load
 *          from us alone.
 */
#ifndef SERVER_GRAPHIQL_H
#define SERVER_GRAPHIQL_H

#include "config.h"
#include "http/http.h"

struct graphiql;

/* NULL when it is off. */
struct graphiql *graphiql_new(const struct server_config *config);
void graphiql_free(struct graphiql *graphiql);

/* The routes /graphiql and /graphiql/... data is the app. */
void graphiql_handle(struct http_exchange *exchange, void *data);

/* One route for each file. */
extern const char *const graphiql_paths[];
extern const size_t graphiql_path_count;

#endif
