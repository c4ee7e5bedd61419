/* The layout of graphql-js's printSchema. */
#include "graphql/language/printer.h"
#include "graphql/type/schema.h"

static void add(struct buf *out, const char *text)
{
    buf_add(out, str_of(text));
}

/* May text stand between triple quotes and be read back the same? Not with control characters,
 * with an empty first or last line, or when all lines are indented. */
static bool fits_block(struct str text)
{
    bool empty_line = true, indented = false, all_indented = true, lines = false;

    if (text.size == 0) return true;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c == '\n') {
            if (empty_line && !lines) return false;
            lines = true;
            empty_line = true;
            indented = false;
        } else if (c == '\t' || c == ' ') {
            indented = indented || empty_line;
        } else if (c <= 0x0f) {
            return false;
        } else {
            all_indented = all_indented && indented;
            empty_line = false;
        }
    }
    return !empty_line && !(all_indented && lines);
}

static void print_text(struct buf *out, struct str text, bool block)
{
    const struct ast_value value = { .kind = AST_STRING, .text = text, .block = block };

    print_value(out, &value);
}

/* Every line after indent; a blank line before it unless it is the first of its block. */
static void print_description(struct buf *out, struct str description, const char *indent,
                              bool first)
{
    struct buf block;
    struct str text;

    if (description.data == NULL) return;
    if (indent[0] != '\0' && !first) buf_add_char(out, '\n');
    add(out, indent);
    buf_init(&block, SIZE_MAX);
    print_text(&block, description, fits_block(description));
    text = buf_str(&block);
    for (size_t i = 0; i < text.size; i++) {
        buf_add_char(out, text.data[i]);
        if (text.data[i] == '\n') add(out, indent);
    }
    buf_done(&block);
    buf_add_char(out, '\n');
}

static void print_deprecated(struct buf *out, bool deprecated, struct str reason)
{
    if (!deprecated) return;
    add(out, " @deprecated");
    if (str_is(reason, "No longer supported")) return;
    add(out, "(reason: ");
    print_text(out, reason, false);
    buf_add_char(out, ')');
}

static void print_input(struct buf *out, const struct schema_input *input)
{
    buf_add(out, input->name);
    add(out, ": ");
    type_ref_print(out, input->type);
    if (input->default_literal != NULL) {
        add(out, " = ");
        print_value(out, input->default_literal);
    }
    print_deprecated(out, input->deprecated, input->deprecation_reason);
}

static void print_arguments(struct buf *out, const struct schema_input *inputs, size_t count,
                            const char *indent, const char *inner)
{
    bool described = false;

    if (count == 0) return;
    for (size_t i = 0; i < count; i++)
        described = described || inputs[i].description.data != NULL;
    add(out, described ? "(\n" : "(");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) add(out, described ? "\n" : ", ");
        if (described) {
            print_description(out, inputs[i].description, inner, i == 0);
            add(out, inner);
        }
        print_input(out, &inputs[i]);
    }
    if (described) {
        buf_add_char(out, '\n');
        add(out, indent);
    }
    buf_add_char(out, ')');
}

static void print_fields(struct buf *out, const struct schema_type *type)
{
    if (type->field_count == 0) return;
    add(out, " {\n");
    for (size_t i = 0; i < type->field_count; i++) {
        const struct schema_field *field = &type->fields[i];

        print_description(out, field->description, "  ", i == 0);
        add(out, "  ");
        buf_add(out, field->name);
        print_arguments(out, field->arguments, field->argument_count, "  ", "    ");
        add(out, ": ");
        type_ref_print(out, field->type);
        print_deprecated(out, field->deprecated, field->deprecation_reason);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '}');
}

static void print_names(struct buf *out, const char *before, const char *joint,
                        const struct schema_type *const *types, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(out, i == 0 ? before : joint);
        buf_add(out, types[i]->name);
    }
}

