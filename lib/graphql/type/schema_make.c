/* Tree to types, in steps: a shell for every name, then directives, then what types hold (so that a
 * reference always finds its shell), then order, possible types and roots. */
#include "graphql/type/schema_make.h"

#include "graphql/language/parser.h"
#include "graphql/type/builtin.h"
#include "graphql/type/scalars.h"

static const enum type_kind kind_of_definition[] = {
    [AST_SCALAR_TYPE] = TYPE_SCALAR,       [AST_OBJECT_TYPE] = TYPE_OBJECT,
    [AST_INTERFACE_TYPE] = TYPE_INTERFACE, [AST_UNION_TYPE] = TYPE_UNION,
    [AST_ENUM_TYPE] = TYPE_ENUM,           [AST_INPUT_TYPE] = TYPE_INPUT_OBJECT,
};

static bool defines_type(const struct ast_definition *definition)
{
    return definition->kind >= AST_SCALAR_TYPE;
}

static struct schema_type *shell_named(const struct maker *maker, struct str name)
{
    return hash_map_get(&maker->shells, name);
}

/* The first definition of a name makes the type; a built-in one comes before all others. */
static void add_shell(struct maker *maker, const struct ast_definition *definition, bool builtin)
{
    struct schema_type *type;
    const struct builtin_scalar *scalar;

    if (shell_named(maker, definition->name.text) != NULL) return;
    type = ARENA_NEW(maker->arena, struct schema_type);
    type->kind = kind_of_definition[definition->kind];
    type->name = definition->name.text;
    type->ast = definition;
    type->ref = (struct type_ref){ .kind = REF_NAMED, .named = type };
    type->is_introspection = builtin && type->kind != TYPE_SCALAR;
    type->is_builtin = builtin && type->kind == TYPE_SCALAR;
    if (type->kind == TYPE_SCALAR) {
        scalar = builtin ? builtin_scalar_named(type->name) : NULL;
        type->scalar = scalar == NULL ? &scalar_any : &scalar->scalar;
        type->leaf = scalar == NULL ? LEAF_OTHER : scalar->leaf;
    }
    hash_map_init(&type->field_map, maker->arena);
    hash_map_init(&type->input_map, maker->arena);
    hash_map_init(&type->value_map, maker->arena);
    (void)hash_map_put(&maker->shells, type->name, type);
    maker->shell_count++;
}

static void add_shells(struct maker *maker, const struct ast_document *document, bool builtin)
{
    const struct ast_definition *definition;

    AST_EACH(definition, document->definitions)
    {
        if (defines_type(definition) && !definition->extends) add_shell(maker, definition, builtin);
    }
}

static void add_extension(struct maker *maker, const struct ast_definition *definition, bool count)
{
    struct schema_type *type = shell_named(maker, definition->name.text);

    if (type == NULL || type->kind != kind_of_definition[definition->kind]) return;
    if (!count && type->extensions == NULL) {
        type->extensions =
            ARENA_ARRAY(maker->arena, type->extension_count, const struct ast_definition *);
        type->extension_count = 0;
    }
    if (!count) type->extensions[type->extension_count] = definition;
    type->extension_count++;
}

static void add_schema_extension(struct maker *maker, const struct ast_definition *definition)
{
    struct gql_schema *schema = maker->schema;

    if (schema->extensions == NULL) {
        const struct ast_definition *each;
        size_t count = 0;

        AST_EACH(each, maker->sources->document->definitions)
        count += each->kind == AST_SCHEMA;
        schema->extensions = ARENA_ARRAY(maker->arena, count, const struct ast_definition *);
    }
    schema->extensions[schema->extension_count++] = definition;
}

static void add_extensions(struct maker *maker)
{
    const struct ast_definition *definition;

    for (int count = 1; count >= 0; count--) {
        AST_EACH(definition, maker->sources->document->definitions)
        {
            if (defines_type(definition) && definition->extends)
                add_extension(maker, definition, count == 1);
        }
    }
    AST_EACH(definition, maker->sources->document->definitions)
    {
        if (definition->kind != AST_SCHEMA) continue;
        if (definition->extends)
            add_schema_extension(maker, definition);
        else
            maker->schema->ast = definition;
    }
}

const struct schema_type *maker_type(const struct maker *maker, struct str name)
{
    return shell_named(maker, name);
}

const struct type_ref *maker_ref(const struct maker *maker, const struct ast_type *type)
{
    const struct type_ref *of;
    struct type_ref *ref;

    if (type->kind == AST_TYPE_NAMED) {
        const struct schema_type *named = shell_named(maker, type->name);

        MC_ASSERT(named != NULL);
        return &named->ref;
    }
    of = maker_ref(maker, type->of);
    ref = ARENA_NEW(maker->arena, struct type_ref);
    ref->kind = type->kind == AST_TYPE_LIST ? REF_LIST : REF_NON_NULL;
    ref->of = of;
    ref->named = of->named;
    return ref;
}

static size_t count_directives(const struct ast_document *document)
{
    const struct ast_definition *definition;
    size_t count = 0;

    AST_EACH(definition, document->definitions)
    count += definition->kind == AST_DIRECTIVE_DEFINITION;
    return count;
}

