#include "personal_no.h"

#include "code_exchange.h"
#include "io/cell.h"

#include <sys/random.h>

struct str uuid_random(struct arena *arena)
{
    unsigned char b[16];

    MC_ASSERT(getrandom(b, sizeof(b), 0) == (ssize_t)sizeof(b));
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    return arena_printf(
        arena, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
        b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

struct str personal_no_index(const struct key_ring *keys, struct str personal_no,
                             struct arena *arena)
{
    return blind_index(keys, "personal_no", personal_no, arena);
}

enum status personal_no_seal_officer(const struct key_ring *keys, struct str personal_no,
                                     struct arena *arena, struct sealed_officer *sealed)
{
    const struct cell_place place = { "officer", "personal_no", sealed->public_id };

    if (!is_personal_no(personal_no)) return MC_BAD_INPUT;
    sealed->personal_no_index = personal_no_index(keys, personal_no, arena);
    return cell_seal(keys, &place, personal_no, arena, &sealed->personal_no);
}
