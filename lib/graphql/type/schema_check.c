#include "graphql/type/schema_check.h"

#include "graphql/type/coerce.h"
#include "graphql/type/suggest.h"

void nodes_add(struct nodes *nodes, uint32_t offset)
{
    if (nodes->count < NODES_MAX) nodes->offsets[nodes->count++] = offset;
}

static const struct ast_definition *part_of(const struct schema_type *type, size_t i)
{
    return i == 0 ? type->ast : type->extensions[i - 1];
}

void nodes_add_type(struct nodes *nodes, const struct schema_type *type)
{
    for (size_t i = 0; i <= type->extension_count; i++)
        nodes_add(nodes, node_start(part_of(type, i)->description, part_of(type, i)->offset));
}

void nodes_add_mentions(struct nodes *nodes, const struct schema_type *type,
                        const struct schema_type *mentioned)
{
    const struct ast_type *named;

    for (size_t i = 0; i <= type->extension_count; i++) {
        const struct ast_definition *part = part_of(type, i);

        AST_EACH(named, type->kind == TYPE_UNION ? part->members : part->interfaces)
        if (str_eq(named->name, mentioned->name)) nodes_add(nodes, named->offset);
    }
}

void nodes_add_deprecated(struct nodes *nodes, const struct ast_directive *directives)
{
    const struct ast_directive *directive;

    AST_EACH(directive, directives)
    {
        if (!str_is(directive->name.text, "deprecated")) continue;
        nodes_add(nodes, directive->offset);
        return;
    }
}

void check_report(const struct checker *checker, const struct nodes *nodes, const char *format, ...)
{
    va_list arguments;
    struct str message;

    va_start(arguments, format);
    message = arena_vprintf(checker->arena, format, arguments);
    va_end(arguments);
    schema_sources_error(checker->sources, nodes->offsets, nodes->count, "%.*s",
                         STR_PRINT(message));
}

static struct nodes node(uint32_t offset)
{
    return (struct nodes){ .offsets = { offset }, .count = 1 };
}

void check_name(const struct checker *checker, struct str name, uint32_t offset)
{
    struct nodes at = node(offset);

    if (str_starts(name, STR("__")))
        check_report(checker, &at,
                     "Name \"%.*s\" must not begin with \"__\", which is reserved by GraphQL "
                     "introspection.",
                     STR_PRINT(name));
}

struct str check_coordinate(const struct checker *checker, struct str parent, const char *joint,
                            struct str name, const char *end)
{
    return arena_printf(checker->arena, "%.*s%s%.*s%s", STR_PRINT(parent), joint, STR_PRINT(name),
                        end);
}

static void check_default_max(const struct checker *checker, const struct check_input *checked,
                              const struct gql_input *value)
{
    int64_t max = checked->input->items_max;
    struct nodes at = node(checked->input->default_literal->offset);
    bool over = (value->kind == GQL_INPUT_INT && value->integer > max) ||
                (value->kind == GQL_INPUT_FLOAT && value->real > (double)max) ||
                (value->kind == GQL_INPUT_LIST && (int64_t)value->count > max);

    if (max > 0 && over)
        check_report(checker, &at, "%.*s has a default value above its own @max.",
                     STR_PRINT(checked->coordinate));
}

static void check_default(const struct checker *checker, const struct check_input *checked)
{
    const struct schema_input *input = checked->input;
    const struct gql_input *value;
    struct gql_errors errors;
    struct coercion with = { .arena = checker->arena,
                             .errors = &errors,
                             .status = MC_INVALID,
                             .source = checker->sources->document->source };
    struct str subject;

    if (input->default_literal == NULL || !type_is_input(input->type->named)) return;
    gql_errors_init(&errors, checker->arena, checker->sources->errors->max);
    subject = arena_printf(checker->arena, "%.*s has invalid default value",
                           STR_PRINT(checked->coordinate));
    if (coercion_literal(&with, subject, input->type, input->default_literal, &value) != MC_OK)
        schema_sources_adopt(checker->sources, &errors);
    else
        check_default_max(checker, checked, value);
}

void check_input(const struct checker *checker, const struct check_input *checked)
{
    const struct schema_input *input = checked->input;
    struct nodes at = node(checked->type_offset);
    struct str type = type_ref_text(checker->arena, input->type);

    check_name(checker, input->name, node_start(input->ast->description, input->ast->offset));
    if (!type_is_input(input->type->named))
        check_report(checker, &at, "The type of %.*s must be Input Type but got: %.*s.",
                     STR_PRINT(checked->coordinate), STR_PRINT(type));
    if (schema_input_required(input) && input->deprecated) {
        at = (struct nodes){ .count = 0 };
        nodes_add_deprecated(&at, input->directives);
        nodes_add(&at, input->ast->type->offset);
        check_report(checker, &at, "Required %s %.*s cannot be deprecated.", checked->what,
                     STR_PRINT(checked->coordinate));
    }
    check_default(checker, checked);
}

