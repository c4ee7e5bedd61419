/* Cells and key rings of any bytes. The first byte says what the rest is: 'k' a ring, 'c' a cell,
 * 's' a value that is sealed and then spoilt at the place the next two bytes name. What is taken
 * keeps the promises of key_ring.h and cell.h. */
#include "io/cell.h"

enum { ARENA_BYTES_MAX = 1 << 20 };

static const struct cell_place place = { "person", "personal_no", STR("row") };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static void parse_ring(struct str text)
{
    struct key_ring ring;
    struct buf why;

    buf_init(&why, 4096);
    if (key_ring_parse(&ring, text, &why) != MC_OK) {
        MC_ASSERT(why.size > 0);
    } else {
        for (int purpose = 0; purpose < KEY_PURPOSE_COUNT; purpose++)
            MC_ASSERT(key_ring_current(&ring, (enum key_purpose)purpose)->id > 0);
        MC_ASSERT(ring.purposes[KEY_INDEX].count == 1);
    }
    key_ring_forget(&ring);
    buf_done(&why);
}

static void seal_and_spoil(const struct key_ring *ring, struct str text, struct arena *arena)
{
    struct str plain = { text.data + 2, text.size - 2 }, sealed, opened;
    size_t at = ((size_t)(unsigned char)text.data[0] << 8) | (unsigned char)text.data[1];
    char *bytes;

    if (cell_seal(ring, &place, plain, arena, &sealed) != MC_OK) {
        MC_ASSERT(plain.size > CELL_PLAIN_BYTES_MAX);
        return;
    }
    MC_ASSERT(cell_is_current(ring, sealed));
    MC_ASSERT(cell_open(ring, &place, sealed, arena, &opened) == MC_OK);
    MC_ASSERT(str_eq(opened, plain));
    bytes = arena_alloc(arena, sealed.size);
    memcpy(bytes, sealed.data, sealed.size);
    bytes[at % sealed.size] ^= 1;
    MC_ASSERT(cell_open(ring, &place, (struct str){ bytes, sealed.size }, arena, &opened) != MC_OK);
    MC_ASSERT(cell_open(ring, &place, (struct str){ sealed.data, at % sealed.size }, arena,
                        &opened) != MC_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct key_ring ring = { 0 };
    struct arena arena;
    struct str rest, opened;

    if (data_bytes < 1) return 0;
    for (int purpose = 0; purpose < KEY_PURPOSE_COUNT; purpose++) {
        ring.purposes[purpose].keys[0].id = 1;
        ring.purposes[purpose].count = 1;
    }
    arena_init(&arena, ARENA_BYTES_MAX);
    rest = (struct str){ (const char *)data + 1, data_bytes - 1 };
    if (data[0] == 'k')
        parse_ring(rest);
    else if (data[0] == 's' && rest.size >= 2)
        seal_and_spoil(&ring, rest, &arena);
    else if (data[0] == 'c')
        (void)cell_open(&ring, &place, rest, &arena, &opened);
    arena_done(&arena);
    return 0;
}
