/* A thousand rows of five leaves, as a resolver would leave them in memory. */
#include "engine_works.h"

enum { ROWS = 1000, ERRORS_MAX = 10 };

static const char sdl[] =
    "type Query { rows: [Row!]! }\n"
    "type Row { id: ID! text: String! whole: Int! real: Float! flag: Boolean! }\n";

struct row {
    struct str id, text;
    int64_t whole;
    double real;
    bool flag;
};

static struct row rows[ROWS];

static enum gql_progress all_rows(struct gql_batch *batch)
{
    struct gql_cell *cells = gql_set_list(batch, 0, ROWS);

    for (size_t i = 0; i < ROWS; i++)
        cells[i] = gql_cell_object(&rows[i]);
    return GQL_NOW;
}

static const struct gql_field query_fields[] = { GQL_FIELD("rows", all_rows), GQL_FIELDS_END };
static const struct gql_field row_fields[] = {
    GQL_MEMBER("id", struct row, id),       GQL_MEMBER("text", struct row, text),
    GQL_MEMBER("whole", struct row, whole), GQL_MEMBER("real", struct row, real),
    GQL_MEMBER("flag", struct row, flag),   GQL_FIELDS_END,
};
static const struct gql_type query = { "Query", query_fields }, row_type = { "Row", row_fields };

/* engine.mjs makes the same. */
static void make_rows(struct arena *arena)
{
    for (int i = 0; i < ROWS; i++)
        rows[i] = (struct row){
            .id = arena_printf(arena, "0192f0c4-%08d", i),
            .text = arena_printf(arena, "twenty letters %05d", i),
            .whole = 1000000 + i * 7919,
            .real = 1000.0 + (double)i * 0.37,
            .flag = i % 3 == 0,
        };
}

struct gql_schema *rows_schema(struct arena *arena)
{
    const struct gql_type *tables[] = { &query, &row_type };
    const struct gql_bindings bindings = { .types = tables, .type_count = 2 };
    const struct gql_source source = { "rows", { sdl, sizeof(sdl) - 1 } };
    struct gql_schema *schema = NULL;
    struct gql_errors errors;

    gql_errors_init(&errors, arena, ERRORS_MAX);
    MC_ASSERT(gql_schema_build(arena, &source, 1, &errors, &schema) == MC_OK);
    MC_ASSERT(gql_schema_bind(schema, &bindings, &errors) == MC_OK);
    make_rows(arena);
    return schema;
}
