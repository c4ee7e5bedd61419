/*
 * body_document.h - the document of a request's body, taken out before the body is read as JSON.
 *
 * Most of a body is its document, and a general reader of JSON goes through it letter by letter and
 * copies it twice. What is not plain here is left to that reader, and so is every error.
 */
#ifndef SERVER_BODY_DOCUMENT_H
#define SERVER_BODY_DOCUMENT_H

#include "base/arena.h"

/* Of {"query":"..."...: ret_document is the string's value, in UTF-8, and ret_rest the body with ""
 * in its place, both in the arena. False when "query" is not the first member, or its text is not a
 * string of RFC 8259 without \u and \/ : nothing is written then. */
bool body_take_document(struct str body, struct arena *arena, struct str *ret_document,
                        struct str *ret_rest);

#endif
