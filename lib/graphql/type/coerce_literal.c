/* Reading a literal. Depth: the parser has limited it. */
#include "graphql/language/printer.h"
#include "graphql/type/coerce_reader.h"
#include "graphql/type/input.h"
#include "graphql/type/scalars.h"

#include <stdlib.h>

static struct str shown(struct reader *reader, const struct ast_value *literal)
{
    struct buf text;
    struct str copy;

    if (!reader_wants(reader)) return STR("");
    buf_init(&text, INPUT_SHOWN_BYTES_MAX);
    print_value(&text, literal);
    copy = buf_status(&text) == MC_OK ? arena_str(reader->with->arena, buf_str(&text))
                                      : STR("a value too long to show");
    buf_done(&text);
    return copy;
}

static bool holds_variable(const struct ast_value *literal)
{
    const struct ast_argument *field;
    const struct ast_value *item;

    if (literal->kind == AST_VARIABLE) return true;
    AST_EACH(item, literal->items)
    if (holds_variable(item)) return true;
    AST_EACH(field, literal->fields)
    if (holds_variable(field->value)) return true;
    return false;
}

/* A copy in which a variable is null, and a field that is one is left out. */
static struct ast_value *without_variables(struct arena *arena, const struct ast_value *literal)
{
    struct ast_value *copy = ARENA_NEW(arena, struct ast_value);
    struct ast_value **item_tail = &copy->items;
    struct ast_argument **field_tail = &copy->fields;
    const struct ast_argument *field;
    const struct ast_value *item;

    *copy = *literal;
    copy->next = NULL;
    copy->items = NULL;
    copy->fields = NULL;
    if (literal->kind == AST_VARIABLE) copy->kind = AST_NULL;
    AST_EACH(item, literal->items)
    {
        *item_tail = without_variables(arena, item);
        item_tail = &(*item_tail)->next;
    }
    AST_EACH(field, literal->fields)
    {
        if (field->value->kind == AST_VARIABLE) continue;
        *field_tail = ARENA_NEW(arena, struct ast_argument);
        **field_tail = *field;
        (*field_tail)->value = without_variables(arena, field->value);
        (*field_tail)->next = NULL;
        field_tail = &(*field_tail)->next;
    }
    return copy;
}

/* Of a leaf's type: before there are values of variables, they are nothing to it. */
static struct str shown_leaf(struct reader *reader, const struct ast_value *literal)
{
    if (!reader_wants(reader)) return STR("");
    if (reader->with->variables == NULL && holds_variable(literal))
        literal = without_variables(reader->with->arena, literal);
    return shown(reader, literal);
}

/* Numbers are views of the source, so they end at what is not part of a number; strtod needs its
 * end told. */
static double number_of(struct reader *reader, struct str text)
{
    return strtod(arena_str(reader->with->arena, text).data, NULL);
}

static struct gql_input *untyped(struct reader *reader, const struct ast_value *literal);

static struct gql_input *untyped_list(struct reader *reader, const struct ast_value *literal)
{
    struct gql_input *list = input_new(reader->with->arena, GQL_INPUT_LIST);
    const struct ast_value *item;

    AST_EACH(item, literal->items) list->count++;
    list->items = ARENA_ARRAY(reader->with->arena, list->count, struct gql_input *);
    list->count = 0;
    AST_EACH(item, literal->items) list->items[list->count++] = untyped(reader, item);
    return list;
}

static bool is_absent(const struct reader *reader, const struct ast_value *literal)
{
    return literal->kind == AST_VARIABLE &&
           coerce_variable_value(reader->with->variables, literal->text) == NULL;
}

static struct gql_input *untyped_object(struct reader *reader, const struct ast_value *literal)
{
    struct gql_input *object = input_new(reader->with->arena, GQL_INPUT_OBJECT);
    const struct ast_argument *field;
    size_t count = 0;

    AST_EACH(field, literal->fields) count++;
    object->fields = ARENA_ARRAY(reader->with->arena, count, struct gql_input_field);
    AST_EACH(field, literal->fields)
    {
        if (!is_absent(reader, field->value))
            reader_add_field(object, field->name.text, untyped(reader, field->value));
    }
    return object;
}

