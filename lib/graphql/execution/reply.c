/*
 * One depth-first pass from columns to JSON. A position that must not be null and is makes the
 * writer cut back to the nearest position that may be null: there is no second pass and no tree.
 */
#include "base/json_out.h"
#include "graphql/execution/column.h"
#include "graphql/type/input.h"

/* NULLED: no value and nobody to blame yet. FAILED: an error is recorded, somebody above is null.
 */
enum outcome { WROTE, NULLED, FAILED };

struct writer {
    struct gql_execution *execution;
    struct buf *out;
};

/* Where the writer stands: what an error needs and the happy path does not. */
struct position {
    const struct plan_field *field;
    const struct schema_type *parent_type;
    const struct gql_path *path;
};

static enum outcome write_value(struct writer *writer, const struct position *at,
                                const struct gql_batch *batch, const struct type_ref *ref,
                                const struct gql_cell *cell);

static const struct gql_path *copy_path(struct arena *arena, const struct gql_path *path)
{
    struct gql_path *copy;

    if (path == NULL) return NULL;
    copy = ARENA_NEW(arena, struct gql_path);
    *copy = *path;
    copy->parent = copy_path(arena, path->parent);
    return copy;
}

static enum outcome report(struct writer *writer, const struct position *at,
                           const struct gql_failure *failure)
{
    struct gql_execution *execution = writer->execution;
    bool elsewhere = failure->location.line > 0;
    struct gql_error *error =
        gql_errors_add(&execution->errors, failure->status,
                       execution->run->options.plan->document->source, at->field->places,
                       elsewhere ? 1 : at->field->place_count, "%.*s", STR_PRINT(failure->message));

    if (error == NULL) return FAILED;
    error->path = copy_path(execution->arena, at->path);
    error->extensions = failure->extensions;
    if (elsewhere) error->locations[0] = failure->location;
    return FAILED;
}

static enum outcome fail(struct writer *writer, const struct position *at, struct str message)
{
    return report(writer, at, &(struct gql_failure){ .status = MC_INTERNAL, .message = message });
}

static enum outcome fail_null(struct writer *writer, const struct position *at)
{
    struct str type = at->parent_type->name;
    struct str field = at->field->definition->name;

    return fail(writer, at,
                arena_printf(writer->execution->arena,
                             "Cannot return null for non-nullable field %.*s.%.*s.",
                             STR_PRINT(type), STR_PRINT(field)));
}

static struct gql_input *input_of(struct arena *arena, const struct gql_cell *cell)
{
    struct gql_input *input = input_new(arena, GQL_INPUT_NULL);

    switch (cell->kind) {
    case GQL_BOOL:
        *input = (struct gql_input){ .kind = GQL_INPUT_BOOL, .boolean = cell->boolean };
        break;
    case GQL_INT:
        *input = (struct gql_input){ .kind = GQL_INPUT_INT, .integer = cell->integer };
        break;
    case GQL_FLOAT:
        *input = (struct gql_input){ .kind = GQL_INPUT_FLOAT, .real = cell->real };
        break;
    case GQL_TEXT:
        *input = (struct gql_input){ .kind = GQL_INPUT_TEXT, .text = { cell->text, cell->size } };
        break;
    case GQL_JSON:
        if (input_from_json(arena, cell->json, &input) != MC_OK) input->kind = GQL_INPUT_NULL;
        break;
    default:
        break;
    }
    return input;
}

static enum outcome fail_enum(struct writer *writer, const struct position *at,
                              const struct schema_type *type, const struct gql_cell *cell)
{
    struct arena *arena = writer->execution->arena;
    struct str shown = input_show(arena, input_of(arena, cell));

    return fail(writer, at,
                arena_printf(arena, "Enum \"%.*s\" cannot represent value: %.*s",
                             STR_PRINT(type->name), STR_PRINT(shown)));
}

/* The sentence is the reference's, though our resolvers name the type themselves. */
static enum outcome fail_abstract(struct writer *writer, const struct position *at,
                                  const struct schema_type *type)
{
    struct str parent = at->parent_type->name, field = at->field->definition->name;

    return fail(writer, at,
                arena_printf(writer->execution->arena,
                             "Abstract type \"%.*s\" must resolve to an Object type at runtime for "
                             "field \"%.*s.%.*s\". Either the \"%.*s\" type should provide a "
                             "\"resolveType\" function or each possible type should provide an "
                             "\"isTypeOf\" function.",
                             STR_PRINT(type->name), STR_PRINT(parent), STR_PRINT(field),
                             STR_PRINT(type->name)));
}

static enum outcome fail_shape(struct writer *writer, const struct position *at,
                               const char *expected)
{
    struct str type = at->parent_type->name;
    struct str field = at->field->definition->name;

    return fail(writer, at,
                arena_printf(writer->execution->arena, "Expected %s for field %.*s.%.*s.", expected,
                             STR_PRINT(type), STR_PRINT(field)));
}

/* A few values are found faster one after the other than by a hash. */
static bool has_value(const struct schema_type *type, struct str name)
{
    enum { FEW = 8 };

    if (type->value_count > FEW) return hash_map_get(&type->value_map, name) != NULL;
    for (size_t i = 0; i < type->value_count; i++)
        if (str_eq(type->values[i].name, name)) return true;
    return false;
}

/* A name of the grammar has nothing to escape. */
static void put_name(struct buf *out, struct str name)
{
    char *room = buf_room(out, name.size + 2);

    if (room == NULL) return;
    room[0] = '"';
    memcpy(room + 1, name.data, name.size);
    room[name.size + 1] = '"';
    buf_advance(out, name.size + 2);
}

