/* Rules about names: each defined once, each that is used defined. */
#include "graphql/type/sdl_rule.h"
#include "graphql/type/suggest.h"

static bool is_type_definition(const struct ast_definition *definition)
{
    return definition->kind >= AST_SCALAR_TYPE;
}

static const struct schema_type *base_type(const struct sdl *sdl, struct str name)
{
    return sdl->base == NULL ? NULL : schema_type(sdl->base, name);
}

/* The name that stood under the key before, or NULL; then this one is kept. */
static const struct ast_name *seen_before(struct hash_map *seen, struct str key,
                                          const struct ast_name *name)
{
    const struct ast_name *before = hash_map_get(seen, key);

    if (before == NULL) (void)hash_map_put(seen, key, (void *)name);
    return before;
}

static void report_twice(struct sdl *sdl, const struct ast_name *first,
                         const struct ast_name *second, struct str what)
{
    const uint32_t offsets[] = { first->offset, second->offset };

    schema_sources_error(sdl->sources, offsets, 2, "%.*s", STR_PRINT(what));
}

static void lone_schema_definition(struct sdl *sdl, const struct ast_definition *definition)
{
    const struct gql_schema *base = sdl->base;
    uint32_t start = node_start(definition->description, definition->offset);

    if (definition->kind != AST_SCHEMA || definition->extends) return;
    if (base != NULL && (base->ast != NULL || base->query != NULL || base->mutation != NULL ||
                         base->subscription != NULL)) {
        schema_sources_error(sdl->sources, &start, 1,
                             "Cannot define a new schema within a schema extension.");
        return;
    }
    if (sdl->seen_schema != NULL)
        schema_sources_error(sdl->sources, &start, 1, "Must provide only one schema definition.");
    sdl->seen_schema = definition;
}

static const struct schema_type *base_root(const struct sdl *sdl, enum ast_operation_kind operation)
{
    if (sdl->base == NULL) return NULL;
    if (operation == AST_QUERY) return sdl->base->query;
    return operation == AST_MUTATION ? sdl->base->mutation : sdl->base->subscription;
}

static void unique_operation_types(struct sdl *sdl, const struct ast_definition *definition)
{
    static const char *const words[] = { "query", "mutation", "subscription" };
    const struct ast_root_type *root;

    AST_EACH(root, definition->root_types)
    {
        const struct ast_root_type **seen = &sdl->seen_roots[root->operation];

        if (base_root(sdl, root->operation) != NULL) {
            schema_sources_error(sdl->sources, &root->offset, 1,
                                 "Type for %s already defined in the schema. It cannot be "
                                 "redefined.",
                                 words[root->operation]);
        } else if (*seen != NULL) {
            const uint32_t offsets[] = { (*seen)->offset, root->offset };

            schema_sources_error(sdl->sources, offsets, 2,
                                 "There can be only one %s type in schema.",
                                 words[root->operation]);
        } else {
            *seen = root;
        }
    }
}

static void unique_type_names(struct sdl *sdl, const struct ast_definition *definition)
{
    const struct ast_name *first;

    if (!is_type_definition(definition) || definition->extends) return;
    if (base_type(sdl, definition->name.text) != NULL) {
        schema_sources_error(sdl->sources, &definition->name.offset, 1,
                             "Type \"%.*s\" already exists in the schema. It cannot also be "
                             "defined in this type definition.",
                             STR_PRINT(definition->name.text));
        return;
    }
    first = seen_before(&sdl->seen_types, definition->name.text, &definition->name);
    if (first != NULL)
        report_twice(sdl, first, &definition->name,
                     arena_printf(sdl->arena, "There can be only one type named \"%.*s\".",
                                  STR_PRINT(definition->name.text)));
}

