#include "graphql/type/input.h"

#include "base/decimal.h"
#include "base/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct gql_input *input_new(struct arena *arena, enum gql_input_kind kind)
{
    struct gql_input *value = ARENA_NEW(arena, struct gql_input);

    value->kind = kind;
    return value;
}

struct gql_input *input_text(struct arena *arena, struct str text)
{
    struct gql_input *value = input_new(arena, GQL_INPUT_TEXT);

    value->text = text;
    return value;
}

static enum status from_json(struct arena *arena, const json_t *json, int depth,
                             struct gql_input **ret_value);

static enum status list_from_json(struct arena *arena, const json_t *json, int depth,
                                  struct gql_input *list)
{
    enum status status = MC_OK;

    list->count = json_array_size(json);
    list->items = ARENA_ARRAY(arena, list->count, struct gql_input *);
    for (size_t i = 0; i < list->count && status == MC_OK; i++)
        status = from_json(arena, json_array_get(json, i), depth + 1, &list->items[i]);
    return status;
}

static enum status object_from_json(struct arena *arena, const json_t *json, int depth,
                                    struct gql_input *object)
{
    json_t *fields = (json_t *)json; /* jansson iterates only what is not const */
    enum status status = MC_OK;

    object->fields = ARENA_ARRAY(arena, json_object_size(json), struct gql_input_field);
    for (void *at = json_object_iter(fields); at != NULL && status == MC_OK;
         at = json_object_iter_next(fields, at)) {
        struct gql_input_field *field = &object->fields[object->count++];
        struct str name = { json_object_iter_key(at), json_object_iter_key_len(at) };

        field->name = arena_str(arena, name);
        status = from_json(arena, json_object_iter_value(at), depth + 1, &field->value);
    }
    return status;
}

static enum status from_json(struct arena *arena, const json_t *json, int depth,
                             struct gql_input **ret_value)
{
    static const enum gql_input_kind kinds[] = {
        [JSON_OBJECT] = GQL_INPUT_OBJECT, [JSON_ARRAY] = GQL_INPUT_LIST,
        [JSON_STRING] = GQL_INPUT_TEXT,   [JSON_INTEGER] = GQL_INPUT_INT,
        [JSON_REAL] = GQL_INPUT_FLOAT,    [JSON_TRUE] = GQL_INPUT_BOOL,
        [JSON_FALSE] = GQL_INPUT_BOOL,    [JSON_NULL] = GQL_INPUT_NULL,
    };
    struct gql_input *value = input_new(arena, kinds[json_typeof(json)]);
    enum status status = MC_OK;

    if (depth > INPUT_DEPTH_MAX) return MC_LIMIT;
    if (json_is_string(json))
        value->text =
            arena_str(arena, (struct str){ json_string_value(json), json_string_length(json) });
    value->integer = json_integer_value(json);
    value->real = json_real_value(json);
    value->boolean = json_is_true(json);
    if (json_is_array(json)) status = list_from_json(arena, json, depth, value);
    if (json_is_object(json)) status = object_from_json(arena, json, depth, value);
    if (status == MC_OK) *ret_value = value;
    return status;
}

enum status input_from_json(struct arena *arena, const json_t *json, struct gql_input **ret_value)
{
    return from_json(arena, json, 1, ret_value);
}

/* As deep as the value, which input_from_json or the parser has limited. */
struct gql_input *input_copy(struct arena *arena, const struct gql_input *value)
{
    struct gql_input *copy = input_new(arena, value->kind);

    *copy = *value;
    if (value->kind == GQL_INPUT_LIST) {
        copy->items = ARENA_ARRAY(arena, value->count, struct gql_input *);
        for (size_t i = 0; i < value->count; i++)
            copy->items[i] = input_copy(arena, value->items[i]);
    } else if (value->kind == GQL_INPUT_OBJECT) {
        copy->fields = ARENA_ARRAY(arena, value->count, struct gql_input_field);
        for (size_t i = 0; i < value->count; i++)
            copy->fields[i] = (struct gql_input_field){ value->fields[i].name,
                                                        input_copy(arena, value->fields[i].value) };
    }
    return copy;
}

