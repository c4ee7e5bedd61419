/*
 * json_schema.h - does a JSON document fit a JSON Schema, and where not?
 *
 * The schema language is draft 7, in the part that can be answered within a bound:
 *     $ref leads to a place of the same schema ("#", "#/definitions/name"), by names of
 *     [A-Za-z0-9_.$-], and never in a circle that stays at one value of the document;
 *     pattern is what RE2 takes: no look-around, no back-references; it runs in linear time;
 *     patternProperties is refused, since the library underneath would use std::regex for it,
 *     which runs exponentially and recurses once a character;
 *     a name in properties has no "/"; $id changes nothing;
 *     format asserts date, date-time and email; any other format says nothing.
 * Numbers are compared as doubles where they are compared by size.
 *
 * Life:    a schema lives from json_schema_parse to json_schema_free. Problems live in the arena.
 * Order:   problems in the order in which the schema is walked. One check of a schema at a time.
 * Limits:  the constants below. Measured by callgrind (tests/unit/json_schema/json_schema_cost.c,
 *          -O2): a form with 20 fields is checked in 0.22 million instructions (0.26 with 4
 *          problems), the largest draft (200 fields with patterns, 64 KiB) in 8.5 million, about
 *          3 ms; its schema is parsed in 23 million. So a check may run on the loop, and a parsed
 *          schema is to be kept.
 * Fails:   MC_BAD_INPUT: not JSON, or an object that has one name twice.
 *          MC_INVALID (schema): not a schema, or not in the part above.
 *          MC_LIMIT: a limit is passed. Out of memory aborts; no exception leaves this door.
 * Privacy: a problem says where and which keyword, never what stood there. A path names members:
 *          where a schema allows names it does not know, a name may be foreign.
 * Source:  JSON Schema draft 7; libvalijson 1.0, nlohmann-json 3.11, RE2, as Debian 12 has them.
 *          tests/unit/json_schema/exceptions.txt lists each case of Debian's
 *          json-schema-test-suite in which this differs from draft 7, and why.
 */
#ifndef JSON_SCHEMA_JSON_SCHEMA_H
#define JSON_SCHEMA_JSON_SCHEMA_H

#include "base/arena.h"

enum {
    JSON_SCHEMA_BYTES_MAX = 64 * 1024,
    JSON_SCHEMA_DEPTH_MAX = 24,    /* of arrays and objects in the schema's text */
    JSON_SCHEMA_NODES_MAX = 1024,  /* schemas in the schema */
    JSON_SCHEMA_CHAIN_MAX = 16,    /* schemas asked one inside the other about one value */
    JSON_SCHEMA_FAN_MAX = 256,     /* schemas asked about one value in all */
    JSON_SCHEMA_PATTERN_MAX = 256, /* bytes of one pattern */
    JSON_DOCUMENT_BYTES_MAX = 64 * 1024,
    JSON_DOCUMENT_DEPTH_MAX = 12,
    JSON_DOCUMENT_VALUES_MAX = 2048,
    JSON_DOCUMENT_ITEMS_MAX = 128, /* in one array */
    JSON_SCHEMA_STEPS_MAX = 4096,  /* schemas asked about values during one check */
    JSON_PROBLEMS_MAX = 32,        /* told; more are only counted as "more" */
};

struct json_schema;

struct json_problem {
    struct str path;    /* a JSON pointer: "" is the whole, "/fields/name" */
    struct str keyword; /* of the schema: "required", "pattern"; "schema" for a schema `false` */
};

struct json_problems {
    struct json_problem *rows;
    size_t count;
    bool more;
};

enum status json_schema_parse(struct str text, struct json_schema **ret_schema);

/* MC_OK with count 0: it fits. */
enum status json_schema_check(struct json_schema *schema, struct str text, struct arena *arena,
                              struct json_problems *ret_problems);

/* NULL is allowed. */
void json_schema_free(struct json_schema *schema);

#endif
