/*
 * The phases: gather, measure (cycles cost nothing there), then one walk with all rules.
 */
#include "graphql/validation/validate.h"

#include "graphql/language/lexer.h"
#include "graphql/validation/rules.h"

#include <stdalign.h>
#include <stddef.h>

enum {
    ERRORS_MAX_PRESET = 100,
    VISITS_MAX_PRESET = 1000,
    COMPARISONS_MAX_PRESET = 10000,
    META_DEPTH_PRESET = 20,
    META_LISTS_PRESET = 1,
};

static size_t error_count(const struct validation *in)
{
    return in->errors->count + in->errors->dropped - in->errors_before;
}

static void add_places(struct validation *in, struct gql_error *error, const uint32_t *offsets,
                       size_t count)
{
    if (error == NULL) return;
    if (count > VALIDATE_PLACES_MAX) count = VALIDATE_PLACES_MAX;
    error->locations = ARENA_ARRAY(in->errors->arena, count, struct gql_location);
    error->location_count = count;
    for (size_t i = 0; i < count; i++)
        error->locations[i] = places_find(&in->places, offsets[i]);
}

/* Cuts between characters. */
static void shorten(struct buf *message)
{
    static const struct str dots = STR_INIT("...");
    size_t size = VALIDATE_MESSAGE_BYTES_MAX - dots.size;

    if (message->size <= VALIDATE_MESSAGE_BYTES_MAX) return;
    while (((unsigned char)message->data[size] & 0xc0) == 0x80)
        size--;
    buf_truncate(message, size);
    buf_add(message, dots);
}

static bool is_full(struct validation *in)
{
    if (error_count(in) < in->options.errors_max) return false;
    in->full = true;
    gql_errors_add(in->errors, MC_INVALID, STR_NONE, NULL, 0,
                   "Too many validation errors, error limit reached. Validation aborted.");
    return true;
}

void refuse(struct validation *in, const uint32_t *offsets, size_t count, const char *format, ...)
{
    va_list arguments;
    struct buf message;

    if (validation_stopped(in) || is_full(in)) return;
    buf_init(&message, SIZE_MAX);
    va_start(arguments, format);
    buf_add(&message, arena_vprintf(in->arena, format, arguments));
    va_end(arguments);
    shorten(&message);
    in->status = MC_INVALID;
    add_places(in,
               gql_errors_add(in->errors, MC_INVALID, STR_NONE, NULL, 0, "%.*s",
                              STR_PRINT(buf_str(&message))),
               offsets, count);
    buf_done(&message);
}

void refuse_with(struct validation *in, const struct gql_errors *found)
{
    struct gql_errors *errors = in->errors;
    struct gql_error *error, *next;

    for (error = found->head; error != NULL && !validation_stopped(in); error = next) {
        next = error->next;
        if (is_full(in)) return;
        in->status = MC_INVALID;
        if (errors->count == errors->max) {
            errors->dropped++;
            continue;
        }
        error->next = NULL;
        *errors->tail = error;
        errors->tail = &error->next;
        errors->count++;
    }
}

void refuse_size(struct validation *in, uint32_t offset, const char *complaint, uint32_t max)
{
    if (validation_stopped(in)) return;
    *in->tail_before = NULL;
    in->errors->tail = in->tail_before;
    in->errors->count = in->count_before;
    in->errors->dropped = in->errors_before - in->count_before;
    in->status = MC_LIMIT;
    gql_errors_add(in->errors, MC_LIMIT, in->document->source, &offset, 1, "%s (limit: %u).",
                   complaint, max);
}

uint32_t selections_offset(struct validation *in, uint32_t node,
                           const struct ast_selection *selections)
{
    struct gql_errors unheard;
    struct token token;
    struct lexer lexer;
    uint32_t brace = node;

    gql_errors_init(&unheard, in->arena, 0);
    lexer_init(&lexer, in->arena, in->document->source, UINT32_MAX, &unheard);
    lexer.position = node;
    while (lexer_next(&lexer, &token) == MC_OK && token.offset < selections->offset &&
           token.kind != TOKEN_EOF)
        if (token.kind == TOKEN_BRACE_L) brace = token.offset;
    return brace;
}

const struct ast_directive *directive_named(const struct ast_directive *directives,
                                            const char *name)
{
    while (directives != NULL && !str_is(directives->name.text, name))
        directives = directives->next;
    return directives;
}

const struct ast_definition *directive_defined(const struct validation *in, struct str name)
{
    const struct ast_definition *definition = in->document->definitions;

    while (definition != NULL &&
           (definition->kind != AST_DIRECTIVE_DEFINITION || !str_eq(definition->name.text, name)))
        definition = definition->next;
    return definition;
}

const struct ast_variable *variable_named(const struct ast_variable *variables, struct str name)
{
    const struct ast_variable *variable, *found = NULL;

    AST_EACH(variable, variables)
    {
        if (str_eq(variable->name.text, name)) found = variable;
    }
    return found;
}

const struct ast_argument *argument_named(const struct ast_argument *arguments, struct str name)
{
    while (arguments != NULL && !str_eq(arguments->name.text, name))
        arguments = arguments->next;
    return arguments;
}

