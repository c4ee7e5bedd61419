/* What client tools do with source files: one set of definitions, one document for each operation.
 */
#include "graphql/execution/plan.h"
#include "graphql/language/parser.h"
#include "graphql/language/printer.h"
#include "graphql/validation/validate.h"

enum { ERRORS_MAX = 100, TEXT_BYTES_MAX = 16 * 1024 * 1024, UNLIMITED = 1 << 20 };

struct checking {
    const struct gql_schema *schema;
    struct gql_client_check *check;
    struct gql_errors *errors;
    uint32_t *starts; /* of each source in the joined text */
    struct hash_map fragments;
    struct hash_map taken; /* by the operation at hand */
    struct ast_definition **tail;
};

static size_t source_at(const struct checking *checking, uint32_t line)
{
    size_t i = checking->check->source_count - 1;

    while (i > 0 && checking->starts[i] > line)
        i--;
    return i;
}

/* line counts in the joined text, from 1. */
static void report(const struct checking *checking, const struct gql_error *error)
{
    struct gql_location at = { 1, 1 };
    size_t source;

    if (error->location_count > 0) at = error->locations[0];
    source = source_at(checking, at.line);
    gql_errors_add(checking->errors, error->status, STR_NONE, NULL, 0, "%s:%u:%u: %.*s",
                   checking->check->sources[source].name, at.line - checking->starts[source] + 1,
                   at.column, STR_PRINT(error->message));
}

static enum status adopt(const struct checking *checking, const struct gql_errors *found,
                         enum status status)
{
    for (const struct gql_error *error = found->head; error != NULL; error = error->next)
        report(checking, error);
    return status;
}

/* Each file must parse alone, so that an open brace is blamed where it stands. */
static enum status parse_alone(const struct checking *checking, size_t i)
{
    const struct gql_source *source = &checking->check->sources[i];
    struct ast_document *document;
    struct gql_errors errors;
    enum status status;

    gql_errors_init(&errors, checking->check->arena, 1);
    status = parse_document(checking->check->arena, source->text, &parser_limits_wide, &errors,
                            &document);
    if (status != MC_OK && errors.head != NULL) {
        struct gql_location at = errors.head->location_count > 0 ? errors.head->locations[0]
                                                                 : (struct gql_location){ 1, 1 };

        gql_errors_add(checking->errors, status, STR_NONE, NULL, 0, "%s:%u:%u: %.*s", source->name,
                       at.line, at.column, STR_PRINT(errors.head->message));
    }
    return status;
}

static struct str join(struct checking *checking)
{
    struct buf text;
    struct str joined;
    uint32_t line = 1;

    buf_init(&text, TEXT_BYTES_MAX);
    for (size_t i = 0; i < checking->check->source_count; i++) {
        struct str source = checking->check->sources[i].text;

        checking->starts[i] = line;
        buf_add(&text, source);
        buf_add_char(&text, '\n');
        line = gql_location_of(buf_str(&text), (uint32_t)text.size).line;
    }
    joined =
        buf_status(&text) == MC_OK ? arena_str(checking->check->arena, buf_str(&text)) : STR_NONE;
    buf_done(&text);
    return joined;
}

static enum status check_set(struct checking *checking, struct ast_document **ret_document)
{
    static const struct validate_options options = {
        .suggestions = true,
        .any_introspection = true,
        .fragment_visits_max = UNLIMITED,
        .merge_comparisons_max = UNLIMITED,
    };
    struct str joined = join(checking);
    struct gql_errors errors;
    enum status status;

    gql_errors_init(&errors, checking->check->arena, ERRORS_MAX);
    if (joined.data == NULL) return MC_LIMIT;
    status =
        parse_document(checking->check->arena, joined, &parser_limits_wide, &errors, ret_document);
    if (status == MC_OK)
        status = validate_document(checking->schema, *ret_document, &options,
                                   checking->check->arena, &errors);
    return adopt(checking, &errors, status);
}

