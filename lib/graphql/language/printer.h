/*
 * printer.h - tree to text, in graphql-js's layout (two blanks, block strings, 80 columns for
 * argument lists). The text parses to an equal tree.
 */
#ifndef GRAPHQL_LANGUAGE_PRINTER_H
#define GRAPHQL_LANGUAGE_PRINTER_H

#include "base/buf.h"
#include "graphql/language/ast.h"

void print_document(struct buf *out, const struct ast_document *document);
void print_value(struct buf *out, const struct ast_value *value);
void print_type(struct buf *out, const struct ast_type *type);

#endif
