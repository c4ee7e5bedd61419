/*
 * party.h - Party (bên liên quan): the other end of a grant, a delegation or a seat, as a part of
 * its row.
 */
#ifndef RESOLVERS_PARTY_H
#define RESOLVERS_PARTY_H

#include "ask.h"

struct party {
    struct str id;
    struct str name; /* absent: the viewer may not know who it is */
    struct str kind; /* PERSON, ORGANISATION */
};

/* NOLINTBEGIN(bugprone-macro-parentheses): a type and a member are no expressions. */
#define PARTY_COLUMNS(prefix, row, member)                                                         \
    DB_COLUMN_AS(prefix "_id", row, member.id, DB_UUID),                                           \
        DB_COLUMN_AS(prefix "_name", row, member.name, DB_TEXT),                                   \
        DB_COLUMN_AS(prefix "_kind", row, member.kind, DB_TEXT)
/* NOLINTEND(bugprone-macro-parentheses) */

/* The resolver of a field whose parent's row holds the party; its data is a size_t, where. */
gql_resolve party_resolve;

#endif