/* A value or field of a type, which may be spread over extensions. */
static void unique_member(struct sdl *sdl, const struct ast_definition *definition,
                          const struct ast_name *name, const struct hash_map *existing)
{
    const char *what = definition->kind == AST_ENUM_TYPE ? "Enum value" : "Field";
    struct str key = arena_printf(sdl->arena, "%.*s.%.*s", STR_PRINT(definition->name.text),
                                  STR_PRINT(name->text));
    const struct ast_name *first;

    if (existing != NULL && hash_map_get(existing, name->text) != NULL) {
        schema_sources_error(sdl->sources, &name->offset, 1,
                             "%s \"%.*s\" already exists in the schema. It cannot also be defined "
                             "in this type extension.",
                             what, STR_PRINT(key));
        return;
    }
    first = seen_before(&sdl->seen_members, key, name);
    if (first != NULL)
        report_twice(sdl, first, name,
                     arena_printf(sdl->arena, "%s \"%.*s\" can only be defined once.", what,
                                  STR_PRINT(key)));
}

static void unique_enum_value_names(struct sdl *sdl, const struct ast_definition *definition)
{
    const struct schema_type *base = base_type(sdl, definition->name.text);
    const struct ast_enum_value *value;

    AST_EACH(value, definition->values)
    unique_member(sdl, definition, &value->name, base == NULL ? NULL : &base->value_map);
}

static void unique_field_definition_names(struct sdl *sdl, const struct ast_definition *definition)
{
    const struct schema_type *base = base_type(sdl, definition->name.text);
    const struct hash_map *existing = NULL;
    const struct ast_field_definition *field;

    if (base != NULL)
        existing = base->kind == TYPE_INPUT_OBJECT ? &base->input_map : &base->field_map;
    AST_EACH(field, definition->fields) unique_member(sdl, definition, &field->name, existing);
}

/* All arguments of one name, once for each name. */
static void unique_arguments(struct sdl *sdl, const struct ast_field_definition *arguments,
                             struct str parent)
{
    const struct ast_field_definition *argument, *other;
    struct hash_map seen;

    hash_map_init(&seen, sdl->arena);
    AST_EACH(argument, arguments)
    {
        uint32_t offsets[16];
        size_t count = 0;

        if (seen_before(&seen, argument->name.text, &argument->name) != NULL) continue;
        AST_EACH(other, argument)
        {
            if (count < 16 && str_eq(other->name.text, argument->name.text))
                offsets[count++] = other->name.offset;
        }
        if (count > 1)
            schema_sources_error(sdl->sources, offsets, count,
                                 "Argument \"%.*s(%.*s:)\" can only be defined once.",
                                 STR_PRINT(parent), STR_PRINT(argument->name.text));
    }
}

static void unique_argument_definition_names(struct sdl *sdl,
                                             const struct ast_definition *definition)
{
    const struct ast_field_definition *field;

    if (definition->kind == AST_DIRECTIVE_DEFINITION)
        unique_arguments(sdl, definition->arguments,
                         arena_printf(sdl->arena, "@%.*s", STR_PRINT(definition->name.text)));
    AST_EACH(field, definition->fields)
    unique_arguments(sdl, field->arguments,
                     arena_printf(sdl->arena, "%.*s.%.*s", STR_PRINT(definition->name.text),
                                  STR_PRINT(field->name.text)));
}

static void unique_directive_names(struct sdl *sdl, const struct ast_definition *definition)
{
    struct str name = definition->name.text;
    const struct ast_name *first;

    if (definition->kind != AST_DIRECTIVE_DEFINITION) return;
    if (sdl->base != NULL && schema_directive(sdl->base, name) != NULL) {
        schema_sources_error(sdl->sources, &definition->name.offset, 1,
                             "Directive \"@%.*s\" already exists in the schema. It cannot be "
                             "redefined.",
                             STR_PRINT(name));
        return;
    }
    first = seen_before(&sdl->seen_directives, name, &definition->name);
    if (first != NULL)
        report_twice(sdl, first, &definition->name,
                     arena_printf(sdl->arena, "There can be only one directive named \"@%.*s\".",
                                  STR_PRINT(name)));
}

