#include "graphql/error.h"

#include "base/utf8.h"

void gql_errors_init(struct gql_errors *errors, struct arena *arena, size_t max)
{
    *errors = (struct gql_errors){ .arena = arena, .max = max };
    errors->tail = &errors->head;
}

struct gql_location gql_location_of(struct str source, uint32_t offset)
{
    struct gql_location location = { 1, 1 };
    size_t at = 0;

    while (at < offset && at < source.size) {
        char c = source.data[at];

        if (c == '\n' || (c == '\r' && !(at + 1 < source.size && source.data[at + 1] == '\n'))) {
            location = (struct gql_location){ location.line + 1, 1 };
            at++;
        } else if (c == '\r') {
            at++;
        } else {
            location.column += utf8_next(source, &at) > 0xffff ? 2 : 1;
        }
    }
    return location;
}

/* NOLINTNEXTLINE(readability-function-size) */
struct gql_error *gql_errors_add(struct gql_errors *errors, enum status status, struct str source,
                                 const uint32_t *offsets, size_t offset_count, const char *format,
                                 ...)
{
    struct gql_error *error;
    va_list arguments;

    if (errors->count >= errors->max) {
        errors->dropped++;
        return NULL;
    }
    error = ARENA_NEW(errors->arena, struct gql_error);
    error->status = status;
    va_start(arguments, format);
    error->message = arena_vprintf(errors->arena, format, arguments);
    va_end(arguments);
    if (source.data != NULL) {
        error->locations = ARENA_ARRAY(errors->arena, offset_count, struct gql_location);
        error->location_count = offset_count;
        for (size_t i = 0; i < offset_count; i++)
            error->locations[i] = gql_location_of(source, offsets[i]);
    }
    *errors->tail = error;
    errors->tail = &error->next;
    errors->count++;
    return error;
}
