/* Reading a JSON-like value in place. Depth: input_from_json has limited it. */
#include "graphql/type/coerce_reader.h"
#include "graphql/type/input.h"
#include "graphql/type/scalars.h"

static struct str shown(struct reader *reader, const struct gql_input *value)
{
    return reader_wants(reader) ? input_show(reader->with->arena, value) : STR("");
}

static void read_scalar(struct reader *reader, const struct schema_type *type,
                        struct gql_input *value, const struct gql_path *path)
{
    struct str why = STR_NONE;

    if (type->scalar->parse == NULL) return;
    if (type->scalar->parse(reader->with->arena, value, &why) == MC_OK) return;
    if (why.data != NULL)
        reader_refuse(reader, path, 0, "%.*s", STR_PRINT(why));
    else
        reader_refuse(reader, path, 0, "Expected value of type \"%.*s\", found: %.*s.",
                      STR_PRINT(type->name), STR_PRINT(shown(reader, value)));
}

static void read_enum(struct reader *reader, const struct schema_type *type,
                      struct gql_input *value, const struct gql_path *path)
{
    if (value->kind != GQL_INPUT_TEXT) {
        struct str text = shown(reader, value);

        reader_refuse(reader, path, 0, "Enum \"%.*s\" cannot represent non-string value: %.*s.%.*s",
                      STR_PRINT(type->name), STR_PRINT(text),
                      STR_PRINT(reader_enum_hint(reader, type, text)));
        return;
    }
    const struct schema_enum_value *known = hash_map_get(&type->value_map, value->text);

    if (known != NULL)
        value->text = known->name;
    else
        reader_refuse(reader, path, 0, "Value \"%.*s\" does not exist in \"%.*s\" enum.%.*s",
                      STR_PRINT(value->text), STR_PRINT(type->name),
                      STR_PRINT(reader_enum_hint(reader, type, value->text)));
}

static void check_one_of(struct reader *reader, const struct schema_type *type,
                         const struct gql_input *given, const struct gql_path *path)
{
    const struct gql_input_field *only = NULL;
    size_t known = 0;

    for (size_t i = 0; i < given->count; i++) {
        if (hash_map_get(&type->input_map, given->fields[i].name) == NULL) continue;
        only = &given->fields[i];
        known++;
    }
    if (known != 1) {
        reader_refuse(reader, path, 0, ONE_OF_COMPLAINT, STR_PRINT(type->name));
    } else if (only->value->kind == GQL_INPUT_NULL) {
        struct gql_path at = { path, only->name, 0 };

        reader_refuse(reader, &at, 0, ONE_OF_COMPLAINT, STR_PRINT(type->name));
    }
}

struct fields_given {
    struct gql_input **slots; /* by place in the type; NULL: absent */
    size_t unknown;
    bool misses_required;
    struct str text; /* as it came; only when a complaint will show it */
};

static struct fields_given sort_fields(struct reader *reader, const struct schema_type *type,
                                       const struct gql_input *value)
{
    struct fields_given given = { 0 };

    given.slots = ARENA_ARRAY(reader->with->arena, type->input_count, struct gql_input *);
    for (size_t i = 0; i < value->count; i++) {
        const struct schema_input *input = hash_map_get(&type->input_map, value->fields[i].name);

        if (input == NULL)
            given.unknown++;
        else
            given.slots[input - type->inputs] = value->fields[i].value;
    }
    for (size_t i = 0; i < type->input_count; i++)
        if (given.slots[i] == NULL && schema_input_required(&type->inputs[i]))
            given.misses_required = true;
    if (given.unknown > 0 || given.misses_required) given.text = shown(reader, value);
    return given;
}

static void refuse_unknown_fields(struct reader *reader, const struct schema_type *type,
                                  const struct gql_input *value, const struct gql_path *path,
                                  struct str text)
{
    for (size_t i = 0; i < value->count; i++) {
        struct str name = value->fields[i].name;
        struct str joint = STR("");

        if (hash_map_get(&type->input_map, name) != NULL) continue;
        if (reader_wants(reader)) joint = reader_unknown_field(reader, type, name);
        reader_refuse(reader, path, 0,
                      "Expected value of type \"%.*s\" not to include unknown field \"%.*s\"%.*s: "
                      "%.*s.",
                      STR_PRINT(type->name), STR_PRINT(name), STR_PRINT(joint), STR_PRINT(text));
    }
}

static void read_field(struct reader *reader, const struct schema_input *input,
                       struct gql_input *value, const struct gql_path *path)
{
    struct gql_path at = { path, input->name, 0 };
    size_t before = reader->error_count;

    reader_value(reader, input->type, value, &at);
    if (reader->error_count == before) reader_check_max(reader, input, value, &at, 0);
}

static void read_object(struct reader *reader, const struct schema_type *type,
                        struct gql_input *value, const struct gql_path *path)
{
    const struct gql_input before = *value;
    struct fields_given given;

    if (value->kind != GQL_INPUT_OBJECT) {
        reader_refuse(reader, path, 0,
                      "Expected value of type \"%.*s\" to be an object, found: %.*s.",
                      STR_PRINT(type->name), STR_PRINT(shown(reader, value)));
        return;
    }
    given = sort_fields(reader, type, value);
    value->count = 0;
    value->fields = ARENA_ARRAY(reader->with->arena, type->input_count, struct gql_input_field);
    for (size_t i = 0; i < type->input_count; i++) {
        const struct schema_input *input = &type->inputs[i];

        if (given.slots[i] != NULL) {
            read_field(reader, input, given.slots[i], path);
            reader_add_field(value, input->name, given.slots[i]);
        } else if (schema_input_required(input)) {
            reader_refuse(reader, path, 0,
                          "Expected value of type \"%.*s\" to include required field \"%.*s\", "
                          "found: %.*s.",
                          STR_PRINT(type->name), STR_PRINT(input->name), STR_PRINT(given.text));
        } else if (reader_default(reader, input) != NULL) {
            reader_add_field(value, input->name, input->default_value);
        }
    }
    if (given.unknown > 0) refuse_unknown_fields(reader, type, &before, path, given.text);
    if (type->is_one_of) check_one_of(reader, type, &before, path);
}

static void read_list(struct reader *reader, const struct type_ref *item_type,
                      struct gql_input *value, const struct gql_path *path)
{
    if (value->kind != GQL_INPUT_LIST) {
        struct gql_input *item = input_new(reader->with->arena, value->kind);

        *item = *value;
        reader_value(reader, item_type, item, path);
        *value = *reader_list_of_one(reader, item);
        return;
    }
    for (size_t i = 0; i < value->count && !reader_is_full(reader); i++) {
        struct gql_path at = { path, STR_NONE, i };

        reader_value(reader, item_type, value->items[i], &at);
    }
}

void reader_value(struct reader *reader, const struct type_ref *type, struct gql_input *value,
                  const struct gql_path *path)
{
    if (type->kind == REF_NON_NULL) {
        if (value->kind == GQL_INPUT_NULL) {
            struct str name = type_ref_text(reader->with->arena, type);

            reader_refuse(reader, path, 0,
                          "Expected value of non-null type \"%.*s\" not to be null.",
                          STR_PRINT(name));
            return;
        }
        type = type->of;
    }
    if (value->kind == GQL_INPUT_NULL) return;
    if (type->kind == REF_LIST)
        read_list(reader, type->of, value, path);
    else if (type->named->kind == TYPE_INPUT_OBJECT)
        read_object(reader, type->named, value, path);
    else if (type->named->kind == TYPE_ENUM)
        read_enum(reader, type->named, value, path);
    else
        read_scalar(reader, type->named, value, path);
}
