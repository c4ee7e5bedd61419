/*
 * form.h - a body of application/x-www-form-urlencoded.
 *
 * Life:    texts live in the arena given.
 * Limits:  FORM_BYTES_MAX (MC_TOO_LARGE), FORM_FIELDS_MAX fields (MC_LIMIT).
 * Fails:   MC_BAD_INPUT: a % without two hex digits, a NUL, a name twice.
 * Source:  WHATWG URL, section 5.1; RFC 6749, section 3.2 (no parameter twice, an empty one is
 * none).
 */
#ifndef SERVER_FORM_H
#define SERVER_FORM_H

#include "base/arena.h"

enum { FORM_BYTES_MAX = 24 * 1024, FORM_FIELDS_MAX = 16 };

struct form_field {
    struct str name, value;
};

struct form {
    struct form_field fields[FORM_FIELDS_MAX];
    size_t count;
};

enum status form_parse(struct form *form, struct arena *arena, struct str text);

/* Absent: there is none, or it is empty. */
struct str form_text(const struct form *form, const char *name);

#endif
