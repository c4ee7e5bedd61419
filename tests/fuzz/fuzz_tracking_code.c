/* A tracking code of any bytes: what is read is written so that it reads the same. */
#include "server/tracking_code.h"

#include <string.h>

enum { ARENA_BYTES_MAX = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct str text = { (const char *)data, data_bytes };
    unsigned char bytes[TRACKING_CODE_BYTES], again[TRACKING_CODE_BYTES];
    char written[TRACKING_CODE_TEXT_BYTES];
    struct arena arena;
    bool is_code = tracking_code_read(text, bytes) == MC_OK;

    arena_init(&arena, ARENA_BYTES_MAX);
    if (is_code) {
        struct str shown = tracking_code_write(bytes, written);

        MC_ASSERT(tracking_code_read(shown, again) == MC_OK);
        MC_ASSERT(memcmp(bytes, again, sizeof(bytes)) == 0);
        MC_ASSERT(str_eq(tracking_code_digest(text, &arena), tracking_code_digest(shown, &arena)));
    }
    MC_ASSERT(is_code !=
              str_eq(tracking_code_digest(text, &arena), tracking_code_digest(STR(""), &arena)));
    arena_done(&arena);
    return 0;
}