/* A literal as JSON would carry it, for a scalar's own parse. */
static struct gql_input *untyped(struct reader *reader, const struct ast_value *literal)
{
    struct arena *arena = reader->with->arena;
    const struct gql_input *variable;
    struct gql_input *value;

    switch (literal->kind) {
    case AST_VARIABLE:
        variable = coerce_variable_value(reader->with->variables, literal->text);
        return variable == NULL ? input_new(arena, GQL_INPUT_NULL) : input_copy(arena, variable);
    case AST_INT:
        value = input_new(arena, GQL_INPUT_INT);
        if (str_to_i64(literal->text, &value->integer) == MC_OK) return value;
        value->kind = GQL_INPUT_FLOAT;
        value->real = number_of(reader, literal->text);
        return value;
    case AST_FLOAT:
        value = input_new(arena, GQL_INPUT_FLOAT);
        value->real = number_of(reader, literal->text);
        return value;
    case AST_BOOLEAN:
        value = input_new(arena, GQL_INPUT_BOOL);
        value->boolean = str_is(literal->text, "true");
        return value;
    case AST_STRING:
    case AST_ENUM:
        return input_text(arena, literal->text);
    case AST_LIST:
        return untyped_list(reader, literal);
    case AST_OBJECT:
        return untyped_object(reader, literal);
    case AST_NULL:
        break;
    }
    return input_new(arena, GQL_INPUT_NULL);
}

static const struct gql_input *read_builtin(struct reader *reader,
                                            const struct builtin_scalar *builtin,
                                            const struct ast_value *literal,
                                            const struct gql_path *path)
{
    const char *why = builtin->not_literal;
    struct gql_input *value = NULL;
    struct str text;

    if (builtin->literal_kinds & 1u << literal->kind) {
        bool as_text = literal->kind == AST_INT && (builtin->literal_kinds & 1u << AST_STRING);

        value = as_text ? input_text(reader->with->arena, literal->text) : untyped(reader, literal);
        why = builtin_scalar_read(builtin, reader->with->arena, value);
    }
    if (why == NULL) return value;
    text = shown_leaf(reader, literal);
    reader_refuse(reader, path, literal->offset, "%s%.*s", why, STR_PRINT(text));
    return NULL;
}

static const struct gql_input *read_scalar(struct reader *reader, const struct schema_type *type,
                                           const struct ast_value *literal,
                                           const struct gql_path *path)
{
    const struct builtin_scalar *builtin = builtin_scalar_of(type->scalar);
    struct gql_input *value;
    struct str why = STR_NONE;

    if (builtin != NULL) return read_builtin(reader, builtin, literal, path);
    value = untyped(reader, literal);
    if (type->scalar->parse == NULL) return value;
    if (type->scalar->parse(reader->with->arena, value, &why) == MC_OK) return value;
    if (why.data != NULL)
        reader_refuse(reader, path, literal->offset, "%.*s", STR_PRINT(why));
    else
        reader_refuse(reader, path, literal->offset,
                      "Expected value of type \"%.*s\", found: %.*s.", STR_PRINT(type->name),
                      STR_PRINT(shown(reader, literal)));
    return NULL;
}

static const struct gql_input *read_enum(struct reader *reader, const struct schema_type *type,
                                         const struct ast_value *literal,
                                         const struct gql_path *path)
{
    const struct schema_enum_value *known = NULL;
    struct str text;

    if (literal->kind == AST_ENUM) known = hash_map_get(&type->value_map, literal->text);
    if (known != NULL) return input_text(reader->with->arena, known->name);
    text = shown_leaf(reader, literal);
    if (literal->kind == AST_ENUM)
        reader_refuse(reader, path, literal->offset,
                      "Value \"%.*s\" does not exist in \"%.*s\" enum.%.*s", STR_PRINT(text),
                      STR_PRINT(type->name), STR_PRINT(reader_enum_hint(reader, type, text)));
    else
        reader_refuse(reader, path, literal->offset,
                      "Enum \"%.*s\" cannot represent non-enum value: %.*s.%.*s",
                      STR_PRINT(type->name), STR_PRINT(text),
                      STR_PRINT(reader_enum_hint(reader, type, text)));
    return NULL;
}