static void offer_document_types(const struct sdl *sdl, struct suggestions *near)
{
    const struct ast_definition *definition;

    AST_EACH(definition, sdl->sources->document->definitions)
    {
        if (is_type_definition(definition) && !definition->extends)
            suggestions_offer(near, definition->name.text);
    }
    for (size_t i = 0; sdl->base != NULL && i < sdl->base->type_count; i++)
        suggestions_offer(near, sdl->base->types[i]->name);
}

static void known_type_names(struct sdl *sdl, const struct ast_type *type)
{
    struct suggestions near = suggestions_for(type->name);
    const struct ast_definition *definition;

    if (hash_map_get(&sdl->types, type->name) != NULL || base_type(sdl, type->name) != NULL ||
        hash_map_get(&sdl->builtin_types, type->name) != NULL)
        return;
    AST_EACH(definition, sdl->builtin->definitions)
    {
        if (is_type_definition(definition)) suggestions_offer(&near, definition->name.text);
    }
    offer_document_types(sdl, &near);
    schema_sources_error(sdl->sources, &type->offset, 1, "Unknown type \"%.*s\".%.*s",
                         STR_PRINT(type->name), STR_PRINT(suggestions_text(&near, sdl->arena, "")));
}

static const enum type_kind kinds[] = {
    [AST_SCALAR_TYPE] = TYPE_SCALAR,       [AST_OBJECT_TYPE] = TYPE_OBJECT,
    [AST_INTERFACE_TYPE] = TYPE_INTERFACE, [AST_UNION_TYPE] = TYPE_UNION,
    [AST_ENUM_TYPE] = TYPE_ENUM,           [AST_INPUT_TYPE] = TYPE_INPUT_OBJECT,
};

static void possible_type_extensions(struct sdl *sdl, const struct ast_definition *definition)
{
    static const char *const words[] = { "scalar", "object", "interface",
                                         "union",  "enum",   "input object" };
    const struct ast_definition *defined = hash_map_get(&sdl->types, definition->name.text);
    const struct schema_type *base = base_type(sdl, definition->name.text);
    struct suggestions near = suggestions_for(definition->name.text);
    const uint32_t offsets[] = { defined == NULL
                                     ? SCHEMA_NOWHERE
                                     : node_start(defined->description, defined->offset),
                                 definition->offset };

    if (!is_type_definition(definition)) return;
    if (defined == NULL && base == NULL) {
        offer_document_types(sdl, &near);
        schema_sources_error(sdl->sources, &definition->name.offset, 1,
                             "Cannot extend type \"%.*s\" because it is not defined.%.*s",
                             STR_PRINT(definition->name.text),
                             STR_PRINT(suggestions_text(&near, sdl->arena, "")));
    } else if (kinds[definition->kind] != (defined == NULL ? base->kind : kinds[defined->kind])) {
        schema_sources_error(sdl->sources, offsets, 2, "Cannot extend non-%s type \"%.*s\".",
                             words[kinds[definition->kind]], STR_PRINT(definition->name.text));
    }
}

const struct sdl_rule sdl_name_rules[] = {
    { .name = "LoneSchemaDefinitionRule", .definition = lone_schema_definition },
    { .name = "UniqueOperationTypesRule", .definition = unique_operation_types },
    { .name = "UniqueTypeNamesRule", .definition = unique_type_names },
    { .name = "UniqueEnumValueNamesRule", .definition = unique_enum_value_names },
    { .name = "UniqueFieldDefinitionNamesRule", .definition = unique_field_definition_names },
    { .name = "UniqueArgumentDefinitionNamesRule", .definition = unique_argument_definition_names },
    { .name = "UniqueDirectiveNamesRule", .definition = unique_directive_names },
    { .name = "KnownTypeNamesRule", .named_type = known_type_names },
    { .name = "PossibleTypeExtensionsRule", .extension = possible_type_extensions },
    { .name = NULL },
};