static void print_values(struct buf *out, const struct schema_type *type)
{
    if (type->value_count == 0) return;
    add(out, " {\n");
    for (size_t i = 0; i < type->value_count; i++) {
        const struct schema_enum_value *value = &type->values[i];

        print_description(out, value->description, "  ", i == 0);
        add(out, "  ");
        buf_add(out, value->name);
        print_deprecated(out, value->deprecated, value->deprecation_reason);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '}');
}

static void print_input_fields(struct buf *out, const struct schema_type *type)
{
    if (type->is_one_of) add(out, " @oneOf");
    if (type->input_count == 0) return;
    add(out, " {\n");
    for (size_t i = 0; i < type->input_count; i++) {
        print_description(out, type->inputs[i].description, "  ", i == 0);
        add(out, "  ");
        print_input(out, &type->inputs[i]);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '}');
}

static void print_named_type(struct buf *out, const struct schema_type *type)
{
    static const char *const words[] = { "scalar ", "type ", "interface ",
                                         "union ",  "enum ", "input " };

    print_description(out, type->description, "", true);
    add(out, words[type->kind]);
    buf_add(out, type->name);
    switch (type->kind) {
    case TYPE_SCALAR:
        if (type->specified_by.data == NULL) break;
        add(out, " @specifiedBy(url: ");
        print_text(out, type->specified_by, false);
        buf_add_char(out, ')');
        break;
    case TYPE_OBJECT:
    case TYPE_INTERFACE:
        print_names(out, " implements ", " & ", type->interfaces, type->interface_count);
        print_fields(out, type);
        break;
    case TYPE_UNION:
        print_names(out, " = ", " | ", type->possible, type->possible_count);
        break;
    case TYPE_ENUM:
        print_values(out, type);
        break;
    case TYPE_INPUT_OBJECT:
        print_input_fields(out, type);
        break;
    }
}

static void print_directive(struct buf *out, const struct schema_directive *directive)
{
    print_description(out, directive->description, "", true);
    add(out, "directive @");
    buf_add(out, directive->name);
    print_arguments(out, directive->arguments, directive->argument_count, "", "  ");
    if (directive->repeatable) add(out, " repeatable");
    for (size_t i = 0; i < directive->location_count; i++) {
        add(out, i == 0 ? " on " : " | ");
        buf_add(out, directive->locations[i]);
    }
}

static void print_root(struct buf *out, const char *operation, const struct schema_type *type)
{
    if (type != NULL) buf_printf(out, "  %s: %.*s\n", operation, STR_PRINT(type->name));
}

static bool default_roots(const struct gql_schema *schema)
{
    return schema->query == schema_type(schema, STR("Query")) &&
           schema->mutation == schema_type(schema, STR("Mutation")) &&
           schema->subscription == schema_type(schema, STR("Subscription"));
}

static bool print_definition(struct buf *out, const struct gql_schema *schema)
{
    if (schema->query == NULL && schema->mutation == NULL && schema->subscription == NULL)
        return false;
    if (schema->description.data == NULL && default_roots(schema)) return false;
    print_description(out, schema->description, "", true);
    add(out, "schema {\n");
    print_root(out, "query", schema->query);
    print_root(out, "mutation", schema->mutation);
    print_root(out, "subscription", schema->subscription);
    buf_add_char(out, '}');
    return true;
}

static bool is_specified(struct str name)
{
    static const char *const names[] = { "include", "skip", "deprecated", "specifiedBy", "oneOf" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (str_is(name, names[i])) return true;
    return false;
}

void gql_schema_print(const struct gql_schema *schema, struct buf *out)
{
    bool before = print_definition(out, schema);

    for (size_t i = 0; i < schema->directive_count; i++) {
        if (is_specified(schema->directives[i].name)) continue;
        if (before) add(out, "\n\n");
        print_directive(out, &schema->directives[i]);
        before = true;
    }
    for (size_t i = 0; i < schema->type_count; i++) {
        if (schema->types[i]->is_builtin || schema->types[i]->is_introspection) continue;
        if (before) add(out, "\n\n");
        print_named_type(out, schema->types[i]);
        before = true;
    }
}