static const struct gql_input *read_list(struct reader *reader, const struct type_ref *item_type,
                                         const struct ast_value *literal,
                                         const struct gql_path *path)
{
    struct gql_input *list = input_new(reader->with->arena, GQL_INPUT_LIST);
    const struct gql_input *value;
    const struct ast_value *item;
    size_t count = 0, i = 0;

    if (literal->kind != AST_LIST) {
        value = reader_literal(reader, item_type, literal, path);
        if (value == NULL) return NULL;
        return reader_list_of_one(reader, (struct gql_input *)value);
    }
    AST_EACH(item, literal->items) count++;
    list->count = count;
    list->items = ARENA_ARRAY(reader->with->arena, count, struct gql_input *);
    AST_EACH(item, literal->items)
    {
        struct gql_path at = { path, STR_NONE, i };

        if (reader_is_full(reader)) return NULL;
        value = reader_literal(reader, item_type, item, &at);
        list->items[i++] = value == NULL ? input_new(reader->with->arena, GQL_INPUT_NULL)
                                         : (struct gql_input *)value;
    }
    return list;
}

/* A variable that is a one-of's only field must have a value. */
static bool refuse_one_of_variable(struct reader *reader, const struct schema_type *type,
                                   const struct ast_argument *field, const struct ast_value *whole,
                                   const struct gql_path *path)
{
    const struct gql_input *value;

    if (field->value->kind != AST_VARIABLE || reader->with->variables == NULL) return false;
    value = coerce_variable_value(reader->with->variables, field->value->text);
    if (value != NULL && value->kind != GQL_INPUT_NULL) return false;
    reader_refuse(reader, path, whole->offset,
                  "Expected variable \"$%.*s\" provided to field \"%.*s\" for OneOf Input Object "
                  "type \"%.*s\" %s.",
                  STR_PRINT(field->value->text), STR_PRINT(field->name.text), STR_PRINT(type->name),
                  value == NULL ? "to provide a runtime value" : "not to be null");
    return true;
}

static void check_one_of(struct reader *reader, const struct schema_type *type,
                         const struct ast_value *literal, const struct gql_path *path)
{
    const struct ast_argument *field, *only = NULL;
    size_t known = 0;

    AST_EACH(field, literal->fields)
    {
        if (hash_map_get(&type->input_map, field->name.text) == NULL) continue;
        known++;
        only = field;
    }
    if (known != 1) {
        reader_refuse(reader, path, literal->offset, ONE_OF_COMPLAINT, STR_PRINT(type->name));
    } else if (only->value->kind == AST_NULL) {
        struct gql_path at = { path, only->name.text, 0 };

        reader_refuse(reader, &at, literal->offset, ONE_OF_COMPLAINT, STR_PRINT(type->name));
    }
}

static void refuse_unknown_fields(struct reader *reader, const struct schema_type *type,
                                  const struct ast_value *literal, const struct gql_path *path)
{
    const struct ast_argument *field;
    struct str whole = STR_NONE;

    AST_EACH(field, literal->fields)
    {
        struct str name = field->name.text, joint = STR("");

        if (hash_map_get(&type->input_map, name) != NULL) continue;
        if (reader_wants(reader)) joint = reader_unknown_field(reader, type, name);
        if (whole.data == NULL) whole = shown(reader, literal);
        reader_refuse(reader, path, field->name.offset,
                      "Expected value of type \"%.*s\" not to include unknown field \"%.*s\"%.*s: "
                      "%.*s.",
                      STR_PRINT(type->name), STR_PRINT(name), STR_PRINT(joint), STR_PRINT(whole));
    }
}

static void read_field(struct reader *reader, const struct schema_input *input,
                       const struct ast_argument *field, struct gql_input *object,
                       const struct gql_path *path)
{
    struct gql_path at = { path, input->name, 0 };
    size_t before = reader->error_count;
    const struct gql_input *value = reader_literal(reader, input->type, field->value, &at);

    if (reader->error_count == before)
        reader_check_max(reader, input, value, &at, field->value->offset);
    if (value != NULL) reader_add_field(object, input->name, value);
}

