/* Document in, plan out: parse, validate, find the operation, learn its conditions. */
#include "graphql/execution/plan.h"

#include "base/memory.h"
#include "graphql/execution/compile.h"
#include "graphql/language/parser.h"
#include "graphql/validation/validate.h"

enum { PLAN_BYTES_MAX = 16 * 1024 * 1024, PARSE_DEPTH_MAX = 200 };

const struct gql_limits gql_limits_preset = {
    .document_bytes_max = 32 * 1024,
    .tokens_max = 2000,
    .depth_max = 12,
    .aliases_max = 50,
    .root_fields_max = 10,
    .directives_max = 4,
    .plan_fields_max = 5000,
    .errors_max = 100,
    .fragment_visits_max = 1000,
    .merge_comparisons_max = 10000,
    .introspection_depth_max = 20,
    .introspection_lists_max = 1,
    .introspection = true,
};

static const struct ast_definition *find_operation(const struct ast_document *document,
                                                   struct str name, struct gql_errors *errors)
{
    const struct ast_definition *found = NULL, *definition;

    AST_EACH(definition, document->definitions)
    {
        if (definition->kind != AST_OPERATION) continue;
        if (name.data != NULL && (name.size == 0 || !str_eq(definition->name.text, name))) continue;
        if (found != NULL && name.data == NULL) {
            gql_errors_add(errors, MC_BAD_INPUT, STR_NONE, NULL, 0,
                           "Must provide operation name if query contains multiple operations.");
            return NULL;
        }
        if (found == NULL) found = definition;
    }
    if (found == NULL && name.data != NULL)
        gql_errors_add(errors, MC_BAD_INPUT, STR_NONE, NULL, 0, "Unknown operation named \"%.*s\".",
                       STR_PRINT(name));
    else if (found == NULL)
        gql_errors_add(errors, MC_BAD_INPUT, STR_NONE, NULL, 0, "Must provide an operation.");
    return found;
}

static const struct schema_type *root_type_of(const struct gql_schema *schema,
                                              enum ast_operation_kind kind)
{
    if (kind == AST_MUTATION) return schema->mutation;
    if (kind == AST_SUBSCRIPTION) return schema->subscription;
    return schema->query;
}

static enum status parse_and_validate(struct gql_plan *plan, struct str source,
                                      struct gql_errors *errors)
{
    struct parser_limits limits = {
        .source_bytes_max = plan->limits.document_bytes_max,
        .tokens_max = plan->limits.tokens_max,
        .depth_max = PARSE_DEPTH_MAX,
        .directives_per_location_max = plan->limits.directives_max,
    };
    struct validate_options options = {
        .errors_max = plan->limits.errors_max,
        .suggestions = plan->limits.introspection,
        .aliases_max = plan->limits.aliases_max,
        .root_fields_max = plan->limits.root_fields_max,
        .depth_max = plan->limits.depth_max,
        .fragment_visits_max = plan->limits.fragment_visits_max,
        .merge_comparisons_max = plan->limits.merge_comparisons_max,
        .meta_depth_max = plan->limits.introspection_depth_max,
        .meta_lists_max = plan->limits.introspection_lists_max,
    };
    struct ast_document *document;
    struct arena scratch;
    enum status status;

    status = parse_document(&plan->arena, source, &limits, errors, &document);
    if (status != MC_OK) return status;
    plan->document = document;
    if (plan->is_taken_as_valid) return MC_OK;
    arena_init(&scratch, PLAN_BYTES_MAX);
    status = validate_document(plan->schema, document, &options, &scratch, errors);
    arena_done(&scratch);
    return status;
}

static enum status choose_operation(struct gql_plan *plan, struct str name,
                                    struct gql_errors *errors)
{
    plan->operation = find_operation(plan->document, name, errors);
    if (plan->operation == NULL) return MC_BAD_INPUT;
    plan->root_type = root_type_of(plan->schema, plan->operation->operation);
    if (plan->root_type != NULL) return MC_OK;
    gql_errors_add(errors, MC_INVALID, plan->document->source, &plan->operation->offset, 1,
                   "Schema is not configured to execute %s operation.",
                   plan->operation->operation == AST_MUTATION ? "mutation" : "this");
    return MC_INVALID;
}

static enum status build(struct gql_plan *plan, const struct gql_document *document,
                         struct gql_errors *errors)
{
    const struct plan_variant *variant;
    enum status status;

    status = parse_and_validate(plan, arena_str(&plan->arena, document->text), errors);
    if (status != MC_OK) return status;
    status = choose_operation(plan, document->operation_name, errors);
    if (status != MC_OK) return status;
    status = compile_conditions(plan, errors);
    if (status != MC_OK || plan->condition_count > 0) return status;
    return plan_variant_for(plan, NULL, &plan->arena, errors, &variant);
}

static struct gql_plan *plan_alloc(const struct gql_schema *schema, const struct gql_limits *limits)
{
    struct gql_plan *plan = MEM_NEW(struct gql_plan);

    plan->references = 1;
    plan->schema = schema;
    plan->limits = *limits;
    arena_init(&plan->arena, PLAN_BYTES_MAX);
    return plan;
}

static enum status finish(struct gql_plan *plan, enum status status, struct gql_plan **ret_plan)
{
    if (status != MC_OK) {
        gql_plan_unref(plan);
        return status;
    }
    *ret_plan = plan;
    return MC_OK;
}

