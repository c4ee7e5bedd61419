#include "graphql/type/sdl_check.h"

#include "graphql/language/parser.h"
#include "graphql/type/builtin.h"
#include "graphql/type/sdl_rule.h"

/* A walk: the rules that are on. */
struct walk {
    struct sdl *sdl;
    const struct sdl_rule *rules[32];
    size_t rule_count;
};

#define CALL(walk, event, ...)                                                                     \
    for (size_t rule_ = 0; rule_ < (walk)->rule_count; rule_++)                                    \
        if ((walk)->rules[rule_]->event != NULL) (walk)->rules[rule_]->event(__VA_ARGS__)

static void walk_type(struct walk *walk, const struct ast_type *type)
{
    if (type == NULL) return;
    while (type->kind != AST_TYPE_NAMED)
        type = type->of;
    CALL(walk, named_type, walk->sdl, type);
}

static void walk_types(struct walk *walk, const struct ast_type *list)
{
    const struct ast_type *type;

    AST_EACH(type, list) walk_type(walk, type);
}

/* As deep as the parser let it be. */
static void walk_value(struct walk *walk, const struct ast_value *value)
{
    const struct ast_argument *field;
    const struct ast_value *item;

    if (value == NULL) return;
    if (value->kind == AST_OBJECT) CALL(walk, object, walk->sdl, value);
    AST_EACH(item, value->items) walk_value(walk, item);
    AST_EACH(field, value->fields) walk_value(walk, field->value);
}

/* Directives of a place; the place itself was called before its other children. */
static void walk_directives(struct walk *walk, const struct sdl_place *place)
{
    const struct ast_directive *directive;
    const struct ast_argument *argument;

    AST_EACH(directive, place->directives)
    {
        CALL(walk, directive, walk->sdl, directive, place);
        AST_EACH(argument, directive->arguments) walk_value(walk, argument->value);
        CALL(walk, directive_left, walk->sdl, directive);
    }
}

static void walk_fields(struct walk *walk, const struct ast_field_definition *list,
                        const char *location)
{
    const struct ast_field_definition *field;

    AST_EACH(field, list)
    {
        const struct sdl_place place = { location, field->directives, STR_NONE };

        CALL(walk, place, walk->sdl, &place);
        walk_fields(walk, field->arguments, "ARGUMENT_DEFINITION");
        walk_type(walk, field->type);
        walk_value(walk, field->default_value);
        walk_directives(walk, &place);
    }
}

static void walk_values(struct walk *walk, const struct ast_enum_value *list)
{
    const struct ast_enum_value *value;

    AST_EACH(value, list)
    {
        const struct sdl_place place = { "ENUM_VALUE", value->directives, STR_NONE };

        CALL(walk, place, walk->sdl, &place);
        walk_directives(walk, &place);
    }
}

static void walk_definition(struct walk *walk, const struct ast_definition *definition)
{
    static const char *const locations[] = {
        [AST_SCHEMA] = "SCHEMA",
        [AST_DIRECTIVE_DEFINITION] = "DIRECTIVE_DEFINITION",
        [AST_SCALAR_TYPE] = "SCALAR",
        [AST_OBJECT_TYPE] = "OBJECT",
        [AST_INTERFACE_TYPE] = "INTERFACE",
        [AST_UNION_TYPE] = "UNION",
        [AST_ENUM_TYPE] = "ENUM",
        [AST_INPUT_TYPE] = "INPUT_OBJECT",
    };
    const struct sdl_place place = { locations[definition->kind], definition->directives,
                                     definition->kind == AST_SCHEMA ? STR(" schema")
                                                                    : definition->name.text };
    const struct ast_root_type *root;

    CALL(walk, definition, walk->sdl, definition);
    CALL(walk, place, walk->sdl, &place);
    if (definition->extends) CALL(walk, extension, walk->sdl, definition);
    walk_types(walk, definition->interfaces);
    walk_fields(walk, definition->arguments, "ARGUMENT_DEFINITION");
    walk_directives(walk, &place);
    AST_EACH(root, definition->root_types) walk_type(walk, root->type);
    walk_fields(walk, definition->fields,
                definition->kind == AST_INPUT_TYPE ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION");
    walk_types(walk, definition->members);
    walk_values(walk, definition->values);
}

static void know(struct hash_map *map, const struct ast_definition *definition)
{
    (void)hash_map_put(map, definition->name.text, (void *)definition);
}

static enum status know_document(struct sdl *sdl)
{
    const struct ast_definition *definition;
    struct gql_errors errors;
    enum status status;

    hash_map_init(&sdl->types, sdl->arena);
    hash_map_init(&sdl->builtin_types, sdl->arena);
    hash_map_init(&sdl->directives, sdl->arena);
    gql_errors_init(&errors, sdl->arena, 1);
    status = parse_document(sdl->arena, builtin_sdl, &parser_limits_wide, &errors, &sdl->builtin);
    if (status != MC_OK) return status;
    AST_EACH(definition, sdl->builtin->definitions)
    {
        if (definition->kind != AST_DIRECTIVE_DEFINITION)
            know(&sdl->builtin_types, definition);
        else if (sdl->base == NULL)
            know(&sdl->directives, definition);
    }
    for (size_t i = 0; sdl->base != NULL && i < sdl->base->directive_count; i++)
        know(&sdl->directives, sdl->base->directives[i].ast);
    AST_EACH(definition, sdl->sources->document->definitions)
    {
        if (definition->kind == AST_DIRECTIVE_DEFINITION)
            know(&sdl->directives, definition);
        else if (definition->kind >= AST_SCALAR_TYPE && !definition->extends)
            know(&sdl->types, definition);
    }
    return MC_OK;
}

static void choose_rules(struct walk *walk, const struct sdl_rule *rules, const char *only)
{
    for (; rules->name != NULL; rules++) {
        if (only != NULL && strcmp(rules->name, only) != 0) continue;
        MC_ASSERT(walk->rule_count < sizeof(walk->rules) / sizeof(walk->rules[0]));
        walk->rules[walk->rule_count++] = rules;
    }
}

enum status sdl_check(const struct schema_sources *sources, const struct gql_schema *base,
                      const char *rule)
{
    struct sdl sdl = { .sources = sources, .base = base, .arena = sources->arena };
    struct walk walk = { .sdl = &sdl };
    size_t before = sources->errors->count + sources->errors->dropped;
    const struct ast_definition *definition;
    enum status status;

    choose_rules(&walk, sdl_name_rules, rule);
    choose_rules(&walk, sdl_directive_rules, rule);
    if (walk.rule_count == 0) return MC_NOT_FOUND;
    status = know_document(&sdl);
    if (status != MC_OK) return status;
    hash_map_init(&sdl.seen_types, sdl.arena);
    hash_map_init(&sdl.seen_members, sdl.arena);
    hash_map_init(&sdl.seen_directives, sdl.arena);
    hash_map_init(&sdl.seen_used, sdl.arena);
    AST_EACH(definition, sources->document->definitions)
    {
        if (definition->kind >= AST_SCHEMA) walk_definition(&walk, definition);
    }
    return sources->errors->count + sources->errors->dropped > before ? MC_INVALID : MC_OK;
}