static const struct ast_argument **
sort_fields(struct reader *reader, const struct schema_type *type, const struct ast_value *literal)
{
    const struct ast_argument **slots =
        ARENA_ARRAY(reader->with->arena, type->input_count, const struct ast_argument *);
    const struct ast_argument *field;

    AST_EACH(field, literal->fields)
    {
        const struct schema_input *input = hash_map_get(&type->input_map, field->name.text);

        if (input != NULL) slots[input - type->inputs] = field;
    }
    return slots;
}

static const struct gql_input *read_object(struct reader *reader, const struct schema_type *type,
                                           const struct ast_value *literal,
                                           const struct gql_path *path)
{
    struct gql_input *object = input_new(reader->with->arena, GQL_INPUT_OBJECT);
    const struct ast_argument **slots;

    if (literal->kind != AST_OBJECT) {
        reader_refuse(reader, path, literal->offset,
                      "Expected value of type \"%.*s\" to be an object, found: %.*s.",
                      STR_PRINT(type->name), STR_PRINT(shown(reader, literal)));
        return NULL;
    }
    slots = sort_fields(reader, type, literal);
    object->fields = ARENA_ARRAY(reader->with->arena, type->input_count, struct gql_input_field);
    for (size_t i = 0; i < type->input_count; i++) {
        const struct schema_input *input = &type->inputs[i];
        bool required = schema_input_required(input);

        if (slots[i] != NULL && type->is_one_of &&
            refuse_one_of_variable(reader, type, slots[i], literal, path))
            continue;
        if (slots[i] != NULL && (required || !is_absent(reader, slots[i]->value)))
            read_field(reader, input, slots[i], object, path);
        else if (required)
            reader_refuse(reader, path, literal->offset,
                          "Expected value of type \"%.*s\" to include required field \"%.*s\", "
                          "found: %.*s.",
                          STR_PRINT(type->name), STR_PRINT(input->name),
                          STR_PRINT(shown(reader, literal)));
        else if (reader_default(reader, input) != NULL)
            reader_add_field(object, input->name, input->default_value);
    }
    refuse_unknown_fields(reader, type, literal, path);
    if (type->is_one_of) check_one_of(reader, type, literal, path);
    return object;
}

static const struct gql_input *read_variable(struct reader *reader, const struct type_ref *type,
                                             const struct ast_value *literal,
                                             const struct gql_path *path)
{
    const struct gql_input *value;
    struct str name;

    if (reader->with->variables == NULL) return NULL;
    value = coerce_variable_value(reader->with->variables, literal->text);
    if (type->kind != REF_NON_NULL || (value != NULL && value->kind != GQL_INPUT_NULL))
        return value;
    name = type_ref_text(reader->with->arena, type);
    if (value == NULL)
        reader_refuse(reader, path, literal->offset,
                      "Expected variable \"$%.*s\" provided to type \"%.*s\" to provide a runtime "
                      "value.",
                      STR_PRINT(literal->text), STR_PRINT(name));
    else
        reader_refuse(reader, path, literal->offset,
                      "Expected variable \"$%.*s\" provided to non-null type \"%.*s\" not to be "
                      "null.",
                      STR_PRINT(literal->text), STR_PRINT(name));
    return NULL;
}

const struct gql_input *reader_literal(struct reader *reader, const struct type_ref *type,
                                       const struct ast_value *literal, const struct gql_path *path)
{
    if (literal->kind == AST_VARIABLE) return read_variable(reader, type, literal, path);
    if (type->kind == REF_NON_NULL && literal->kind == AST_NULL) {
        struct str name = type_ref_text(reader->with->arena, type);

        reader_refuse(reader, path, literal->offset,
                      "Expected value of non-null type \"%.*s\" not to be null.", STR_PRINT(name));
        return NULL;
    }
    type = type_ref_nullable(type);
    if (literal->kind == AST_NULL) return input_new(reader->with->arena, GQL_INPUT_NULL);
    if (type->kind == REF_LIST) return read_list(reader, type->of, literal, path);
    if (type->named->kind == TYPE_INPUT_OBJECT)
        return read_object(reader, type->named, literal, path);
    if (type->named->kind == TYPE_ENUM) return read_enum(reader, type->named, literal, path);
    return read_scalar(reader, type->named, literal, path);
}
