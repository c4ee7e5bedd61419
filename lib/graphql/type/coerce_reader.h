/*
 * coerce_reader.h - what reading literals and reading values have in common; only for coerce*.c.
 */
#ifndef GRAPHQL_TYPE_COERCE_READER_H
#define GRAPHQL_TYPE_COERCE_READER_H

#include "graphql/type/coerce.h"

/* One reading: the coercion, what it is about, and how it goes. */
struct reader {
    const struct coercion *with;
    struct str subject;
    uint32_t offset;  /* where errors stand, when place is fixed */
    bool fixed_place; /* else at the literal */
    bool first_only;  /* arguments: the first error ends it */
    size_t error_count;
    bool full;      /* the arena has no more to give: give up */
    bool unsettled; /* met a default value that is not coerced yet (while a schema is built) */
};

/* True when the arena is over its limit; asked item by item, because a short list of objects may
 * need many times its own size. */
bool reader_is_full(struct reader *reader);

/* True when another error would still be kept: ask before a costly text. */
bool reader_wants(const struct reader *reader);

void reader_refuse(struct reader *reader, const struct gql_path *path, uint32_t offset,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* " Did you mean ...? Found" or ", found": what joins an unknown field and the value it is in. */
struct str reader_unknown_field(struct reader *reader, const struct schema_type *type,
                                struct str name);

/* Of an enum's values; empty when suggestions are hidden. */
struct str reader_enum_hint(struct reader *reader, const struct schema_type *type, struct str text);

/* @max of an argument or input field, on a value that is read. */
void reader_check_max(struct reader *reader, const struct schema_input *input,
                      const struct gql_input *value, const struct gql_path *path, uint32_t offset);

/* The default of an absent field; NULL when it has none. */
const struct gql_input *reader_default(struct reader *reader, const struct schema_input *input);

void reader_add_field(struct gql_input *object, struct str name, const struct gql_input *value);

struct gql_input *reader_list_of_one(struct reader *reader, struct gql_input *item);

#define ONE_OF_COMPLAINT                                                                           \
    "Within OneOf Input Object type \"%.*s\", exactly one field must be specified, and the value " \
    "for that field must be non-null."

/* NULL: absent, or refused (then error_count grew). */
const struct gql_input *reader_literal(struct reader *reader, const struct type_ref *type,
                                       const struct ast_value *literal,
                                       const struct gql_path *path);
void reader_value(struct reader *reader, const struct type_ref *type, struct gql_input *value,
                  const struct gql_path *path);

#endif
