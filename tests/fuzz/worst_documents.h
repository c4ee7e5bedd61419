/*
 * worst_documents.h - documents that make the front end work hardest, as far as the limits let
 * them: for the bench and for whoever changes a rule.
 *
 * Each writes a document for the server's own schema; it may be valid or not, but it is small
 * enough to be read. A new idea is a row of the table.
 */
#ifndef TESTS_FUZZ_WORST_DOCUMENTS_H
#define TESTS_FUZZ_WORST_DOCUMENTS_H

#include "base/buf.h"

struct worst_document {
    const char *name;
    void (*write)(struct buf *out, size_t bytes_max);
};

extern const struct worst_document worst_documents[];
extern const size_t worst_document_count;

#endif