struct str field_text(struct validation *in)
{
    bool meta = str_starts(in->field->name, STR("__"));

    return arena_printf(in->arena, "%.*s.%.*s",
                        STR_PRINT(meta ? STR("<meta>") : in->parent_type->name),
                        STR_PRINT(in->field->name));
}

static bool has_repeated(const struct named_place *places, size_t count)
{
    if (count > 16) return true;
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(places[i].name, places[j].name)) return true;
    return false;
}

/* All places of the name of the first. */
static void refuse_places(struct validation *in, const struct named_place *places, size_t count,
                          const char *what)
{
    uint32_t *offsets = ARENA_ARRAY(in->arena, count, uint32_t);
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        if (str_eq(places[i].name, places[0].name)) offsets[found++] = places[i].offset;
    refuse(in, offsets, found, "There can be only one %s%.*s\".", what, STR_PRINT(places[0].name));
}

void refuse_repeated(struct validation *in, const struct named_place *places, size_t count,
                     const char *what)
{
    size_t *uses;
    struct hash_map first;

    if (!has_repeated(places, count)) return;
    uses = ARENA_ARRAY(in->arena, count, size_t);
    hash_map_init(&first, in->arena);
    for (size_t i = 0; i < count; i++) {
        size_t *seen = hash_map_get(&first, places[i].name);

        if (seen == NULL)
            (void)hash_map_put(&first, places[i].name, &uses[i]);
        else
            (*seen)++;
    }
    for (size_t i = 0; i < count && !validation_stopped(in); i++)
        if (uses[i] > 0) refuse_places(in, &places[i], count - i, what);
}

struct str hint(struct validation *in, const struct suggestions *near)
{
    if (!in->options.suggestions) return STR("");
    return suggestions_text(near, in->arena, "");
}

static void fill_presets(struct validate_options *options)
{
    if (options->errors_max == 0) options->errors_max = ERRORS_MAX_PRESET;
    if (options->fragment_visits_max == 0) options->fragment_visits_max = VISITS_MAX_PRESET;
    if (options->merge_comparisons_max == 0)
        options->merge_comparisons_max = COMPARISONS_MAX_PRESET;
    if (options->meta_depth_max == 0) options->meta_depth_max = META_DEPTH_PRESET;
    if (options->meta_lists_max == 0) options->meta_lists_max = META_LISTS_PRESET;
}

static const struct audience *listen(struct validation *in, const struct rule *const *rules,
                                     size_t count)
{
    struct audience *audience = ARENA_NEW(in->arena, struct audience);

    audience_fill(audience, rules, count);
    return audience;
}

/* Fails: MC_NOT_FOUND. */
static enum status choose_rules(struct validation *in)
{
    const char *name = in->options.only_rule;
    size_t i = 0;

    in->rules = rules_known;
    in->rule_count = in->options.any_introspection ? rules_specified_count : rules_all_count;
    in->audience = audience_of_all(in->options.any_introspection);
    if (name == NULL) return MC_OK;
    while (i < rules_known_count && strcmp(rules_known[i]->name, name) != 0)
        i++;
    if (i == rules_known_count) return MC_NOT_FOUND;
    in->rules = &rules_known[i];
    in->rule_count = 1;
    in->audience = listen(in, in->rules, in->rule_count);
    return MC_OK;
}

static size_t room_of(const struct rule *rule)
{
    size_t step = alignof(max_align_t);

    return (rule->state_size + step - 1) / step * step;
}

static void begin_rules(struct validation *in)
{
    size_t bytes = 0;
    char *room;

    for (size_t i = 0; i < in->rule_count; i++)
        bytes += room_of(in->rules[i]);
    in->states = ARENA_ARRAY(in->arena, in->rule_count, void *);
    room = arena_alloc(in->arena, bytes);
    for (size_t i = 0; i < in->rule_count; i++) {
        in->states[i] = room;
        room += room_of(in->rules[i]);
    }
}

enum status validate_document(const struct gql_schema *schema, const struct ast_document *document,
                              const struct validate_options *options, struct arena *arena,
                              struct gql_errors *errors)
{
    struct validation in = {
        .schema = schema,
        .document = document,
        .options = *options,
        .arena = arena,
        .errors = errors,
        .errors_before = errors->count + errors->dropped,
        .count_before = errors->count,
        .tail_before = errors->tail,
        .places = { .arena = arena, .source = document->source },
        .status = MC_OK,
    };

    fill_presets(&in.options);
    validation_gather(&in);
    if (!validation_stopped(&in)) validation_measure(&in);
    if (choose_rules(&in) != MC_OK) return MC_NOT_FOUND;
    begin_rules(&in);
    if (!validation_stopped(&in)) validation_walk(&in);
    if (in.status == MC_OK || in.status == MC_INVALID) {
        if (arena_status(arena) != MC_OK)
            refuse_size(&in, 0, "The document needs too many bytes of memory",
                        (uint32_t)(arena->bytes_max < UINT32_MAX ? arena->bytes_max : UINT32_MAX));
    }
    return in.status;
}
