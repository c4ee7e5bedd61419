#include "graphql/execution/compile.h"

struct compiler {
    const struct gql_plan *plan;
    uint64_t conditions;
    struct arena *arena;   /* what the variant keeps */
    struct arena *scratch; /* what dies with the compilation */
    struct gql_errors *errors;
    struct hash_map fragments;
    enum status status;
    const struct gql_use *deprecated;
    uint32_t field_count;
    uint32_t depth;
};

/* Selection sets that are merged into one. */
struct source_set {
    const struct ast_selection *selections;
    struct source_set *next;
};

/* All fields under one response key. */
struct group {
    const struct ast_selection *first;
    struct source_set *sets, **tail;
    uint32_t places[PLAN_PLACES_MAX], place_count;
    struct group *next;
};

struct groups {
    struct hash_map by_key;
    struct hash_map spread; /* fragments already spread here */
    struct group *head, **tail;
    size_t count;
};

static void refuse(struct compiler *compiler, enum status status, uint32_t offset,
                   const char *sentence)
{
    if (compiler->status != MC_OK) return;
    compiler->status = status;
    gql_errors_add(compiler->errors, status, compiler->plan->document->source, &offset, 1, "%s",
                   sentence);
}

static bool condition_value(const struct compiler *compiler, const struct ast_value *value)
{
    if (value->kind != AST_VARIABLE)
        return value->kind == AST_BOOLEAN && str_is(value->text, "true");
    for (size_t i = 0; i < compiler->plan->condition_count; i++)
        if (str_eq(compiler->plan->conditions[i], value->text))
            return (compiler->conditions >> i & 1) != 0;
    return false;
}

static const struct ast_value *condition_of(const struct ast_directive *directive)
{
    const struct ast_argument *argument;

    if (!str_is(directive->name.text, "skip") && !str_is(directive->name.text, "include"))
        return NULL;
    AST_EACH(argument, directive->arguments)
    if (str_is(argument->name.text, "if")) return argument->value;
    return NULL;
}

static bool is_included(const struct compiler *compiler, const struct ast_selection *selection)
{
    const struct ast_directive *directive;

    AST_EACH(directive, selection->directives)
    {
        const struct ast_value *condition = condition_of(directive);

        if (condition == NULL) continue;
        if (condition_value(compiler, condition) == str_is(directive->name.text, "skip"))
            return false;
    }
    return true;
}

static bool type_applies(const struct compiler *compiler, const struct ast_type *condition,
                         const struct schema_type *concrete)
{
    const struct schema_type *type;

    if (condition == NULL) return true;
    type = schema_type(compiler->plan->schema, condition->name);
    if (type == NULL) return false;
    return type == concrete || (type_is_abstract(type) && type_is_possible(type, concrete));
}

static void collect(struct compiler *compiler, const struct schema_type *concrete,
                    const struct ast_selection *selections, struct groups *groups);

static void add_set(struct compiler *compiler, struct group *group,
                    const struct ast_selection *selections)
{
    struct source_set *set;

    if (selections == NULL) return;
    set = ARENA_NEW(compiler->scratch, struct source_set);
    set->selections = selections;
    *group->tail = set;
    group->tail = &set->next;
}

static void collect_field(struct compiler *compiler, const struct ast_selection *field,
                          struct groups *groups)
{
    struct str key = field->alias.text.data == NULL ? field->name.text : field->alias.text;
    struct group *group = hash_map_get(&groups->by_key, key);

    if (group == NULL) {
        group = ARENA_NEW(compiler->scratch, struct group);
        group->first = field;
        group->tail = &group->sets;
        *groups->tail = group;
        groups->tail = &group->next;
        groups->count++;
        hash_map_put(&groups->by_key, key, group);
    }
    if (group->place_count < PLAN_PLACES_MAX) group->places[group->place_count++] = field->offset;
    add_set(compiler, group, field->selections);
}

static const uint32_t *keep_places(struct compiler *compiler, const struct group *group)
{
    uint32_t *places = ARENA_ARRAY(compiler->arena, group->place_count, uint32_t);

    memcpy(places, group->places, group->place_count * sizeof(*places));
    return places;
}

static void collect_spread(struct compiler *compiler, const struct schema_type *concrete,
                           const struct ast_selection *spread, struct groups *groups)
{
    const struct ast_definition *fragment = hash_map_get(&compiler->fragments, spread->name.text);

    if (fragment == NULL || hash_map_get(&groups->spread, spread->name.text) != NULL) return;
    hash_map_put(&groups->spread, spread->name.text, groups);
    if (type_applies(compiler, fragment->type_condition, concrete))
        collect(compiler, concrete, fragment->selections, groups);
}

