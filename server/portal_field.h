/*
 * portal_field.h - a field of what the national portal (Cổng Dịch vụ công quốc gia) sends: its name
 * there, ours, and how it is read. A text may come as a whole number; absent, null and "" are the
 * same. Times are yyyyMMddHHmmss of Asia/Ho_Chi_Minh, days yyyyMMdd.
 *
 * Life:    texts live in the record, those of numbers and sentences in the arena.
 * Limits:  of length, in the tables.
 * Fails:   what does not fit is refused by a sentence in why that names the field; the first stays.
 * Source:  DOMAIN §2.3.
 */
#ifndef SERVER_PORTAL_FIELD_H
#define SERVER_PORTAL_FIELD_H

#include "base/arena.h"
#include "base/json_out.h"

#include <jansson.h>

enum { PORTAL_CODE_CHARACTERS_MAX = 64 };

/* A record under way: what has been understood of it goes to out. */
struct portal_reading {
    struct arena *arena;
    struct json_out out;
    const char *why; /* it does not fit; NULL: so far it does */
};

struct portal_field {
    const char *name, *key; /* the portal's, ours */
    /* Writes what it is, or refuses. */
    void (*write)(struct portal_reading *reading, const struct portal_field *field,
                  struct str text);
    size_t characters_max; /* of a text */
    bool is_needed;
};

/* Each ends with a row that has no name. */
extern const struct portal_field portal_fields_of_dossier[], portal_fields_of_paper[],
    portal_fields_of_payment[], portal_fields_of_withdrawal[];
/* Of what is about a dossier, beside what its kind has. */
extern const struct portal_field portal_fields_of_update[];

void portal_fields_read(struct portal_reading *reading, const json_t *record,
                        const struct portal_field *field);

void portal_refuse(struct portal_reading *reading, const char *name, const char *rule);
void portal_put(struct portal_reading *reading, const char *key, struct str text);

/* Absent: there is none, or it is null. A number is its digits. */
struct str portal_text(struct arena *arena, const json_t *record, const char *name);
/* Neither a text nor a number, where one of them should be? */
bool portal_is_other(const json_t *record, const char *name);

/* 1 or true; absent, it is not set. Refuses what is neither 0 nor 1. */
bool portal_flag(struct portal_reading *reading, const json_t *record, const char *name);

/* 1 to so many characters, and not all blank. */
bool portal_text_fits(struct str text, size_t characters_max);
/* So many digits and nothing else. */
bool portal_are_digits(struct str text, size_t size);

/* "20261127083000" as "2026-11-27T08:30:00+07:00"; MC_BAD_INPUT when there is no such time. */
enum status portal_time_read(struct str text, struct arena *arena, struct str *ret_time);

#endif
