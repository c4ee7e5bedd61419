/* Header fields of tus of any bytes: what is taken keeps the promises of tus.h. */
#include "server/tus.h"

enum { ARENA_BYTES_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct str text = { (const char *)data, data_bytes }, type = STR_NONE;
    struct tus_checksum checksum;
    struct arena arena;
    int64_t number;

    arena_init(&arena, ARENA_BYTES_MAX);
    if (tus_number(text, &number) == MC_OK) MC_ASSERT(number >= 0);
    if (tus_file_type(text, &arena, &type) == MC_OK)
        MC_ASSERT(data_bytes <= TUS_METADATA_BYTES_MAX && type.size < data_bytes + 1);
    if (tus_checksum_read(text, &arena, &checksum) == MC_OK) {
        MC_ASSERT(checksum.digest.size == 20 || checksum.digest.size == 32);
        (void)tus_checksum_fits(&checksum, text);
    }
    arena_done(&arena);
    return 0;
}