static void collect(struct compiler *compiler, const struct schema_type *concrete,
                    const struct ast_selection *selections, struct groups *groups)
{
    const struct ast_selection *selection;

    if (++compiler->depth > COMPILE_DEPTH_MAX)
        refuse(compiler, MC_LIMIT, selections->offset, "The document is nested too deeply.");
    AST_EACH(selection, selections)
    {
        if (compiler->status != MC_OK) break;
        if (!is_included(compiler, selection)) continue;
        if (selection->kind == AST_FIELD)
            collect_field(compiler, selection, groups);
        else if (selection->kind == AST_FRAGMENT_SPREAD)
            collect_spread(compiler, concrete, selection, groups);
        else if (type_applies(compiler, selection->type_condition, concrete))
            collect(compiler, concrete, selection->selections, groups);
    }
    compiler->depth--;
}

static bool has_variable(const struct ast_value *value)
{
    const struct ast_value *item;
    const struct ast_argument *field;

    if (value->kind == AST_VARIABLE) return true;
    AST_EACH(item, value->items)
    if (has_variable(item)) return true;
    AST_EACH(field, value->fields)
    if (has_variable(field->value)) return true;
    return false;
}

/* Arguments without variables are coerced once, here. A refused one stays a literal: it is an error
 * at its position in each run, as it would be with a variable. */
static void fold_arguments(struct compiler *compiler, struct plan_field *field)
{
    const struct ast_argument *argument;
    const struct gql_input *const *constants;
    struct gql_errors refused;

    AST_EACH(argument, field->literals)
    if (has_variable(argument->value)) return;
    gql_errors_init(&refused, compiler->scratch, 1);
    struct coercion with = plan_coercion(compiler->plan, compiler->arena, &refused);

    if (coercion_field(&with, field->definition, field->literals, &constants) == MC_OK)
        field->constants = constants;
}

static const struct plan_scope *compile_scope(struct compiler *compiler,
                                              const struct schema_type *type,
                                              const struct source_set *sets);

static void check_introspection(struct compiler *compiler, const struct plan_field *field)
{
    if (field->is_meta && !compiler->plan->limits.introspection)
        refuse(compiler, MC_INVALID, field->offset,
               "GraphQL introspection is not allowed here: __schema and __type are off.");
}

/* NOLINTNEXTLINE(bugprone-easily-swappable-parameters): as they stand in the coordinate. */
static void note_use(struct compiler *compiler, struct str type, struct str field,
                     const struct str *argument)
{
    struct gql_use *use = ARENA_NEW(compiler->arena, struct gql_use);

    use->coordinate =
        argument == NULL
            ? arena_printf(compiler->arena, "%.*s.%.*s", STR_PRINT(type), STR_PRINT(field))
            : arena_printf(compiler->arena, "%.*s.%.*s(%.*s:)", STR_PRINT(type), STR_PRINT(field),
                           STR_PRINT(*argument));
    for (const struct gql_use *known = compiler->deprecated; known != NULL; known = known->next)
        if (str_eq(known->coordinate, use->coordinate)) return;
    use->next = compiler->deprecated;
    compiler->deprecated = use;
}

static void note_deprecated(struct compiler *compiler, const struct schema_type *type,
                            const struct plan_field *field)
{
    const struct schema_field *definition = field->definition;
    const struct ast_argument *argument;

    if (definition->deprecated) note_use(compiler, type->name, definition->name, NULL);
    AST_EACH(argument, field->literals)
    {
        const struct schema_input *input =
            schema_input(definition->arguments, definition->argument_count, argument->name.text);

        if (input != NULL && input->deprecated)
            note_use(compiler, type->name, definition->name, &input->name);
    }
}

static void compile_field(struct compiler *compiler, const struct group *group,
                          const struct schema_field *definition, struct plan_field *field)
{
    const struct ast_selection *first = group->first;
    bool aliased = first->alias.text.data != NULL;

    field->key = aliased ? first->alias.text : first->name.text;
    field->key_json = arena_printf(compiler->arena, "\"%.*s\":", STR_PRINT(field->key));
    field->offset = first->offset;
    field->place_count = group->place_count;
    field->places = group->place_count == 1 ? &field->offset : keep_places(compiler, group);
    field->definition = definition;
    field->is_typename = definition == &compiler->plan->schema->typename_field;
    field->is_meta = definition == &compiler->plan->schema->schema_field ||
                     definition == &compiler->plan->schema->type_field;
    field->literals = first->arguments;
    if (definition->argument_count > 0) fold_arguments(compiler, field);
    check_introspection(compiler, field);
    if (++compiler->field_count > compiler->plan->limits.plan_fields_max)
        refuse(compiler, MC_LIMIT, first->offset, "The document selects too many fields.");
    if (type_is_composite(definition->type->named))
        field->scope = compile_scope(compiler, definition->type->named, group->sets);
}

