/* Files and scanners' answers of any bytes: no byte is read that is not there, and what is taken
 * for a kind begins as that kind does. */
#include "workers/paper_kind.h"
#include "workers/scanner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    static const char *const types[] = { "application/pdf", "image/jpeg", "image/png",
                                         "image/heic" };
    struct str bytes = { (const char *)data, data_bytes };
    int kinds = 0;

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        kinds += paper_kind_check(str_of(types[i]), bytes) == MC_OK;
    MC_ASSERT(kinds <= 1);
    if (scanner_reply_read(bytes) == MC_OK) MC_ASSERT(str_starts(bytes, STR("stream: OK")));
    return 0;
}
