/* Values, types, directives; documents are put together from printer_*.c. */
#include "base/utf8.h"
#include "graphql/language/printer_internal.h"

enum { BLOCK_LINE_MAX = 70, LINE_MAX_UNITS = 80, LINE_BYTES_MAX = 256 };

void put(struct printer *printer, struct str text)
{
    buf_add(printer->out, text);
}

void put_text(struct printer *printer, const char *text)
{
    buf_add(printer->out, str_of(text));
}

void put_line_end(struct printer *printer)
{
    put_text(printer, "\n");
    for (size_t i = 0; i < printer->indent; i++)
        put_text(printer, "  ");
}

static void put_escaped(struct printer *printer, uint32_t code)
{
    static const char shorts[] = "\bb\tt\nn\ff\rr\"\"\\\\";

    for (size_t i = 0; i + 1 < sizeof(shorts); i += 2) {
        if ((uint32_t)(unsigned char)shorts[i] != code) continue;
        buf_printf(printer->out, "\\%c", shorts[i + 1]);
        return;
    }
    buf_printf(printer->out, "\\u%04X", code);
}

static void put_string(struct printer *printer, struct str text)
{
    size_t at = 0;

    put_text(printer, "\"");
    while (at < text.size) {
        size_t start = at;
        uint32_t code = utf8_next(text, &at);

        if (code < 0x20 || code == '"' || code == '\\' || (code >= 0x7f && code <= 0x9f))
            put_escaped(printer, code);
        else
            put(printer, (struct str){ text.data + start, at - start });
    }
    put_text(printer, "\"");
}

struct block_layout {
    bool leading, trailing; /* a line end after the opening, before the closing quotes */
};

static bool ends_with(struct str text, struct str ending)
{
    return text.size >= ending.size &&
           memcmp(text.data + text.size - ending.size, ending.data, ending.size) == 0;
}

static bool starts_blank(struct str line)
{
    return line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
}

/* Every line but the first is empty or begins with a blank. */
static bool rest_is_indented(struct str text)
{
    (void)str_split(&text, '\n');
    while (text.data != NULL) {
        struct str line = str_split(&text, '\n');

        if (line.size > 0 && !starts_blank(line)) return false;
    }
    return true;
}

static struct block_layout layout_of(struct str text)
{
    bool single = text.size == 0 || memchr(text.data, '\n', text.size) == NULL;
    bool quotes = ends_with(text, STR("\"\"\""));
    bool trailing = (ends_with(text, STR("\"")) && !quotes) || ends_with(text, STR("\\"));
    bool leading = !single && rest_is_indented(text);
    bool several = !single || text.size > BLOCK_LINE_MAX || trailing || leading || quotes;

    return (struct block_layout){ (several && !(single && starts_blank(text))) || leading,
                                  several || trailing };
}

static void put_block_text(struct printer *printer, struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        struct str rest = { text.data + i, text.size - i };

        if (str_starts(rest, STR("\"\"\""))) {
            put_text(printer, "\\\"\"\"");
            i += 2;
        } else if (text.data[i] == '\n') {
            put_line_end(printer);
        } else {
            buf_add_char(printer->out, text.data[i]);
        }
    }
}

static void put_block_string(struct printer *printer, struct str text)
{
    struct block_layout layout = layout_of(text);

    put_text(printer, "\"\"\"");
    if (layout.leading) put_line_end(printer);
    put_block_text(printer, text);
    if (layout.trailing) put_line_end(printer);
    put_text(printer, "\"\"\"");
}

static size_t utf16_units(struct str text)
{
    size_t at = 0, units = 0;

    while (at < text.size)
        units += utf8_next(text, &at) > 0xffff ? 2 : 1;
    return units;
}

/* 80 units are at most 240 bytes of UTF-8: over LINE_BYTES_MAX is over the line. */
bool fits_on_line(void (*print)(struct printer *printer, const void *node), const void *node)
{
    struct buf line;
    struct printer printer = { .out = &line, .flat = true };
    bool fits;

    buf_init(&line, LINE_BYTES_MAX);
    print(&printer, node);
    fits = !line.over && utf16_units(buf_str(&line)) <= LINE_MAX_UNITS;
    buf_done(&line);
    return fits;
}

static void put_flat(struct printer *printer, const void *value)
{
    put_value(printer, value);
}

static void put_list(struct printer *printer, const struct ast_value *list)
{
    const struct ast_value *item;

    put_text(printer, "[");
    AST_EACH(item, list->items)
    {
        if (printer->out->over) return;
        if (item != list->items) put_text(printer, ", ");
        put_value(printer, item);
    }
    put_text(printer, "]");
}

