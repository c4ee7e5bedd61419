#include "graphql/execution/column.h"

#include "base/decimal.h"
#include "base/json_out.h"

#include <math.h>

static enum schema_leaf leaf_of(const struct plan_field *field)
{
    const struct type_ref *type = type_ref_nullable(field->definition->type);

    if (field->scope != NULL || field->is_typename || type->kind != REF_NAMED) return LEAF_OTHER;
    return field->key_json.size < COLUMN_KEY_BYTES_MAX ? type->named->leaf : LEAF_OTHER;
}

static void column_init(struct column *column, const struct instance *instance, size_t number)
{
    const struct plan_field *field = &instance->selection->fields[number];
    const struct gql_batch *batch = instance->batches[number];

    column->leaf = leaf_of(field);
    if (column->leaf == LEAF_OTHER) return;
    if (number > 0) column->key[column->key_size++] = ',';
    memcpy(column->key + column->key_size, field->key_json.data, field->key_json.size);
    column->key_size += field->key_json.size;
    column->in_row = batch == NULL;
    if (batch != NULL) {
        column->cells = batch->cells;
        return;
    }
    column->member = field->definition->resolver->member;
    column->offset = field->definition->resolver->offset;
}

const struct column *columns_of(const struct instance *instance, struct arena *arena)
{
    struct column *columns = ARENA_ARRAY(arena, instance->selection->count, struct column);

    for (size_t i = 0; i < instance->selection->count; i++)
        column_init(&columns[i], instance, i);
    return columns;
}

/* Room that the limit allows, without a mark when it does not: the long way knows to the byte. */
static char *room_for(struct buf *out, size_t size)
{
    if (out->over || out->bytes_max - out->size < size) return NULL;
    return size <= out->capacity - out->size ? out->data + out->size : buf_room(out, size);
}

/* Behind the key; NULL: no room. All of key is copied, because that is one instruction or two. */
static char *put_key(const struct column *column, struct buf *out, size_t value_bytes_max)
{
    char *at = room_for(out, COLUMN_KEY_BYTES_MAX + value_bytes_max);

    if (at == NULL) return NULL;
    memcpy(at, column->key, COLUMN_KEY_BYTES_MAX);
    return at + column->key_size;
}

static bool end_at(struct buf *out, const char *end)
{
    buf_advance(out, (size_t)(end - (out->data + out->size)));
    return true;
}

static bool write_text(const struct column *column, struct buf *out, struct str text)
{
    char *at = column->leaf == LEAF_TEXT ? put_key(column, out, text.size + 2) : NULL;

    if (at == NULL) return false;
    *at++ = '"';
    at = json_put_plain(at, text);
    if (at == NULL) return false;
    *at++ = '"';
    return end_at(out, at);
}

static bool write_whole(const struct column *column, struct buf *out, int64_t value)
{
    bool fits = column->leaf == LEAF_INT && value >= INT32_MIN && value <= INT32_MAX;
    char *at = fits ? put_key(column, out, DECIMAL_TEXT_BYTES_MAX) : NULL;

    if (at == NULL) return false;
    if (value < 0) *at++ = '-';
    at += decimal_digits((uint64_t)(value < 0 ? -value : value), at);
    return end_at(out, at);
}

static bool write_real(const struct column *column, struct buf *out, double value)
{
    bool fits = column->leaf == LEAF_FLOAT && isfinite(value);
    char *at = fits ? put_key(column, out, DECIMAL_TEXT_BYTES_MAX) : NULL;

    return at != NULL && end_at(out, at + decimal_print(value, at));
}

static bool write_boolean(const struct column *column, struct buf *out, bool value)
{
    char *at = column->leaf == LEAF_BOOLEAN ? put_key(column, out, sizeof("false")) : NULL;

    if (at == NULL) return false;
    memcpy(at, value ? "true" : "false", 5);
    return end_at(out, at + (value ? 4 : 5));
}

static bool write_cell(const struct column *column, struct buf *out, const struct gql_cell *cell)
{
    switch (cell->kind) {
    case GQL_TEXT:
        return write_text(column, out, (struct str){ cell->text, cell->size });
    case GQL_INT:
        return write_whole(column, out, cell->integer);
    case GQL_FLOAT:
        return write_real(column, out, cell->real);
    case GQL_BOOL:
        return write_boolean(column, out, cell->boolean);
    default:
        return false;
    }
}

bool column_write(const struct column *column, struct buf *out, const void *parent, size_t index)
{
    const void *member;
    struct str text;

    if (column->leaf == LEAF_OTHER) return false;
    if (!column->in_row) return write_cell(column, out, &column->cells[index]);
    member = (const char *)parent + column->offset;
    switch (column->member) {
    case GQL_MEMBER_TEXT:
        text = *(const struct str *)member;
        return text.data != NULL && write_text(column, out, text);
    case GQL_MEMBER_I64:
        return write_whole(column, out, *(const int64_t *)member);
    case GQL_MEMBER_I32:
        return *(const int32_t *)member != GQL_I32_NONE &&
               write_whole(column, out, *(const int32_t *)member);
    case GQL_MEMBER_BOOL:
        return write_boolean(column, out, *(const bool *)member);
    case GQL_MEMBER_F64:
        return write_real(column, out, *(const double *)member);
    case GQL_MEMBER_OBJECT:
        break;
    }
    return false;
}
