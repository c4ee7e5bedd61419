/*
 * connection.h - pages of lists, as Relay's cursor connections have them.
 *
 * A cursor is opaque to clients: base64url of a kind and two numbers, the key of the row in its
 * list's order. A page is asked for with one row more than it shows, which tells whether there is
 * more.
 * Source: https://relay.dev/graphql/connections.htm
 */
#ifndef RESOLVERS_CONNECTION_H
#define RESOLVERS_CONNECTION_H

#include "ask.h"

enum cursor_kind {
    CURSOR_ACCESS = 'a',
    CURSOR_DOSSIER = 'd',
    CURSOR_TIMELINE = 't',
    CURSOR_FEED = 'f',
    CURSOR_OFFICER = 'o',
    CURSOR_PROCEDURE = 'p',
    CURSOR_BULK_ITEM = 'b',
    CURSOR_GRANT = 'g',
    CURSOR_DELEGATION = 'e',
    CURSOR_PAPER = 's',
    CURSOR_WORK = 'w',
    CURSOR_CATALOGUE = 'c',
    CURSOR_SEARCH = 'q',
    CURSOR_RESULT = 'r',
    CURSOR_SIGNATURE = 'i',
    CURSOR_QUARANTINE = 'm',
};

/* A row's place: what its list is ordered by. */
struct place {
    int64_t major, minor;
};

struct str cursor_write(struct arena *arena, enum cursor_kind kind, struct place place);
/* Fails: MC_BAD_INPUT when it is not a cursor of this kind. */
enum status cursor_read(struct arena *arena, enum cursor_kind kind, struct str text,
                        struct place *ret_place);

/* How a list is ordered: the kind of its cursors, and where a row of it stands. */
struct list_order {
    enum cursor_kind kind;
    struct place (*place)(const void *node);
};

/* Which rows, by the arguments first, after, last, before of a batch. */
struct page {
    size_t limit; /* rows to show; ask for limit + 1 */
    bool backward;
    bool has_after, has_before;
    struct place after, before;
};

/* preset: how many when neither first nor last is given. Fails: MC_BAD_INPUT. */
enum status page_read(const struct gql_batch *batch, enum cursor_kind kind, size_t preset,
                      struct page *ret_page);

/* The same of a list that is only read forward, by the arguments first and after. */
enum status page_read_forward(const struct gql_batch *batch, enum cursor_kind kind, size_t preset,
                              struct page *ret_page);

struct connection {
    void **nodes;
    size_t count;
    const struct list_order *order;
    bool has_next, has_previous;
};

/* Rows of up to limit + 1 in the direction of the page, as a connection in the list's own order. */
struct connection *connection_new(struct arena *arena, const struct page *page,
                                  const struct list_order *order, void **rows, size_t count);

/* A connection a parent from the rows of an ask; the answer of a paged list. */
void connection_answer(struct gql_batch *batch, struct db_ask *ask, const struct page *page,
                       const struct list_order *order);

/* An empty connection for every parent. */
void connection_answer_none(struct gql_batch *batch, const struct list_order *order);

/* The fields of every connection type, of every edge type, and of PageInfo. */
extern const struct gql_field connection_fields[];
extern const struct gql_field edge_fields[];
extern const struct gql_field page_info_fields[];

#endif
