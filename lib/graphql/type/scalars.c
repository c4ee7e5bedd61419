#include "graphql/type/scalars.h"

#include "base/json_out.h"
#include "graphql/type/input.h"

#include <math.h>
#include <stdlib.h>

enum builtin { BUILTIN_INT, BUILTIN_FLOAT, BUILTIN_STRING, BUILTIN_BOOLEAN, BUILTIN_ID };

static enum status parse_int(struct arena *arena, struct gql_input *value, struct str *ret_why);
static enum status parse_float(struct arena *arena, struct gql_input *value, struct str *ret_why);
static enum status parse_string(struct arena *arena, struct gql_input *value, struct str *ret_why);
static enum status parse_boolean(struct arena *arena, struct gql_input *value, struct str *ret_why);
static enum status parse_id(struct arena *arena, struct gql_input *value, struct str *ret_why);

/* Text of a cell read as a whole number of JavaScript would be: all of it, and not empty. */
static bool cell_number(const struct gql_cell *cell, double *ret_number)
{
    char text[64], *end;

    switch (cell->kind) {
    case GQL_BOOL:
        *ret_number = cell->boolean;
        return true;
    case GQL_INT:
        *ret_number = (double)cell->integer;
        return true;
    case GQL_FLOAT:
        *ret_number = cell->real;
        return isfinite(cell->real);
    case GQL_TEXT:
        if (cell->size == 0 || cell->size >= sizeof(text)) return false;
        memcpy(text, cell->text, cell->size);
        text[cell->size] = '\0';
        *ret_number = strtod(text, &end);
        return end == text + cell->size && isfinite(*ret_number);
    default:
        return false;
    }
}

static enum status write_int(struct buf *out, const struct gql_cell *cell)
{
    double number;

    if (!cell_number(cell, &number)) return MC_INTERNAL;
    if (number != trunc(number) || number < INT32_MIN || number > INT32_MAX) return MC_INTERNAL;
    buf_add_i64(out, (int64_t)number);
    return MC_OK;
}

static enum status write_float(struct buf *out, const struct gql_cell *cell)
{
    double number;

    if (!cell_number(cell, &number)) return MC_INTERNAL;
    if (cell->kind == GQL_INT)
        buf_add_i64(out, cell->integer);
    else
        number_print(out, number);
    return MC_OK;
}

static enum status write_quoted_number(struct buf *out, const struct gql_cell *cell)
{
    double number;

    if (!cell_number(cell, &number)) return MC_INTERNAL;
    buf_add_char(out, '"');
    if (cell->kind == GQL_INT)
        buf_add_i64(out, cell->integer);
    else
        number_print(out, number);
    buf_add_char(out, '"');
    return MC_OK;
}

static enum status write_string(struct buf *out, const struct gql_cell *cell)
{
    if (cell->kind == GQL_TEXT)
        json_quote(out, (struct str){ cell->text, cell->size });
    else if (cell->kind == GQL_BOOL)
        buf_add(out, cell->boolean ? STR("\"true\"") : STR("\"false\""));
    else
        return write_quoted_number(out, cell);
    return MC_OK;
}

static enum status write_boolean(struct buf *out, const struct gql_cell *cell)
{
    double number;

    if (cell->kind == GQL_TEXT || !cell_number(cell, &number)) return MC_INTERNAL;
    buf_add(out, number != 0 ? STR("true") : STR("false"));
    return MC_OK;
}

static enum status write_id(struct buf *out, const struct gql_cell *cell)
{
    if (cell->kind == GQL_BOOL) return MC_INTERNAL;
    if (cell->kind == GQL_FLOAT && cell->real != trunc(cell->real)) return MC_INTERNAL;
    return write_string(out, cell);
}

/* As deep as the value that a resolver made. */
static enum status write_any(struct buf *out, const struct gql_cell *cell)
{
    switch (cell->kind) {
    case GQL_NULL:
        buf_add(out, STR("null"));
        return MC_OK;
    case GQL_BOOL:
        return write_boolean(out, cell);
    case GQL_INT:
    case GQL_FLOAT:
        return write_float(out, cell);
    case GQL_TEXT:
        return write_string(out, cell);
    case GQL_JSON:
        json_write(out, cell->json);
        return MC_OK;
    default:
        return MC_INTERNAL;
    }
}

