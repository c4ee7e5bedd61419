#include "personal_no.h"

#include "code_exchange.h"
#include "io/cell.h"

struct str personal_no_index(const struct key_ring *keys, struct str personal_no,
                             struct arena *arena)
{
    return blind_index(keys, "personal_no", personal_no, arena);
}

enum status personal_no_seal(const struct key_ring *keys, struct str personal_no,
                             struct arena *arena, struct sealed_number *sealed)
{
    const struct cell_place place = { sealed->table, "personal_no", sealed->public_id };

    if (!is_personal_no(personal_no)) return MC_BAD_INPUT;
    sealed->personal_no_index = personal_no_index(keys, personal_no, arena);
    return cell_seal(keys, &place, personal_no, arena, &sealed->personal_no);
}