static void compile_selection(struct compiler *compiler, const struct schema_type *concrete,
                              const struct source_set *sets, struct plan_selection *ret_selection)
{
    struct groups groups = { .tail = &groups.head };
    struct plan_field *fields;
    size_t count = 0;

    hash_map_init(&groups.by_key, compiler->scratch);
    hash_map_init(&groups.spread, compiler->scratch);
    for (; sets != NULL; sets = sets->next)
        collect(compiler, concrete, sets->selections, &groups);
    fields = ARENA_ARRAY(compiler->arena, groups.count, struct plan_field);
    for (struct group *group = groups.head; group != NULL; group = group->next) {
        const struct schema_field *definition =
            schema_field(compiler->plan->schema, concrete, group->first->name.text);

        if (compiler->status != MC_OK) break;
        if (definition == NULL) continue;
        compile_field(compiler, group, definition, &fields[count]);
        note_deprecated(compiler, concrete, &fields[count++]);
    }
    *ret_selection = (struct plan_selection){ concrete, fields, count };
}

static const struct plan_scope *compile_scope(struct compiler *compiler,
                                              const struct schema_type *type,
                                              const struct source_set *sets)
{
    struct plan_scope *scope = ARENA_NEW(compiler->arena, struct plan_scope);
    bool abstract = type_is_abstract(type);
    size_t count = abstract ? type->possible_count : 1;
    struct plan_selection *selections = ARENA_ARRAY(compiler->arena, count, struct plan_selection);

    if (++compiler->depth > COMPILE_DEPTH_MAX)
        refuse(compiler, MC_LIMIT, sets == NULL ? 0 : sets->selections->offset,
               "The document is nested too deeply.");
    for (size_t i = 0; i < count && compiler->status == MC_OK; i++)
        compile_selection(compiler, abstract ? type->possible[i] : type, sets, &selections[i]);
    compiler->depth--;
    *scope = (struct plan_scope){ selections, count, abstract };
    return scope;
}

static void index_fragments(struct compiler *compiler)
{
    struct ast_definition *definition;

    hash_map_init(&compiler->fragments, compiler->scratch);
    AST_EACH(definition, compiler->plan->document->definitions)
    if (definition->kind == AST_FRAGMENT)
        hash_map_put(&compiler->fragments, definition->name.text, definition);
}

enum status compile_variant(const struct gql_plan *plan, uint64_t conditions, struct arena *arena,
                            struct gql_errors *errors, struct plan_variant **ret_variant)
{
    struct arena scratch;
    struct compiler compiler = { .plan = plan,
                                 .conditions = conditions,
                                 .arena = arena,
                                 .scratch = &scratch,
                                 .errors = errors };
    struct source_set root_set = { .selections = plan->operation->selections };
    struct plan_variant *variant = ARENA_NEW(arena, struct plan_variant);
    struct plan_selection *root = ARENA_NEW(arena, struct plan_selection);

    arena_init(&scratch, plan->arena.bytes_max);
    index_fragments(&compiler);
    compile_selection(&compiler, plan->root_type, &root_set, root);
    arena_done(&scratch);
    if (compiler.status == MC_OK) compiler.status = arena_status(arena);
    variant->conditions = conditions;
    variant->root = root;
    variant->deprecated = compiler.deprecated;
    if (compiler.status == MC_OK) variant->cache_policy = compile_cache_policy(root);
    *ret_variant = variant;
    return compiler.status;
}

static bool note_condition(struct gql_plan *plan, struct str name)
{
    for (size_t i = 0; i < plan->condition_count; i++)
        if (str_eq(plan->conditions[i], name)) return true;
    if (plan->condition_count == PLAN_CONDITIONS_MAX) return false;
    plan->conditions[plan->condition_count++] = name;
    return true;
}

/* Iterative over siblings, recursive over nesting, which the parser has bounded. */
static bool find_conditions(struct gql_plan *plan, const struct ast_selection *selections)
{
    const struct ast_selection *selection;
    const struct ast_directive *directive;

    AST_EACH(selection, selections)
    {
        AST_EACH(directive, selection->directives)
        {
            const struct ast_value *condition = condition_of(directive);

            if (condition != NULL && condition->kind == AST_VARIABLE &&
                !note_condition(plan, condition->text))
                return false;
        }
        if (!find_conditions(plan, selection->selections)) return false;
    }
    return true;
}

enum status compile_conditions(struct gql_plan *plan, struct gql_errors *errors)
{
    const struct ast_definition *definition;

    AST_EACH(definition, plan->document->definitions)
    {
        if (definition != plan->operation && definition->kind != AST_FRAGMENT) continue;
        if (find_conditions(plan, definition->selections)) continue;
        gql_errors_add(errors, MC_LIMIT, plan->document->source, &definition->offset, 1,
                       "More than %d variables stand in @skip and @include.", PLAN_CONDITIONS_MAX);
        return MC_LIMIT;
    }
    return MC_OK;
}
