/* Forms of any bytes: what is taken keeps the promises of form.h. */
#include "server/form.h"

enum { ARENA_BYTES_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct arena arena;
    struct form form;

    arena_init(&arena, ARENA_BYTES_MAX);
    if (form_parse(&form, &arena, (struct str){ (const char *)data, data_bytes }) == MC_OK) {
        MC_ASSERT(data_bytes <= FORM_BYTES_MAX && form.count <= FORM_FIELDS_MAX);
        for (size_t i = 0; i < form.count; i++) {
            MC_ASSERT(memchr(form.fields[i].name.data, '\0', form.fields[i].name.size) == NULL);
            MC_ASSERT(memchr(form.fields[i].value.data, '\0', form.fields[i].value.size) == NULL);
            for (size_t j = 0; j < i; j++)
                MC_ASSERT(!str_eq(form.fields[i].name, form.fields[j].name));
        }
    }
    arena_done(&arena);
    return 0;
}
