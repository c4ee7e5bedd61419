#include "graphql/type/coerce_reader.h"

#include "graphql/type/input.h"
#include "graphql/type/suggest.h"

bool reader_is_full(struct reader *reader)
{
    if (arena_status(reader->with->arena) != MC_OK) reader->full = true;
    return reader->full;
}

bool reader_wants(const struct reader *reader)
{
    const struct gql_errors *errors = reader->with->errors;

    return errors != NULL && errors->count < errors->max &&
           !(reader->first_only && reader->error_count > 0);
}

/* " at .a[0].b", from the root. Paths are as deep as values, which are limited. */
static void print_path(struct buf *out, const struct gql_path *path)
{
    if (path == NULL) {
        buf_add(out, STR(" at "));
        return;
    }
    print_path(out, path->parent);
    if (path->key.data != NULL)
        buf_printf(out, ".%.*s", STR_PRINT(path->key));
    else
        buf_printf(out, "[%zu]", path->index);
}

void reader_refuse(struct reader *reader, const struct gql_path *path, uint32_t offset,
                   const char *format, ...)
{
    const struct coercion *with = reader->with;
    struct buf place;
    va_list arguments;
    struct str message;

    if (!reader_wants(reader)) {
        if (with->errors != NULL && !reader->first_only) with->errors->dropped++;
        reader->error_count++;
        return;
    }
    reader->error_count++;
    va_start(arguments, format);
    message = arena_vprintf(with->arena, format, arguments);
    va_end(arguments);
    buf_init(&place, INPUT_SHOWN_BYTES_MAX);
    if (reader->subject.data != NULL) {
        buf_add(&place, reader->subject);
        if (path != NULL) print_path(&place, path);
        buf_add(&place, STR(": "));
    }
    if (reader->fixed_place) offset = reader->offset;
    (void)gql_errors_add(with->errors, with->status, with->source, &offset,
                         with->source.data != NULL, "%.*s%.*s", STR_PRINT(buf_str(&place)),
                         STR_PRINT(message));
    buf_done(&place);
}

struct str reader_unknown_field(struct reader *reader, const struct schema_type *type,
                                struct str name)
{
    struct suggestions near = suggestions_for(name);

    for (size_t i = 0; i < type->input_count && !reader->with->hide_suggestions; i++)
        suggestions_offer(&near, type->inputs[i].name);
    if (near.count == 0) return STR(", found");
    return arena_printf(reader->with->arena, ".%.*s Found",
                        STR_PRINT(suggestions_text(&near, reader->with->arena, "")));
}

struct str reader_enum_hint(struct reader *reader, const struct schema_type *type, struct str text)
{
    struct suggestions near = suggestions_for(text);

    for (size_t i = 0; i < type->value_count && !reader->with->hide_suggestions; i++)
        suggestions_offer(&near, type->values[i].name);
    return suggestions_text(&near, reader->with->arena, "the enum value ");
}

void reader_check_max(struct reader *reader, const struct schema_input *input,
                      const struct gql_input *value, const struct gql_path *path, uint32_t offset)
{
    long long max = input->items_max;

    if (max == 0 || value == NULL) return;
    if (value->kind == GQL_INPUT_INT && value->integer > max)
        reader_refuse(reader, path, offset, "Expected a number of at most %lld, found: %lld.", max,
                      (long long)value->integer);
    if (value->kind == GQL_INPUT_FLOAT && value->real > (double)max)
        reader_refuse(reader, path, offset, "Expected a number of at most %lld, found: %g.", max,
                      value->real);
    if (value->kind == GQL_INPUT_LIST && value->count > (size_t)max)
        reader_refuse(reader, path, offset, "Expected at most %lld items, found: %zu.", max,
                      value->count);
}

const struct gql_input *reader_default(struct reader *reader, const struct schema_input *input)
{
    if (input->default_literal != NULL && input->default_value == NULL) reader->unsettled = true;
    return input->default_value;
}

/* Values are shared, not changed: a field of a list of fields is just not const. */
void reader_add_field(struct gql_input *object, struct str name, const struct gql_input *value)
{
    object->fields[object->count++] = (struct gql_input_field){ name, (struct gql_input *)value };
}

struct gql_input *reader_list_of_one(struct reader *reader, struct gql_input *item)
{
    struct gql_input *list = input_new(reader->with->arena, GQL_INPUT_LIST);

    list->items = ARENA_ARRAY(reader->with->arena, 1, struct gql_input *);
    list->items[0] = item;
    list->count = 1;
    return list;
}