/* ---- root types ---- */

static uint32_t root_offset(const struct gql_schema *schema, enum ast_operation_kind operation)
{
    for (size_t i = 0; i <= schema->extension_count; i++) {
        const struct ast_definition *part = i == 0 ? schema->ast : schema->extensions[i - 1];
        const struct ast_root_type *root;

        if (part == NULL) continue;
        AST_EACH(root, part->root_types)
        if (root->operation == operation) return root->type->offset;
    }
    return SCHEMA_NOWHERE;
}

static void check_root_kind(const struct checker *checker, enum ast_operation_kind operation,
                            const struct schema_type *type)
{
    static const char *const words[] = { "Query", "Mutation", "Subscription" };
    struct nodes at = node(root_offset(checker->schema, operation));

    if (type == NULL || type->kind == TYPE_OBJECT) return;
    if (at.offsets[0] == SCHEMA_NOWHERE)
        at = node(node_start(type->ast->description, type->ast->offset));
    check_report(checker, &at, "%s root type must be Object type%s, it cannot be %.*s.",
                 words[operation], operation == AST_QUERY ? "" : " if provided",
                 STR_PRINT(type->name));
}

/* Every root type that serves more than one kind of operation, once. */
static void check_roots_differ(const struct checker *checker,
                               const struct schema_type *const roots[3])
{
    static const char *const words[] = { "query", "mutation", "subscription" };

    for (int i = 0; i < 3; i++) {
        struct nodes at = { .count = 0 };
        struct buf list;
        size_t count = 0, done = 0;

        if (roots[i] == NULL || roots[i]->kind != TYPE_OBJECT) continue;
        if ((i > 0 && roots[0] == roots[i]) || (i > 1 && roots[1] == roots[i])) continue;
        for (int j = i; j < 3; j++)
            count += roots[j] == roots[i];
        if (count < 2) continue;
        buf_init(&list, SIZE_MAX);
        for (int j = i; j < 3; j++) {
            if (roots[j] != roots[i]) continue;
            buf_printf(&list, "%s%s", list_joint(done++, count, "and"), words[j]);
            nodes_add(&at, root_offset(checker->schema, (enum ast_operation_kind)j));
        }
        check_report(checker, &at,
                     "All root types must be different, \"%.*s\" type is used as %.*s root types.",
                     STR_PRINT(roots[i]->name), STR_PRINT(buf_str(&list)));
        buf_done(&list);
    }
}

static void check_roots(const struct checker *checker)
{
    const struct gql_schema *schema = checker->schema;
    const struct schema_type *const roots[3] = { schema->query, schema->mutation,
                                                 schema->subscription };
    struct nodes at = { .count = 0 };

    if (schema->ast != NULL)
        nodes_add(&at, node_start(schema->ast->description, schema->ast->offset));
    if (schema->query == NULL) check_report(checker, &at, "Query root type must be provided.");
    for (int i = 0; i < 3; i++)
        check_root_kind(checker, (enum ast_operation_kind)i, roots[i]);
    check_roots_differ(checker, roots);
}

/* ---- directives and types ---- */

static void check_directive(const struct checker *checker, const struct schema_directive *directive)
{
    uint32_t start = node_start(directive->ast->description, directive->ast->offset);

    check_name(checker, directive->name, start);
    for (size_t i = 0; i < directive->argument_count; i++) {
        const struct schema_input *input = &directive->arguments[i];
        const struct check_input checked = {
            .input = input,
            .coordinate = arena_printf(checker->arena, "@%.*s(%.*s:)", STR_PRINT(directive->name),
                                       STR_PRINT(input->name)),
            .what = "argument",
            .type_offset = node_start(input->ast->description, input->ast->offset),
        };

        check_input(checker, &checked);
    }
}

static void check_field(const struct checker *checker, const struct schema_field *field)
{
    struct str coordinate = check_coordinate(checker, field->owner->name, ".", field->name, "");
    struct nodes at = node(field->ast->type->offset);

    check_name(checker, field->name, node_start(field->ast->description, field->ast->offset));
    if (field->type->named->kind == TYPE_INPUT_OBJECT) {
        struct str type = type_ref_text(checker->arena, field->type);

        check_report(checker, &at, "The type of %.*s must be Output Type but got: %.*s.",
                     STR_PRINT(coordinate), STR_PRINT(type));
    }
    for (size_t i = 0; i < field->argument_count; i++) {
        const struct schema_input *input = &field->arguments[i];
        const struct check_input checked = {
            .input = input,
            .coordinate = check_coordinate(checker, coordinate, "(", input->name, ":)"),
            .what = "argument",
            .type_offset = input->ast->type->offset,
        };

        check_input(checker, &checked);
    }
}

