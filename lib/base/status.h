/*
 * status.h - the one vocabulary of outcomes.
 *
 * A function that can fail returns enum status; its outputs (ret_x) are written only on MC_OK.
 * The table gives each outcome its GraphQL extensions.code, HTTP status, whether a repeat of the
 * same request may succeed, and a sentence fit for a client (no detail of our inside).
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <stdbool.h>

/*      name              extensions.code        http retry sentence */
#define STATUS_TABLE(X)                                                                            \
    X(MC_OK, "OK", 200, false, "Done.")                                                            \
    X(MC_BAD_INPUT, "BAD_USER_INPUT", 400, false, "The request is not well-formed.")               \
    X(MC_SYNTAX, "GRAPHQL_PARSE_FAILED", 400, false, "The document does not parse.")               \
    X(MC_INVALID, "GRAPHQL_VALIDATION_FAILED", 400, false,                                         \
      "The document does not fit the schema.")                                                     \
    X(MC_UNAUTHENTICATED, "UNAUTHENTICATED", 401, false, "Sign in first.")                         \
    X(MC_FORBIDDEN, "FORBIDDEN", 403, false, "You may not do this.")                               \
    X(MC_NOT_FOUND, "NOT_FOUND", 404, false, "Nothing is found here.")                             \
    X(MC_DOCUMENT_UNKNOWN, "PERSISTED_QUERY_NOT_FOUND", 404, false,                                \
      "No document is known under this id.")                                                       \
    X(MC_DOCUMENT_REFUSED, "DOCUMENT_NOT_TRUSTED", 403, false,                                     \
      "This client runs only the documents of its manifest.")                                      \
    X(MC_METHOD, "METHOD_NOT_ALLOWED", 405, false, "This method is not allowed here.")             \
    X(MC_NOT_ACCEPTABLE, "NOT_ACCEPTABLE", 406, false, "None of the accepted types is offered.")   \
    X(MC_CONFLICT, "CONFLICT", 409, true, "Another change came first.")                            \
    X(MC_TOO_LARGE, "PAYLOAD_TOO_LARGE", 413, false, "The request body is too large.")             \
    X(MC_URL_TOO_LONG, "URI_TOO_LONG", 414, false, "The address is too long.")                     \
    X(MC_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", 415, false, "Send application/json.")               \
    X(MC_LIMIT, "LIMIT_EXCEEDED", 400, false, "A limit of this service is exceeded.")              \
    X(MC_COST, "COST_LIMIT_EXCEEDED", 400, false, "The operation asks for too much at once.")      \
    X(MC_RATE, "RATE_LIMITED", 429, true, "Too many requests.")                                    \
    X(MC_CANCELLED, "CANCELLED", 499, true, "The request was cancelled.")                          \
    X(MC_INTERNAL, "INTERNAL_SERVER_ERROR", 500, false, "Something went wrong on our side.")       \
    X(MC_BUSY, "SERVICE_BUSY", 503, true, "The service is busy.")                                  \
    X(MC_UNAVAILABLE, "SERVICE_UNAVAILABLE", 503, true, "The service is not available now.")       \
    X(MC_TIMEOUT, "TIMEOUT", 503, true, "The request took too long.")                              \
    X(MC_DISK_FULL, "INSUFFICIENT_STORAGE", 507, true,                                             \
      "There is no room for this now; what has come is kept, so go on later.")

#define STATUS_ENUM(name, code, http, retry, sentence) name,
/* An unread status is a warning under clang, which knows this attribute on types; gcc 12 does not.
 */
#if defined(__clang__)
#define STATUS_MUST_CHECK __attribute__((warn_unused_result))
#else
#define STATUS_MUST_CHECK
#endif

enum STATUS_MUST_CHECK status { STATUS_TABLE(STATUS_ENUM) MC_STATUS_COUNT };
#undef STATUS_ENUM

/* The symbol itself, for logs: "MC_TIMEOUT". */
const char *status_name(enum status status);

/* GraphQL extensions.code. */
const char *status_code(enum status status);

int status_http(enum status status);
bool status_retryable(enum status status);

/* A sentence for the client, in English. */
const char *status_sentence(enum status status);

/* Broken invariants, never input. On in every build: prints where and aborts. */
#define MC_ASSERT(condition)                                                                       \
    ((condition) ? (void)0 : status_assert_failed(#condition, __FILE__, __LINE__))

_Noreturn void status_assert_failed(const char *condition, const char *file, int line);

#endif