const struct gql_input *gql_input_field(const struct gql_input *object, const char *name)
{
    if (object == NULL || object->kind != GQL_INPUT_OBJECT) return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (str_is(object->fields[i].name, name)) return object->fields[i].value;
    return NULL;
}

struct str gql_input_text(const struct gql_input *object, const char *name)
{
    const struct gql_input *value = gql_input_field(object, name);

    return value != NULL && value->kind == GQL_INPUT_TEXT ? value->text : STR_NONE;
}

void number_print(struct buf *out, double number)
{
    char text[DECIMAL_TEXT_BYTES_MAX];

    if (isfinite(number))
        buf_add(out, (struct str){ text, decimal_print(number, text) });
    else
        buf_add(out, STR("null"));
}

static void print_leaf(struct buf *out, const struct gql_input *value)
{
    switch (value->kind) {
    case GQL_INPUT_BOOL:
        buf_add(out, value->boolean ? STR("true") : STR("false"));
        break;
    case GQL_INPUT_INT:
        buf_add_i64(out, value->integer);
        break;
    case GQL_INPUT_FLOAT:
        number_print(out, value->real);
        break;
    case GQL_INPUT_TEXT:
        json_quote(out, value->text);
        break;
    default:
        buf_add(out, STR("null"));
    }
}

/* As deep as the value, which input_from_json or the parser has limited. */
void gql_input_json(struct buf *out, const struct gql_input *value)
{
    if (value == NULL || (value->kind != GQL_INPUT_LIST && value->kind != GQL_INPUT_OBJECT)) {
        print_leaf(out, value == NULL ? &(struct gql_input){ .kind = GQL_INPUT_NULL } : value);
        return;
    }
    bool list = value->kind == GQL_INPUT_LIST;

    buf_add_char(out, list ? '[' : '{');
    for (size_t i = 0; i < value->count; i++) {
        if (i > 0) buf_add_char(out, ',');
        if (!list) {
            json_quote(out, value->fields[i].name);
            buf_add_char(out, ':');
        }
        gql_input_json(out, list ? value->items[i] : value->fields[i].value);
    }
    buf_add_char(out, list ? ']' : '}');
}

static int add_to_buf(const char *bytes, size_t size, void *out)
{
    buf_add(out, (struct str){ bytes, size });
    return 0;
}

void json_write(struct buf *out, const json_t *value)
{
    (void)json_dump_callback(value, add_to_buf, out, JSON_COMPACT | JSON_ENCODE_ANY);
}

enum { SHOWN_DEPTH_MAX = 2, SHOWN_ITEMS_MAX = 10 };

static void show(struct buf *out, const struct gql_input *value, int depth)
{
    bool list = value->kind == GQL_INPUT_LIST;
    size_t shown = list && value->count > SHOWN_ITEMS_MAX ? SHOWN_ITEMS_MAX : value->count;

    if (!list && value->kind != GQL_INPUT_OBJECT) {
        print_leaf(out, value);
        return;
    }
    if (value->count == 0) {
        buf_add(out, list ? STR("[]") : STR("{}"));
        return;
    }
    if (depth == SHOWN_DEPTH_MAX) {
        buf_add(out, list ? STR("[Array]") : STR("[Object]"));
        return;
    }
    buf_add(out, list ? STR("[") : STR("{ "));
    for (size_t i = 0; i < shown; i++) {
        if (i > 0) buf_add(out, STR(", "));
        if (!list) {
            buf_add(out, value->fields[i].name);
            buf_add(out, STR(": "));
        }
        show(out, list ? value->items[i] : value->fields[i].value, depth + 1);
    }
    if (shown < value->count)
        buf_printf(out, ", ... %zu more item%s", value->count - shown,
                   value->count - shown == 1 ? "" : "s");
    buf_add(out, list ? STR("]") : STR(" }"));
}

struct str input_show(struct arena *arena, const struct gql_input *value)
{
    struct buf text;
    struct str shown;

    buf_init(&text, INPUT_SHOWN_BYTES_MAX);
    show(&text, value, 0);
    shown = buf_status(&text) == MC_OK ? arena_str(arena, buf_str(&text))
                                       : arena_str(arena, STR("a value too long to show"));
    buf_done(&text);
    return shown;
}
