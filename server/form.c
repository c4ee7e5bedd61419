#include "form.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/* -1: no byte of a form. */
static int escaped_byte(struct str text, size_t at)
{
    int high, low;

    if (at + 2 >= text.size) return -1;
    high = hex_value(text.data[at + 1]);
    low = hex_value(text.data[at + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static enum status decode(struct arena *arena, struct str text, struct str *ret_text)
{
    char *out = arena_alloc(arena, text.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        int byte = text.data[i] == '+' ? ' ' : (unsigned char)text.data[i];

        if (text.data[i] == '%') {
            byte = escaped_byte(text, i);
            i += 2;
        }
        if (byte <= 0) return MC_BAD_INPUT;
        out[size++] = (char)byte;
    }
    *ret_text = (struct str){ out, size };
    return MC_OK;
}

static const struct form_field *find(const struct form *form, struct str name)
{
    for (size_t i = 0; i < form->count; i++)
        if (str_eq(form->fields[i].name, name)) return &form->fields[i];
    return NULL;
}

static enum status add_field(struct form *form, struct arena *arena, struct str pair)
{
    struct form_field field;
    struct str value = pair, name = str_split(&value, '=');
    enum status status = decode(arena, name, &field.name);

    if (status == MC_OK) status = decode(arena, value.data == NULL ? STR("") : value, &field.value);
    if (status != MC_OK) return status;
    if (find(form, field.name) != NULL) return MC_BAD_INPUT;
    if (form->count == FORM_FIELDS_MAX) return MC_LIMIT;
    form->fields[form->count++] = field;
    return MC_OK;
}

enum status form_parse(struct form *form, struct arena *arena, struct str text)
{
    enum status status = MC_OK;

    form->count = 0;
    if (text.size > FORM_BYTES_MAX) return MC_TOO_LARGE;
    while (status == MC_OK && text.size > 0) {
        struct str pair = str_split(&text, '&');

        if (pair.size > 0) status = add_field(form, arena, pair);
    }
    return status;
}

struct str form_text(const struct form *form, const char *name)
{
    const struct form_field *field = find(form, str_of(name));

    return field == NULL || field->value.size == 0 ? STR_NONE : field->value;
}
