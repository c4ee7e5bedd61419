#include "harness_language.h"

#include "base/utf8.h"
#include "graphql/language/lexer.h"
#include "graphql/language/printer.h"
#include "graphql/language/schema_coordinate.h"

enum { ARENA_BYTES_MAX = 1 << 28, PRINTED_BYTES_MAX = 1 << 26, ERRORS_MAX = 10 };

struct bench {
    struct arena arena;
    struct gql_errors errors;
    struct str source;
};

static bool bench_init(struct bench *bench, const json_t *request)
{
    const json_t *source = json_object_get(request, "source");

    if (!json_is_string(source)) return false;
    arena_init(&bench->arena, ARENA_BYTES_MAX);
    gql_errors_init(&bench->errors, &bench->arena, ERRORS_MAX);
    bench->source = (struct str){ json_string_value(source), json_string_length(source) };
    return true;
}

static json_t *error_json(const struct gql_error *error)
{
    json_t *locations = json_array();

    for (size_t i = 0; i < error->location_count; i++)
        json_array_append_new(locations,
                              json_pack("{s:I, s:I}", "line", (json_int_t)error->locations[i].line,
                                        "column", (json_int_t)error->locations[i].column));
    return json_pack("{s:s%, s:o}", "message", error->message.data, error->message.size,
                     "locations", locations);
}

/* Parses by the function of this name and prints what it read. Fails: as the parser, MC_NOT_FOUND
 * without such a function. */
static enum status parse_and_print(struct bench *bench, const char *name, struct buf *out)
{
    bool constant = strcmp(name, "parseConstValue") == 0;
    struct ast_document *document;
    struct ast_value *value;
    struct ast_type *type;
    struct schema_coordinate coordinate;
    enum status status = MC_NOT_FOUND;

    if (strcmp(name, "parse") == 0) {
        status = parse_document(&bench->arena, bench->source, &parser_limits_wide, &bench->errors,
                                &document);
        if (status == MC_OK) print_document(out, document);
    } else if (constant || strcmp(name, "parseValue") == 0) {
        status = parse_value(&bench->arena, bench->source, constant, &bench->errors, &value);
        if (status == MC_OK) print_value(out, value);
    } else if (strcmp(name, "parseType") == 0) {
        status = parse_type(&bench->arena, bench->source, &bench->errors, &type);
        if (status == MC_OK) print_type(out, type);
    } else if (strcmp(name, "parseSchemaCoordinate") == 0) {
        status = parse_schema_coordinate(bench->source, &bench->errors, &coordinate);
        if (status == MC_OK) print_schema_coordinate(out, &coordinate);
    }
    return status;
}

json_t *harness_parse(const json_t *request)
{
    const char *name = json_string_value(json_object_get(request, "fn"));
    struct bench bench;
    struct buf printed;
    json_t *answer;

    if (name == NULL || !bench_init(&bench, request)) return NULL;
    buf_init(&printed, PRINTED_BYTES_MAX);
    if (parse_and_print(&bench, name, &printed) == MC_OK)
        answer = json_pack("{s:b, s:s%}", "ok", 1, "printed", buf_str(&printed).data, printed.size);
    else if (bench.errors.head != NULL)
        answer = json_pack("{s:b, s:o}", "ok", 0, "error", error_json(bench.errors.head));
    else
        answer = json_pack("{s:s}", "harnessError", "no such fn");
    buf_done(&printed);
    arena_done(&bench.arena);
    return answer;
}

/* How many UTF-16 code units stand before a byte. */
static json_int_t units_before(struct str source, size_t offset)
{
    json_int_t units = 0;
    size_t at = 0;

    while (at < offset)
        units += utf8_next(source, &at) > 0xffff ? 2 : 1;
    return units;
}

static json_t *token_json(struct str source, const struct token *token)
{
    static const char *const names[] = {
#define TOKEN_NAME_ROW(symbol, name, punctuator) name,
        TOKEN_TABLE(TOKEN_NAME_ROW)
#undef TOKEN_NAME_ROW
    };
    struct gql_location place = gql_location_of(source, token->offset);
    json_t *json = json_pack("{s:s, s:I, s:I, s:I, s:I}", "kind", names[token->kind], "start",
                             units_before(source, token->offset), "end",
                             units_before(source, token->offset + token->size), "line",
                             (json_int_t)place.line, "column", (json_int_t)place.column);

    if (token->value.data != NULL)
        json_object_set_new(json, "value", json_stringn(token->value.data, token->value.size));
    return json;
}

json_t *harness_lex(const json_t *request)
{
    json_t *tokens = json_array(), *answer;
    struct token token = { .kind = TOKEN_NAME };
    struct bench bench;
    struct lexer lexer;

    if (!bench_init(&bench, request)) return NULL;
    lexer_init(&lexer, &bench.arena, bench.source, parser_limits_wide.tokens_max, &bench.errors);
    while (token.kind != TOKEN_EOF && lexer_next(&lexer, &token) == MC_OK)
        json_array_append_new(tokens, token_json(bench.source, &token));
    answer = json_pack("{s:o}", "tokens", tokens);
    if (bench.errors.head != NULL)
        json_object_set_new(answer, "error", error_json(bench.errors.head));
    arena_done(&bench.arena);
    return answer;
}
