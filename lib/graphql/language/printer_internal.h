/*
 * printer_internal.h - what the printer's files share: a buffer and how far lines are indented.
 */
#ifndef GRAPHQL_LANGUAGE_PRINTER_INTERNAL_H
#define GRAPHQL_LANGUAGE_PRINTER_INTERNAL_H

#include "graphql/language/printer.h"

struct printer {
    struct buf *out;
    size_t indent;
    bool flat; /* all on one line, whatever its length */
    bool open; /* a { here would be read as part of the definition before */
};

/* Does what is printed flat take at most 80 UTF-16 code units? Costs no more than a line, whatever
 * the node's size: a flat printer stops when its little buffer is full. */
bool fits_on_line(void (*print)(struct printer *printer, const void *node), const void *node);

void put(struct printer *printer, struct str text);
void put_text(struct printer *printer, const char *text);
void put_line_end(struct printer *printer);

void put_value(struct printer *printer, const struct ast_value *value);
void put_type(struct printer *printer, const struct ast_type *type);
/* " @a @b", with the blank in front; nothing for none. */
void put_directives(struct printer *printer, const struct ast_directive *directives);
/* With its line end; nothing for none. */
void put_description(struct printer *printer, const struct ast_value *description);

void put_executable(struct printer *printer, const struct ast_definition *definition);
void put_type_system(struct printer *printer, const struct ast_definition *definition);

#endif
