#include "graphql/language/parser.h"
#include "graphql/type/schema_steps.h"

/* Each text must parse alone: joined, an open string of one would swallow the next. */
static enum status parse_alone(struct schema_sources *sources, size_t i)
{
    struct ast_document *document;
    struct gql_error *error;
    struct arena scratch;
    struct gql_errors errors;
    enum status status;

    arena_init(&scratch, SIZE_MAX);
    gql_errors_init(&errors, &scratch, 1);
    status =
        parse_document(&scratch, sources->items[i].text, &parser_limits_wide, &errors, &document);
    if (status != MC_OK && errors.head != NULL) {
        error = gql_errors_add(sources->errors, status, STR_NONE, NULL, 0, "%s%s%.*s",
                               sources->count > 1 ? sources->items[i].name : "",
                               sources->count > 1 ? ": " : "", STR_PRINT(errors.head->message));
        if (error != NULL && errors.head->location_count > 0) {
            error->locations = ARENA_NEW(sources->errors->arena, struct gql_location);
            error->locations[0] = errors.head->locations[0];
            error->location_count = 1;
        }
    }
    arena_done(&scratch);
    return status;
}

static enum status parse_joined(struct schema_sources *sources)
{
    struct buf text;
    struct str joined;

    buf_init(&text, INT32_MAX);
    for (size_t i = 0; i < sources->count; i++) {
        sources->starts[i] = (uint32_t)text.size;
        buf_add(&text, sources->items[i].text);
        buf_add_char(&text, '\n');
    }
    if (buf_status(&text) != MC_OK) {
        buf_done(&text);
        return MC_LIMIT;
    }
    joined = arena_str(sources->arena, buf_str(&text));
    buf_done(&text);
    return parse_document(sources->arena, joined, &parser_limits_wide, sources->errors,
                          &sources->document);
}

enum status schema_sources_read(struct schema_sources *sources, struct arena *arena,
                                const struct gql_source *items, size_t count,
                                struct gql_errors *errors)
{
    *sources =
        (struct schema_sources){ .arena = arena, .items = items, .count = count, .errors = errors };
    sources->starts = ARENA_ARRAY(arena, count, uint32_t);
    for (size_t i = 0; i < count; i++) {
        enum status status = parse_alone(sources, i);

        if (status != MC_OK) return status;
    }
    return parse_joined(sources);
}

static size_t source_at(const struct schema_sources *sources, uint32_t offset)
{
    size_t i = sources->count - 1;

    while (i > 0 && sources->starts[i] > offset)
        i--;
    return i;
}

void schema_sources_error(const struct schema_sources *sources, const uint32_t *offsets,
                          size_t offset_count, const char *format, ...)
{
    struct arena *arena = sources->errors->arena;
    const char *name = "";
    struct gql_location *locations = ARENA_ARRAY(arena, offset_count, struct gql_location);
    struct gql_error *error;
    struct str message;
    va_list arguments;
    size_t count = 0;

    for (size_t i = 0; i < offset_count; i++) {
        if (offsets[i] == SCHEMA_NOWHERE) continue;
        size_t source = source_at(sources, offsets[i]);

        if (count == 0) name = sources->items[source].name;
        locations[count++] =
            gql_location_of(sources->items[source].text, offsets[i] - sources->starts[source]);
    }
    va_start(arguments, format);
    message = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    if (sources->count < 2 || count == 0 || name == NULL) name = "";
    error = gql_errors_add(sources->errors, MC_INVALID, STR_NONE, NULL, 0, "%s%s%.*s", name,
                           name[0] == '\0' ? "" : ": ", STR_PRINT(message));
    if (error == NULL) return;
    error->locations = locations;
    error->location_count = count;
}

void schema_sources_adopt(const struct schema_sources *sources, const struct gql_errors *found)
{
    for (const struct gql_error *error = found->head; error != NULL; error = error->next) {
        struct gql_location location = { 0, 0 };
        struct gql_error *own;
        size_t i = 0;

        if (error->location_count > 0) location = error->locations[0];
        for (size_t j = 1; j < sources->count && location.line > 0; j++) {
            struct gql_location start =
                gql_location_of(sources->document->source, sources->starts[j]);

            if (start.line > error->locations[0].line) break;
            location.line = error->locations[0].line - start.line + 1;
            i = j;
        }
        own = gql_errors_add(sources->errors, MC_INVALID, STR_NONE, NULL, 0, "%s%s%.*s",
                             sources->count > 1 ? sources->items[i].name : "",
                             sources->count > 1 ? ": " : "", STR_PRINT(error->message));
        if (own == NULL || location.line == 0) continue;
        own->locations = ARENA_NEW(sources->errors->arena, struct gql_location);
        own->locations[0] = location;
        own->location_count = 1;
    }
}
