#include "graphql/language/printer_internal.h"

static void put_input(struct printer *printer, const struct ast_field_definition *input)
{
    put_description(printer, input->description);
    put(printer, input->name.text);
    put_text(printer, ": ");
    put_type(printer, input->type);
    if (input->default_value != NULL) {
        put_text(printer, " = ");
        put_value(printer, input->default_value);
    }
    put_directives(printer, input->directives);
}

static void put_inputs(struct printer *printer, const struct ast_field_definition *inputs,
                       bool lines)
{
    const struct ast_field_definition *input;

    put_text(printer, "(");
    if (lines) printer->indent++;
    AST_EACH(input, inputs)
    {
        if (lines)
            put_line_end(printer);
        else if (input != inputs)
            put_text(printer, ", ");
        put_input(printer, input);
    }
    if (lines) {
        printer->indent--;
        put_line_end(printer);
    }
    put_text(printer, ")");
}

/* On one line, unless one of them needs several. */
static void put_argument_definitions(struct printer *printer,
                                     const struct ast_field_definition *inputs)
{
    size_t start = printer->out->size;

    if (inputs == NULL) return;
    put_inputs(printer, inputs, false);
    if (printer->out->over ||
        memchr(printer->out->data + start, '\n', printer->out->size - start) == NULL)
        return;
    buf_truncate(printer->out, start);
    put_inputs(printer, inputs, true);
}

static void put_field_definition(struct printer *printer, const struct ast_field_definition *field)
{
    put_description(printer, field->description);
    put(printer, field->name.text);
    put_argument_definitions(printer, field->arguments);
    put_text(printer, ": ");
    put_type(printer, field->type);
    put_directives(printer, field->directives);
}

static void put_fields(struct printer *printer, const struct ast_definition *definition)
{
    const struct ast_field_definition *field;

    if (definition->fields == NULL) return;
    put_text(printer, " {");
    printer->indent++;
    AST_EACH(field, definition->fields)
    {
        put_line_end(printer);
        if (definition->kind == AST_INPUT_TYPE)
            put_input(printer, field);
        else
            put_field_definition(printer, field);
    }
    printer->indent--;
    put_line_end(printer);
    put_text(printer, "}");
}

static void put_types(struct printer *printer, const char *before, const struct ast_type *types,
                      const char *between)
{
    const struct ast_type *type;

    if (types == NULL) return;
    put_text(printer, before);
    AST_EACH(type, types)
    {
        if (type != types) put_text(printer, between);
        put(printer, type->name);
    }
}

static void put_enum_values(struct printer *printer, const struct ast_enum_value *values)
{
    const struct ast_enum_value *value;

    if (values == NULL) return;
    put_text(printer, " {");
    printer->indent++;
    AST_EACH(value, values)
    {
        put_line_end(printer);
        put_description(printer, value->description);
        put(printer, value->name.text);
        put_directives(printer, value->directives);
    }
    printer->indent--;
    put_line_end(printer);
    put_text(printer, "}");
}

static void put_root_types(struct printer *printer, const struct ast_root_type *roots)
{
    static const char *const words[] = { "query", "mutation", "subscription" };
    const struct ast_root_type *root;

    if (roots == NULL) return;
    put_text(printer, " {");
    printer->indent++;
    AST_EACH(root, roots)
    {
        put_line_end(printer);
        put_text(printer, words[root->operation]);
        put_text(printer, ": ");
        put(printer, root->type->name);
    }
    printer->indent--;
    put_line_end(printer);
    put_text(printer, "}");
}

static void put_directive_definition(struct printer *printer,
                                     const struct ast_definition *directive)
{
    put_text(printer, "directive @");
    put(printer, directive->name.text);
    put_argument_definitions(printer, directive->arguments);
    if (directive->repeatable) put_text(printer, " repeatable");
    put_text(printer, " on ");
    for (size_t i = 0; i < directive->location_count; i++) {
        if (i > 0) put_text(printer, " | ");
        put(printer, directive->locations[i].text);
    }
}

void put_type_system(struct printer *printer, const struct ast_definition *definition)
{
    static const char *const words[] = {
        [AST_SCHEMA] = "schema",    [AST_SCALAR_TYPE] = "scalar",
        [AST_OBJECT_TYPE] = "type", [AST_INTERFACE_TYPE] = "interface",
        [AST_UNION_TYPE] = "union", [AST_ENUM_TYPE] = "enum",
        [AST_INPUT_TYPE] = "input",
    };

    put_description(printer, definition->description);
    if (definition->kind == AST_DIRECTIVE_DEFINITION) {
        put_directive_definition(printer, definition);
        return;
    }
    if (definition->extends) put_text(printer, "extend ");
    put_text(printer, words[definition->kind]);
    if (definition->name.text.data != NULL) put_text(printer, " ");
    put(printer, definition->name.text);
    put_types(printer, " implements ", definition->interfaces, " & ");
    put_directives(printer, definition->directives);
    put_types(printer, " = ", definition->members, " | ");
    put_root_types(printer, definition->root_types);
    put_enum_values(printer, definition->values);
    put_fields(printer, definition);
}