/* As deep as the set, which is valid: no fragment reaches itself. */
static void take_fragments(struct checking *checking, const struct ast_selection *selections)
{
    const struct ast_selection *selection;

    AST_EACH(selection, selections)
    {
        take_fragments(checking, selection->selections);
        if (selection->kind != AST_FRAGMENT_SPREAD) continue;
        const struct ast_definition *fragment =
            hash_map_get(&checking->fragments, selection->name.text);

        if (fragment == NULL || hash_map_put(&checking->taken, fragment->name.text,
                                             (void *)(uintptr_t)fragment) != NULL)
            continue;
        struct ast_definition *copy = ARENA_NEW(checking->check->arena, struct ast_definition);

        *copy = *fragment;
        copy->next = NULL;
        *checking->tail = copy;
        checking->tail = &copy->next;
        take_fragments(checking, fragment->selections);
    }
}

static struct str text_of(struct checking *checking, const struct ast_definition *operation)
{
    struct arena *arena = checking->check->arena;
    struct ast_definition *first = ARENA_NEW(arena, struct ast_definition);
    struct ast_document document = { .definitions = first };
    struct buf text;
    struct str copy;

    *first = *operation;
    first->next = NULL;
    checking->tail = &first->next;
    hash_map_init(&checking->taken, arena);
    take_fragments(checking, operation->selections);
    buf_init(&text, TEXT_BYTES_MAX);
    print_document(&text, &document);
    copy = arena_str(arena, buf_str(&text));
    buf_done(&text);
    return copy;
}

/* The limits that a server holds an operation to. */
static enum status check_limits(struct checking *checking, const struct ast_document *set,
                                const struct ast_definition *operation, struct str text)
{
    const struct gql_document document = { .text = text };
    struct gql_errors errors;
    struct gql_plan *plan;
    enum status status;

    gql_errors_init(&errors, checking->check->arena, 1);
    status = gql_plan_new(checking->schema, &document, checking->check->limits, &errors, &plan);
    if (status == MC_OK) {
        gql_plan_unref(plan);
        return MC_OK;
    }
    if (errors.head != NULL) {
        struct gql_location at = gql_location_of(set->source, operation->offset);

        errors.head->locations = &at;
        errors.head->location_count = 1;
        report(checking, errors.head);
    }
    return status;
}

static enum status take_operations(struct checking *checking, const struct ast_document *set)
{
    struct gql_client_check *check = checking->check;
    const struct ast_definition *definition;
    enum status status = MC_OK;
    size_t count = 0;

    hash_map_init(&checking->fragments, check->arena);
    AST_EACH(definition, set->definitions)
    {
        count++;
        if (definition->kind == AST_FRAGMENT)
            hash_map_put(&checking->fragments, definition->name.text,
                         (void *)(uintptr_t)definition);
    }
    check->documents = ARENA_ARRAY(check->arena, count, struct gql_client_document);
    check->document_count = 0;
    AST_EACH(definition, set->definitions)
    {
        struct gql_client_document *document = &check->documents[check->document_count];
        enum status one;

        if (definition->kind != AST_OPERATION) continue;
        document->name = definition->name.text;
        document->kind = (enum gql_operation_kind)definition->operation;
        document->text = text_of(checking, definition);
        check->document_count++;
        one = check_limits(checking, set, definition, document->text);
        if (one != MC_OK) status = one;
    }
    return status;
}

enum status gql_client_check(const struct gql_schema *schema, struct gql_client_check *check,
                             struct gql_errors *errors)
{
    struct checking checking = { .schema = schema, .check = check, .errors = errors };
    struct ast_document *set;
    enum status status = MC_OK;

    if (check->source_count == 0) return MC_OK;
    checking.starts = ARENA_ARRAY(check->arena, check->source_count, uint32_t);
    for (size_t i = 0; i < check->source_count; i++) {
        enum status one = parse_alone(&checking, i);

        if (one != MC_OK) status = one;
    }
    if (status == MC_OK) status = check_set(&checking, &set);
    if (status == MC_OK) status = take_operations(&checking, set);
    return status == MC_OK ? arena_status(check->arena) : status;
}
