/*
 * Texts of any characters: tokens stand within the text, one behind the other, and what they say is
 * UTF-8; at the end comes the end, again and again; a refusal is one error.
 */
#include "base/utf8.h"
#include "graphql/language/lexer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

enum { TOKENS_MAX = 4000 };

static void check_token(struct arena *arena, struct str source, const struct token *token,
                        uint32_t before)
{
    MC_ASSERT(token->offset >= before);
    MC_ASSERT(token->offset + token->size <= source.size);
    MC_ASSERT(token->kind == TOKEN_EOF || token->size > 0);
    MC_ASSERT(token->value.data == NULL || utf8_check(token->value) == token->value.size);
    MC_ASSERT(token_text(arena, token).size > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    const struct str source = { (const char *)data, data_bytes };
    struct token token = { .kind = TOKEN_NAME };
    struct gql_errors errors;
    struct lexer lexer;
    struct arena arena;
    uint32_t end = 0;

    if (data_bytes == 0 || utf8_check(source) != source.size) return 0;
    arena_init(&arena, 1 << 26);
    gql_errors_init(&errors, &arena, 2);
    lexer_init(&lexer, &arena, source, TOKENS_MAX, &errors);
    while (lexer_next(&lexer, &token) == MC_OK && token.kind != TOKEN_EOF) {
        check_token(&arena, source, &token, end);
        end = token.offset + token.size;
    }
    MC_ASSERT(lexer.token_count <= TOKENS_MAX + 1);
    MC_ASSERT(errors.count == (token.kind == TOKEN_EOF ? 0 : 1));
    if (token.kind == TOKEN_EOF) {
        MC_ASSERT(lexer_next(&lexer, &token) == MC_OK);
        MC_ASSERT(token.kind == TOKEN_EOF);
    }
    arena_done(&arena);
    return 0;
}