static const struct builtin_scalar builtins[] = {
    [BUILTIN_INT] = { { "Int", parse_int, write_int },
                      LEAF_INT,
                      1u << AST_INT,
                      "Int cannot represent non-integer value: ",
                      "Int cannot represent non-integer value: ",
                      "Int cannot represent non 32-bit signed integer value: " },
    [BUILTIN_FLOAT] = { { "Float", parse_float, write_float },
                        LEAF_FLOAT,
                        1u << AST_INT | 1u << AST_FLOAT,
                        "Float cannot represent non numeric value: ",
                        "Float cannot represent non numeric value: ",
                        NULL },
    [BUILTIN_STRING] = { { "String", parse_string, write_string },
                         LEAF_TEXT,
                         1u << AST_STRING,
                         "String cannot represent a non string value: ",
                         "String cannot represent a non string value: ",
                         NULL },
    [BUILTIN_BOOLEAN] = { { "Boolean", parse_boolean, write_boolean },
                          LEAF_BOOLEAN,
                          1u << AST_BOOLEAN,
                          "Boolean cannot represent a non boolean value: ",
                          "Boolean cannot represent a non boolean value: ",
                          NULL },
    [BUILTIN_ID] = { { "ID", parse_id, write_id },
                     LEAF_TEXT,
                     1u << AST_INT | 1u << AST_STRING,
                     "ID cannot represent a non-string and non-integer value: ",
                     "ID cannot represent value: ",
                     NULL },
};

enum { BUILTIN_COUNT = sizeof(builtins) / sizeof(builtins[0]) };

const struct gql_scalar scalar_any = { "", NULL, write_any };

const struct builtin_scalar *builtin_scalar_named(struct str name)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        if (str_is(name, builtins[i].scalar.name)) return &builtins[i];
    return NULL;
}

const struct builtin_scalar *builtin_scalar_of(const struct gql_scalar *scalar)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        if (scalar == &builtins[i].scalar) return &builtins[i];
    return NULL;
}

/* A number without a fraction; false when value is none. */
static bool whole(const struct gql_input *value, double *ret_number)
{
    *ret_number = value->kind == GQL_INPUT_INT ? (double)value->integer : value->real;
    return value->kind == GQL_INPUT_INT ||
           (value->kind == GQL_INPUT_FLOAT && value->real == trunc(value->real));
}

static const char *read_int(const struct builtin_scalar *builtin, struct gql_input *value)
{
    double number;

    if (!whole(value, &number)) return builtin->not_value;
    if (number < INT32_MIN || number > INT32_MAX) return builtin->not_range;
    value->kind = GQL_INPUT_INT;
    value->integer = (int64_t)number;
    return NULL;
}

static const char *read_float(const struct builtin_scalar *builtin, struct gql_input *value)
{
    if (value->kind == GQL_INPUT_INT)
        value->real = (double)value->integer;
    else if (value->kind != GQL_INPUT_FLOAT)
        return builtin->not_value;
    value->kind = GQL_INPUT_FLOAT;
    return NULL;
}

static const char *read_id(const struct builtin_scalar *builtin, struct arena *arena,
                           struct gql_input *value)
{
    double number;
    struct buf text;

    if (value->kind == GQL_INPUT_TEXT) return NULL;
    if (!whole(value, &number)) return builtin->not_value;
    buf_init(&text, INPUT_SHOWN_BYTES_MAX);
    if (value->kind == GQL_INPUT_INT)
        buf_add_i64(&text, value->integer);
    else
        number_print(&text, number);
    value->kind = GQL_INPUT_TEXT;
    value->text = arena_str(arena, buf_str(&text));
    buf_done(&text);
    return NULL;
}

const char *builtin_scalar_read(const struct builtin_scalar *builtin, struct arena *arena,
                                struct gql_input *value)
{
    switch ((enum builtin)(builtin - builtins)) {
    case BUILTIN_INT:
        return read_int(builtin, value);
    case BUILTIN_FLOAT:
        return read_float(builtin, value);
    case BUILTIN_STRING:
        return value->kind == GQL_INPUT_TEXT ? NULL : builtin->not_value;
    case BUILTIN_BOOLEAN:
        return value->kind == GQL_INPUT_BOOL ? NULL : builtin->not_value;
    case BUILTIN_ID:
        return read_id(builtin, arena, value);
    }
    return builtin->not_value;
}

static enum status parse(enum builtin which, struct arena *arena, struct gql_input *value,
                         struct str *ret_why)
{
    const char *why = builtin_scalar_read(&builtins[which], arena, value);

    if (why == NULL) return MC_OK;
    *ret_why = arena_printf(arena, "%s%.*s", why, STR_PRINT(input_show(arena, value)));
    return MC_BAD_INPUT;
}

static enum status parse_int(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    return parse(BUILTIN_INT, arena, value, ret_why);
}

static enum status parse_float(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    return parse(BUILTIN_FLOAT, arena, value, ret_why);
}

static enum status parse_string(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    return parse(BUILTIN_STRING, arena, value, ret_why);
}

static enum status parse_boolean(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    return parse(BUILTIN_BOOLEAN, arena, value, ret_why);
}

static enum status parse_id(struct arena *arena, struct gql_input *value, struct str *ret_why)
{
    return parse(BUILTIN_ID, arena, value, ret_why);
}
