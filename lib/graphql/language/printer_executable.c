#include "graphql/language/printer_internal.h"

static void put_argument(struct printer *printer, const struct ast_argument *argument)
{
    put(printer, argument->name.text);
    put_text(printer, ": ");
    put_value(printer, argument->value);
}

static void put_arguments(struct printer *printer, const struct ast_argument *arguments, bool lines)
{
    const struct ast_argument *argument;

    put_text(printer, "(");
    if (lines) printer->indent++;
    AST_EACH(argument, arguments)
    {
        if (printer->flat && printer->out->over) return;
        if (lines)
            put_line_end(printer);
        else if (argument != arguments)
            put_text(printer, ", ");
        put_argument(printer, argument);
    }
    if (lines) {
        printer->indent--;
        put_line_end(printer);
    }
    put_text(printer, ")");
}

static void put_selections(struct printer *printer, const struct ast_selection *selections);

static void put_field_name(struct printer *printer, const struct ast_selection *field)
{
    if (field->alias.text.data != NULL) {
        put(printer, field->alias.text);
        put_text(printer, ": ");
    }
    put(printer, field->name.text);
}

static void put_field_line(struct printer *printer, const void *node)
{
    const struct ast_selection *field = node;

    put_field_name(printer, field);
    put_arguments(printer, field->arguments, false);
}

static void put_field(struct printer *printer, const struct ast_selection *field)
{
    put_field_name(printer, field);
    if (field->arguments != NULL)
        put_arguments(printer, field->arguments, !fits_on_line(put_field_line, field));
    put_directives(printer, field->directives);
    if (field->selections != NULL) {
        put_text(printer, " ");
        put_selections(printer, field->selections);
    }
}

static void put_selection(struct printer *printer, const struct ast_selection *selection)
{
    if (selection->kind == AST_FIELD) {
        put_field(printer, selection);
        return;
    }
    put_text(printer, "...");
    if (selection->kind == AST_FRAGMENT_SPREAD) put(printer, selection->name.text);
    if (selection->type_condition != NULL) {
        put_text(printer, " on ");
        put(printer, selection->type_condition->name);
    }
    put_directives(printer, selection->directives);
    if (selection->kind == AST_INLINE_FRAGMENT) {
        put_text(printer, " ");
        put_selections(printer, selection->selections);
    }
}

static void put_selections(struct printer *printer, const struct ast_selection *selections)
{
    const struct ast_selection *selection;

    put_text(printer, "{");
    printer->indent++;
    AST_EACH(selection, selections)
    {
        put_line_end(printer);
        put_selection(printer, selection);
    }
    printer->indent--;
    put_line_end(printer);
    put_text(printer, "}");
}

static void put_variable(struct printer *printer, const struct ast_variable *variable)
{
    put_description(printer, variable->description);
    put_text(printer, "$");
    put(printer, variable->name.text);
    put_text(printer, ": ");
    put_type(printer, variable->type);
    if (variable->default_value != NULL) {
        put_text(printer, " = ");
        put_value(printer, variable->default_value);
    }
    put_directives(printer, variable->directives);
}

static void put_variables(struct printer *printer, const struct ast_variable *variables, bool lines)
{
    const struct ast_variable *variable;

    put_text(printer, lines ? "(\n" : "(");
    AST_EACH(variable, variables)
    {
        if (variable != variables) put_text(printer, lines ? "\n" : ", ");
        put_variable(printer, variable);
    }
    put_text(printer, lines ? "\n)" : ")");
}

static void put_variable_list(struct printer *printer, const struct ast_variable *variables)
{
    size_t start = printer->out->size;

    if (variables == NULL) return;
    put_variables(printer, variables, false);
    if (printer->out->over ||
        memchr(printer->out->data + start, '\n', printer->out->size - start) == NULL)
        return;
    buf_truncate(printer->out, start);
    put_variables(printer, variables, true);
}

static void put_operation(struct printer *printer, const struct ast_definition *operation)
{
    static const char *const words[] = { "query", "mutation", "subscription" };
    bool bare = !printer->open && operation->operation == AST_QUERY &&
                operation->name.text.data == NULL && operation->variables == NULL &&
                operation->directives == NULL && operation->description == NULL;

    put_description(printer, operation->description);
    if (!bare) {
        put_text(printer, words[operation->operation]);
        if (operation->name.text.data != NULL || operation->variables != NULL)
            put_text(printer, " ");
        put(printer, operation->name.text);
        put_variable_list(printer, operation->variables);
        put_directives(printer, operation->directives);
        put_text(printer, " ");
    }
    put_selections(printer, operation->selections);
}

void put_executable(struct printer *printer, const struct ast_definition *definition)
{
    if (definition->kind == AST_OPERATION) {
        put_operation(printer, definition);
        return;
    }
    put_description(printer, definition->description);
    put_text(printer, "fragment ");
    put(printer, definition->name.text);
    put_text(printer, " on ");
    put(printer, definition->type_condition->name);
    put_directives(printer, definition->directives);
    put_text(printer, " ");
    put_selections(printer, definition->selections);
}