enum status gql_plan_new(const struct gql_schema *schema, const struct gql_document *document,
                         const struct gql_limits *limits, struct gql_errors *errors,
                         struct gql_plan **ret_plan)
{
    struct gql_plan *plan = plan_alloc(schema, limits);

    return finish(plan, build(plan, document, errors), ret_plan);
}

enum status plan_new_unchecked(const struct gql_schema *schema, const struct gql_document *document,
                               const struct gql_limits *limits, struct gql_errors *errors,
                               struct gql_plan **ret_plan)
{
    struct gql_plan *plan = plan_alloc(schema, limits);

    plan->is_taken_as_valid = true;
    return finish(plan, build(plan, document, errors), ret_plan);
}

struct gql_plan *gql_plan_ref(struct gql_plan *plan)
{
    plan->references++;
    return plan;
}

void gql_plan_unref(struct gql_plan *plan)
{
    if (plan == NULL || --plan->references > 0) return;
    arena_done(&plan->arena);
    mem_free(plan);
}

enum gql_operation_kind gql_plan_kind(const struct gql_plan *plan)
{
    static const enum gql_operation_kind kinds[] = {
        [AST_QUERY] = GQL_QUERY,
        [AST_MUTATION] = GQL_MUTATION,
        [AST_SUBSCRIPTION] = GQL_SUBSCRIPTION,
    };

    return kinds[plan->operation->operation];
}

size_t gql_plan_bytes(const struct gql_plan *plan)
{
    return sizeof(*plan) + plan->arena.used_bytes;
}

struct str gql_plan_operation_name(const struct gql_plan *plan)
{
    struct str name = plan->operation->name.text;

    return name.data == NULL ? STR("") : name;
}

struct coercion plan_coercion(const struct gql_plan *plan, struct arena *arena,
                              struct gql_errors *errors)
{
    return (struct coercion){
        .arena = arena,
        .errors = errors,
        .status = MC_BAD_INPUT,
        .source = plan->document->source,
        .hide_suggestions = !plan->limits.introspection,
    };
}

static uint64_t condition_bits(const struct gql_plan *plan,
                               const struct coerce_variables *variables)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < plan->condition_count; i++) {
        const struct gql_input *value = coerce_variable_value(variables, plan->conditions[i]);

        if (value != NULL && value->kind == GQL_INPUT_BOOL && value->boolean) bits |= 1ull << i;
    }
    return bits;
}

static void keep_deprecated(struct gql_plan *plan, const struct gql_use *uses)
{
    for (const struct gql_use *use = uses; use != NULL; use = use->next) {
        const struct gql_use *known = plan->deprecated;
        struct gql_use *kept;

        while (known != NULL && !str_eq(known->coordinate, use->coordinate))
            known = known->next;
        if (known != NULL) continue;
        kept = ARENA_NEW(&plan->arena, struct gql_use);
        *kept = (struct gql_use){ use->coordinate, plan->deprecated };
        plan->deprecated = kept;
    }
}

const struct gql_use *gql_plan_deprecated(const struct gql_plan *plan)
{
    return plan->deprecated;
}

enum status plan_variant_for(struct gql_plan *plan, const struct coerce_variables *variables,
                             struct arena *arena, struct gql_errors *errors,
                             const struct plan_variant **ret_variant)
{
    uint64_t bits = condition_bits(plan, variables);
    bool keep = plan->variant_count < PLAN_VARIANTS_MAX;
    struct plan_variant *variant;
    enum status status;

    for (variant = plan->variants; variant != NULL; variant = variant->next) {
        if (variant->conditions != bits) continue;
        *ret_variant = variant;
        return MC_OK;
    }
    status = compile_variant(plan, bits, keep ? &plan->arena : arena, errors, &variant);
    if (status != MC_OK) return status;
    if (keep) {
        keep_deprecated(plan, variant->deprecated);
        variant->next = plan->variants;
        plan->variants = variant;
        plan->variant_count++;
    }
    *ret_variant = variant;
    return MC_OK;
}

enum status gql_subscription_source(const struct gql_plan *plan, const json_t *variables,
                                    struct arena *arena, struct gql_errors *errors,
                                    struct gql_event_source *ret_source)
{
    struct gql_plan *writable = (struct gql_plan *)(uintptr_t)plan;
    const struct coerce_variables *coerced;
    const struct plan_variant *variant;
    const struct plan_field *field;
    const struct gql_input *const *values;
    struct gql_input *object;
    enum status status;

    struct coercion with = plan_coercion(plan, arena, errors);

    status =
        coercion_variables(&with, plan->schema, plan->operation->variables, variables, &coerced);
    if (status != MC_OK) return status;
    with.variables = coerced;
    status = plan_variant_for(writable, coerced, arena, errors, &variant);
    if (status != MC_OK) return status;
    if (variant->root->count != 1) return MC_BAD_INPUT;
    field = &variant->root->fields[0];
    status = coercion_field(&with, field->definition, field->literals, &values);
    if (status != MC_OK) return status;
    object = ARENA_NEW(arena, struct gql_input);
    object->kind = GQL_INPUT_OBJECT;
    object->fields = ARENA_ARRAY(arena, field->definition->argument_count, struct gql_input_field);
    for (size_t i = 0; i < field->definition->argument_count; i++) {
        if (values[i] == NULL) continue;
        object->fields[object->count++] =
            (struct gql_input_field){ field->definition->arguments[i].name,
                                      (struct gql_input *)(uintptr_t)values[i] };
    }
    *ret_source = (struct gql_event_source){ field->definition->name, object };
    return MC_OK;
}