static void put_list_lines(struct printer *printer, const struct ast_value *list)
{
    const struct ast_value *item;

    put_text(printer, "[");
    printer->indent++;
    AST_EACH(item, list->items)
    {
        put_line_end(printer);
        put_value(printer, item);
    }
    printer->indent--;
    put_line_end(printer);
    put_text(printer, "]");
}

static void put_object_field(struct printer *printer, const struct ast_argument *field)
{
    put(printer, field->name.text);
    put_text(printer, ": ");
    put_value(printer, field->value);
}

static void put_object(struct printer *printer, const struct ast_value *object)
{
    const struct ast_argument *field;

    put_text(printer, "{ ");
    AST_EACH(field, object->fields)
    {
        if (printer->out->over) return;
        if (field != object->fields) put_text(printer, ", ");
        put_object_field(printer, field);
    }
    put_text(printer, " }");
}

static void put_object_lines(struct printer *printer, const struct ast_value *object)
{
    const struct ast_argument *field;

    put_text(printer, "{");
    printer->indent++;
    AST_EACH(field, object->fields)
    {
        put_line_end(printer);
        put_object_field(printer, field);
    }
    printer->indent--;
    put_line_end(printer);
    put_text(printer, "}");
}

static void put_composite(struct printer *printer, const struct ast_value *value)
{
    bool lines = !printer->flat && !fits_on_line(put_flat, value);

    if (value->kind == AST_LIST)
        lines ? put_list_lines(printer, value) : put_list(printer, value);
    else
        lines ? put_object_lines(printer, value) : put_object(printer, value);
}

/* As deep as the parser let the value be. */
void put_value(struct printer *printer, const struct ast_value *value)
{
    switch (value->kind) {
    case AST_VARIABLE:
        put_text(printer, "$");
        put(printer, value->text);
        break;
    case AST_STRING:
        if (value->block)
            put_block_string(printer, value->text);
        else
            put_string(printer, value->text);
        break;
    case AST_NULL:
        put_text(printer, "null");
        break;
    case AST_LIST:
    case AST_OBJECT:
        put_composite(printer, value);
        break;
    case AST_INT:
    case AST_FLOAT:
    case AST_BOOLEAN:
    case AST_ENUM:
        put(printer, value->text);
        break;
    }
}

void put_type(struct printer *printer, const struct ast_type *type)
{
    if (type->kind == AST_TYPE_LIST) put_text(printer, "[");
    if (type->kind == AST_TYPE_NAMED)
        put(printer, type->name);
    else
        put_type(printer, type->of);
    if (type->kind == AST_TYPE_LIST) put_text(printer, "]");
    if (type->kind == AST_TYPE_NON_NULL) put_text(printer, "!");
}

void put_directives(struct printer *printer, const struct ast_directive *directives)
{
    const struct ast_directive *directive;
    const struct ast_argument *argument;

    AST_EACH(directive, directives)
    {
        put_text(printer, " @");
        put(printer, directive->name.text);
        if (directive->arguments == NULL) continue;
        put_text(printer, "(");
        AST_EACH(argument, directive->arguments)
        {
            if (argument != directive->arguments) put_text(printer, ", ");
            put(printer, argument->name.text);
            put_text(printer, ": ");
            put_value(printer, argument->value);
        }
        put_text(printer, ")");
    }
}

void put_description(struct printer *printer, const struct ast_value *description)
{
    if (description == NULL) return;
    put_value(printer, description);
    put_line_end(printer);
}

/* Does it end where a block of its own might follow? */
static bool is_open(const struct ast_definition *definition)
{
    switch (definition->kind) {
    case AST_SCHEMA:
        return definition->root_types == NULL;
    case AST_ENUM_TYPE:
        return definition->values == NULL;
    case AST_OBJECT_TYPE:
    case AST_INTERFACE_TYPE:
    case AST_INPUT_TYPE:
        return definition->fields == NULL;
    default:
        return false;
    }
}

void print_document(struct buf *out, const struct ast_document *document)
{
    struct printer printer = { .out = out };
    const struct ast_definition *definition;

    AST_EACH(definition, document->definitions)
    {
        if (definition != document->definitions) put_text(&printer, "\n\n");
        if (definition->kind == AST_OPERATION || definition->kind == AST_FRAGMENT)
            put_executable(&printer, definition);
        else
            put_type_system(&printer, definition);
        printer.open = is_open(definition);
    }
}

void print_value(struct buf *out, const struct ast_value *value)
{
    put_value(&(struct printer){ .out = out }, value);
}

void print_type(struct buf *out, const struct ast_type *type)
{
    put_type(&(struct printer){ .out = out }, type);
}
