/*
 * trusted_documents.h - the documents that our apps ship: a folder of JSON manifests, one for each
 * app and version, used as a union.
 *
 * A manifest is Apollo's ({"format":"apollo-persisted-query-manifest","version":1,"operations":[
 * {"id","name","type","body"}]}) or a plain map {"id": "document"}. An id of 64 hex digits, alone
 * or after "sha256:", is the document's SHA-256 and is checked against it; any other is a name.
 * Each document is known by its SHA-256 too.
 *
 * Life:    a set is replaced as a whole by a reload, and only by one without a fault; plans that
 *          run hold references of their own.
 * Limits:  MANIFEST_BYTES_MAX a file, TRUSTED_BYTES_MAX in all.
 * Fails:   MC_BAD_INPUT with file, entry and reason in why: not readable, not JSON, a wrong hash,
 *          two documents under one id, a document that does not fit the schema.
 * Source:  GraphQL over HTTP, appendix "Persisted documents" (draft).
 */
#ifndef SERVER_TRUSTED_DOCUMENTS_H
#define SERVER_TRUSTED_DOCUMENTS_H

#include "graphql/gql.h"

enum { MANIFEST_BYTES_MAX = 4 * 1024 * 1024, TRUSTED_BYTES_MAX = 256 * 1024 * 1024 };

struct trusted_documents;

struct trusted_document {
    struct str text;
    struct gql_plan *plan; /* of its only operation; NULL when it has several */
};

/* An empty set. */
struct trusted_documents *trusted_documents_new(const struct gql_schema *schema,
                                                const struct gql_limits *limits);
void trusted_documents_free(struct trusted_documents *documents);

/* Reads all *.json of a folder; "" is no folder: an empty set. On failure the former set stays. */
enum status trusted_documents_load(struct trusted_documents *documents, const char *folder,
                                   struct buf *why);

/* Reads one manifest in place of a folder. */
enum status trusted_documents_load_file(struct trusted_documents *documents, const char *path,
                                        struct buf *why);

size_t trusted_documents_count(const struct trusted_documents *documents);

/* NULL when unknown. id: with or without "sha256:". */
const struct trusted_document *trusted_document(const struct trusted_documents *documents,
                                                struct str id);

/* By its text. */
const struct trusted_document *trusted_document_of_text(const struct trusted_documents *documents,
                                                        struct str text);

#endif