static void check_composite(const struct checker *checker, const struct schema_type *type)
{
    struct nodes at = { .count = 0 };

    nodes_add_type(&at, type);
    if (type->field_count == 0)
        check_report(checker, &at, "Type %.*s must define one or more fields.",
                     STR_PRINT(type->name));
    for (size_t i = 0; i < type->field_count; i++)
        check_field(checker, &type->fields[i]);
    check_interfaces(checker, type);
}

static bool named_before(const struct schema_type *const *list, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (list[j] == list[i]) return true;
    return false;
}

static void check_union(const struct checker *checker, const struct schema_type *type)
{
    struct nodes all = { .count = 0 };

    nodes_add_type(&all, type);
    if (type->possible_count == 0)
        check_report(checker, &all, "Union type %.*s must define one or more member types.",
                     STR_PRINT(type->name));
    for (size_t i = 0; i < type->possible_count; i++) {
        const struct schema_type *member = type->possible[i];
        struct nodes at = { .count = 0 };

        nodes_add_mentions(&at, type, member);
        if (named_before(type->possible, i))
            check_report(checker, &at, "Union type %.*s can only include type %.*s once.",
                         STR_PRINT(type->name), STR_PRINT(member->name));
        else if (member->kind != TYPE_OBJECT)
            check_report(checker, &at,
                         "Union type %.*s can only include Object types, it cannot include %.*s.",
                         STR_PRINT(type->name), STR_PRINT(member->name));
    }
}

static void check_enum(const struct checker *checker, const struct schema_type *type)
{
    struct nodes at = { .count = 0 };

    nodes_add_type(&at, type);
    if (type->value_count == 0)
        check_report(checker, &at, "Enum type %.*s must define one or more values.",
                     STR_PRINT(type->name));
    for (size_t i = 0; i < type->value_count; i++) {
        const struct ast_enum_value *value = type->values[i].ast;

        check_name(checker, type->values[i].name, node_start(value->description, value->offset));
    }
}

static void check_one_of_field(const struct checker *checker, const struct schema_input *input,
                               struct str coordinate)
{
    struct nodes type = node(input->ast->type->offset);
    struct nodes whole = node(node_start(input->ast->description, input->ast->offset));

    if (input->type->kind == REF_NON_NULL)
        check_report(checker, &type, "OneOf input field %.*s must be nullable.",
                     STR_PRINT(coordinate));
    if (input->default_literal != NULL)
        check_report(checker, &whole, "OneOf input field %.*s cannot have a default value.",
                     STR_PRINT(coordinate));
}

static void check_input_object(const struct checker *checker, const struct schema_type *type)
{
    struct nodes at = { .count = 0 };

    nodes_add_type(&at, type);
    if (type->input_count == 0)
        check_report(checker, &at, "Input Object type %.*s must define one or more fields.",
                     STR_PRINT(type->name));
    for (size_t i = 0; i < type->input_count; i++) {
        const struct schema_input *input = &type->inputs[i];
        const struct check_input checked = {
            .input = input,
            .coordinate = check_coordinate(checker, type->name, ".", input->name, ""),
            .what = "input field",
            .type_offset = input->ast->type->offset,
        };

        check_input(checker, &checked);
        if (type->is_one_of) check_one_of_field(checker, input, checked.coordinate);
    }
}

static void check_type(const struct checker *checker, const struct schema_type *type)
{
    check_name(checker, type->name, node_start(type->ast->description, type->ast->offset));
    switch (type->kind) {
    case TYPE_OBJECT:
    case TYPE_INTERFACE:
        check_composite(checker, type);
        break;
    case TYPE_UNION:
        check_union(checker, type);
        break;
    case TYPE_ENUM:
        check_enum(checker, type);
        break;
    case TYPE_INPUT_OBJECT:
        check_input_object(checker, type);
        break;
    case TYPE_SCALAR:
        break;
    }
}

enum status schema_check(const struct schema_sources *sources, const struct gql_schema *schema)
{
    const struct checker checker = { sources, schema, sources->arena };
    size_t before = sources->errors->count + sources->errors->dropped;
    struct default_path *defaults = check_defaults_new(&checker);

    check_roots(&checker);
    for (size_t i = 0; i < schema->directive_count; i++)
        check_directive(&checker, &schema->directives[i]);
    for (size_t i = 0; i < schema->type_count; i++) {
        const struct schema_type *type = schema->types[i];

        if (type->is_builtin || type->is_introspection) continue;
        check_type(&checker, type);
        if (type->kind == TYPE_INPUT_OBJECT) check_defaults(defaults, type);
    }
    check_finite(&checker);
    return sources->errors->count + sources->errors->dropped > before ? MC_INVALID : MC_OK;
}