static enum outcome write_leaf(struct writer *writer, const struct position *at,
                               const struct schema_type *type, const struct gql_cell *cell)
{
    size_t before = writer->out->size;

    if (type->kind == TYPE_ENUM) {
        struct str name = { cell->text, cell->size };

        if (cell->kind != GQL_TEXT || !has_value(type, name))
            return fail_enum(writer, at, type, cell);
        put_name(writer->out, name);
        return WROTE;
    }
    if (type->scalar->write(writer->out, cell) == MC_OK) return WROTE;
    buf_truncate(writer->out, before);
    return fail_shape(writer, at, "a value of the scalar");
}

/* ,"key": - the comma only between fields. */
static void put_key_of(struct buf *out, const struct plan_field *field, bool comma)
{
    struct str key = field->key_json;
    char *room = buf_room(out, key.size + 1);

    if (room == NULL) return;
    room[0] = ',';
    memcpy(room + comma, key.data, key.size);
    buf_advance(out, key.size + comma);
}

static enum outcome write_field(struct writer *writer, const struct position *above,
                                const struct instance *instance, size_t index, size_t number)
{
    const struct plan_field *field = &instance->selection->fields[number];
    const struct gql_batch *batch = instance->batches[number];
    struct gql_path path = { above == NULL ? NULL : above->path, field->key, 0 };
    struct position at = { field, instance->selection->type, &path };

    put_key_of(writer->out, field, number > 0);
    if (field->is_typename) {
        put_name(writer->out, instance->selection->type->name);
        return WROTE;
    }
    if (batch != NULL && batch->cells[index].kind == GQL_NULL &&
        field->definition->type->kind != REF_NON_NULL) {
        buf_add(writer->out, STR("null"));
        return WROTE;
    }
    if (batch != NULL)
        return write_value(writer, &at, batch, field->definition->type, &batch->cells[index]);
    struct gql_cell cell = member_cell(field->definition->resolver, instance->parents[index]);

    return write_value(writer, &at, NULL, field->definition->type, &cell);
}

static enum outcome write_object(struct writer *writer, const struct position *above,
                                 struct instance *instance, size_t index)
{
    const void *parent = instance->parents[index];

    if (instance->columns == NULL)
        instance->columns = columns_of(instance, writer->execution->arena);
    buf_add_char(writer->out, '{');
    for (size_t i = 0; i < instance->selection->count; i++) {
        if (column_write(&instance->columns[i], writer->out, parent, index)) continue;
        if (write_field(writer, above, instance, index, i) == FAILED) return FAILED;
    }
    buf_add_char(writer->out, '}');
    return WROTE;
}

static struct instance *child_of(const struct gql_batch *batch, const struct gql_cell *cell)
{
    const struct plan_scope *scope = batch->field->scope;

    for (size_t i = 0; i < scope->count; i++)
        if (scope->selections[i].type == cell->type) return batch->children[i];
    return NULL;
}

static enum outcome write_list(struct writer *writer, const struct position *at,
                               const struct gql_batch *batch, const struct type_ref *item,
                               const struct gql_cell *cell)
{
    if (cell->kind != GQL_LIST) return fail_shape(writer, at, "a list");
    buf_add_char(writer->out, '[');
    for (uint32_t i = 0; i < cell->size; i++) {
        struct gql_path path = { at->path, STR_NONE, i };
        struct position item_at = { at->field, at->parent_type, &path };

        if (i > 0) buf_add_char(writer->out, ',');
        if (write_value(writer, &item_at, batch, item, &cell->items[i]) == FAILED) return FAILED;
    }
    buf_add_char(writer->out, ']');
    return WROTE;
}

/* The value without regard to whether null is allowed here. */
static enum outcome write_any(struct writer *writer, const struct position *at,
                              const struct gql_batch *batch, const struct type_ref *ref,
                              const struct gql_cell *cell)
{
    struct instance *child;

    if (cell->kind == GQL_NULL) return NULLED;
    if (cell->kind == GQL_ERROR) return report(writer, at, cell->failure);
    if (ref->kind == REF_LIST) return write_list(writer, at, batch, ref->of, cell);
    if (type_is_leaf(ref->named)) return write_leaf(writer, at, ref->named, cell);
    child = cell->kind == GQL_OBJECT && batch != NULL ? child_of(batch, cell) : NULL;
    if (child == NULL && cell->kind == GQL_OBJECT && type_is_abstract(ref->named))
        return fail_abstract(writer, at, ref->named);
    if (child == NULL) return fail_shape(writer, at, "an object of a possible type");
    return write_object(writer, at, child, cell->size);
}

static enum outcome write_value(struct writer *writer, const struct position *at,
                                const struct gql_batch *batch, const struct type_ref *ref,
                                const struct gql_cell *cell)
{
    size_t before = writer->out->size;
    bool required = ref->kind == REF_NON_NULL;
    enum outcome outcome = write_any(writer, at, batch, required ? ref->of : ref, cell);

    if (outcome == WROTE) return WROTE;
    if (required) return outcome == NULLED ? fail_null(writer, at) : FAILED;
    if (!writer->out->over) buf_truncate(writer->out, before);
    buf_add(writer->out, STR("null"));
    return WROTE;
}

void reply_write(struct gql_execution *execution)
{
    struct gql_run *run = execution->run;
    struct writer writer = { execution, run->options.reply };
    size_t before;

    buf_add(writer.out, STR("{\"data\":"));
    before = writer.out->size;
    if (write_object(&writer, NULL, execution->root, 0) == FAILED) {
        run->data_is_null = true;
        if (!writer.out->over) buf_truncate(writer.out, before);
        buf_add(writer.out, STR("null"));
    }
    if (execution->errors.count > 0) {
        buf_add_char(writer.out, ',');
        errors_member(writer.out, &execution->errors);
    }
    buf_add_char(writer.out, '}');
}