/* The SDL's own directives come first, as in graphql-js; but @deprecated and the like are read by
 * the built-in definitions, so those are made first. */
static void make_directives(struct maker *maker)
{
    const struct ast_document *documents[] = { maker->builtin, maker->sources->document };
    size_t own = count_directives(maker->sources->document), at = own;
    struct gql_schema *schema = maker->schema;
    struct schema_directive *all =
        ARENA_ARRAY(maker->arena, own + count_directives(maker->builtin), struct schema_directive);
    const struct ast_definition *definition;

    hash_map_init(&schema->directive_map, maker->arena);
    for (int pass = 0; pass < 2; pass++, at = 0) {
        AST_EACH(definition, documents[pass]->definitions)
        {
            if (definition->kind != AST_DIRECTIVE_DEFINITION) continue;
            maker_directive(maker, definition, &all[at]);
            (void)hash_map_put(&schema->directive_map, all[at].name, &all[at]);
            at++;
        }
    }
    schema->directives = all;
    schema->directive_count = own;
    for (size_t i = own; i < own + count_directives(maker->builtin); i++) {
        struct schema_directive *known = hash_map_get(&schema->directive_map, all[i].name);

        if (known != &all[i]) continue; /* redefined by the SDL */
        all[schema->directive_count] = all[i];
        (void)hash_map_put(&schema->directive_map, all[i].name, &all[schema->directive_count++]);
    }
}

static void make_roots(struct maker *maker)
{
    struct gql_schema *schema = maker->schema;
    const struct schema_type **roots[] = {
        [AST_QUERY] = &schema->query,
        [AST_MUTATION] = &schema->mutation,
        [AST_SUBSCRIPTION] = &schema->subscription,
    };
    static const char *const names[] = { "Query", "Mutation", "Subscription" };

    for (size_t i = 0; i <= schema->extension_count; i++) {
        const struct ast_definition *part = i == 0 ? schema->ast : schema->extensions[i - 1];
        const struct ast_root_type *root;

        if (part == NULL) continue;
        AST_EACH(root, part->root_types)
        *roots[root->operation] = shell_named(maker, root->type->name);
    }
    for (size_t i = 0; i < 3 && schema->ast == NULL; i++) {
        const struct schema_type *type = shell_named(maker, str_of(names[i]));

        if (type != NULL) *roots[i] = type;
    }
    if (schema->ast != NULL && schema->ast->description != NULL)
        schema->description = schema->ast->description->text;
}

static void make_meta_fields(struct maker *maker)
{
    static const char *const signature = "type M { __schema: __Schema! __typename: String!"
                                         " __type(name: String!): __Type }";
    struct gql_schema *schema = maker->schema;
    struct schema_type *carrier;
    struct ast_document *document;
    struct gql_errors errors;

    gql_errors_init(&errors, maker->arena, 1);
    MC_ASSERT(parse_document(maker->arena, str_of(signature), &parser_limits_wide, &errors,
                             &document) == MC_OK);
    carrier = ARENA_NEW(maker->arena, struct schema_type);
    carrier->ast = document->definitions;
    hash_map_init(&carrier->field_map, maker->arena);
    maker_fields(maker, carrier);
    schema->schema_field = carrier->fields[0];
    schema->typename_field = carrier->fields[1];
    schema->type_field = carrier->fields[2];
    schema->schema_field.owner = schema->type_field.owner = schema->query;
    schema->typename_field.owner = NULL;
}

static enum status parse_builtin(struct maker *maker)
{
    struct gql_errors errors;

    gql_errors_init(&errors, maker->arena, 1);
    return parse_document(maker->arena, builtin_sdl, &parser_limits_wide, &errors, &maker->builtin);
}

static void make_bodies(struct maker *maker, const struct ast_document *document)
{
    const struct ast_definition *definition;

    AST_EACH(definition, document->definitions)
    {
        struct schema_type *type = NULL;

        if (defines_type(definition)) type = shell_named(maker, definition->name.text);
        if (type != NULL && type->ast == definition) maker_body(maker, type);
    }
}

enum status schema_make(const struct schema_sources *sources, struct gql_schema **ret_schema)
{
    struct gql_schema *schema = ARENA_NEW(sources->arena, struct gql_schema);
    struct maker maker = { .arena = sources->arena, .schema = schema, .sources = sources };
    size_t errors_before = sources->errors->count + sources->errors->dropped;
    enum status status = parse_builtin(&maker);

    if (status != MC_OK) return status;
    schema->arena = sources->arena;
    hash_map_init(&maker.shells, maker.arena);
    hash_map_init(&schema->type_map, maker.arena);
    add_shells(&maker, maker.builtin, true);
    add_shells(&maker, sources->document, false);
    add_extensions(&maker);
    make_directives(&maker);
    make_bodies(&maker, maker.builtin);
    make_bodies(&maker, sources->document);
    make_roots(&maker);
    make_meta_fields(&maker);
    maker_list_types(&maker);
    if (sources->errors->count + sources->errors->dropped > errors_before) return MC_INVALID;
    *ret_schema = schema;
    return MC_OK;
}
