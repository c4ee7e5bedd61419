/*
 * form_check.h - asks a form's JSON Schema about what somebody has declared.
 *
 * Parsed schemas are kept as long as the process: a form is parsed when it is asked first, and
 * again when its text has changed.
 *
 * Limits: FORM_CHECKS_MAX schemas; one more makes room by forgetting all.
 */
#ifndef SERVER_FORM_CHECK_H
#define SERVER_FORM_CHECK_H

#include "resolvers/services.h"

struct json_schema;

enum { FORM_CHECKS_MAX = 256 };

struct form_checks {
    struct form_kept {
        int64_t form;
        struct json_schema *schema;
        char *text;
        size_t text_bytes;
    } kept[FORM_CHECKS_MAX];
    size_t count;
};

void form_checks_done(struct form_checks *checks);

/* services->is_form_schema. */
bool is_form_schema(struct str schema);

/* Rules of services.h. */
enum status form_checks_ask(struct form_checks *checks, struct form_check *check,
                            struct arena *arena);

#endif
