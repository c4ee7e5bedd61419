#include "words.h"

static size_t count_words(struct str text)
{
    size_t count = text.size > 0;

    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == ' ';
    return count;
}

void words_set(struct gql_batch *batch, size_t position, struct str text)
{
    size_t count = count_words(text);
    struct gql_cell *items = gql_set_list(batch, position, count);

    for (size_t i = 0; i < count; i++)
        items[i] = gql_cell_text(str_split(&text, ' '));
}
