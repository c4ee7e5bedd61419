#include "compression.h"

#include "quality.h"

#include <brotli/encode.h>
#include <zlib.h>

const char *const coding_names[CODING_COUNT] = { "", "gzip", "br" };

/* In thousandths; 0: not wanted. A coding that is not named has the wish of "*". */
static int wish_for(struct str accept, const char *name)
{
    int any = 0;

    while (accept.data != NULL) {
        struct str range = str_trim(str_split(&accept, ','));
        struct str rest = range;
        struct str coding = str_trim(str_split(&rest, ';'));

        if (str_eq_nocase(coding, str_of(name))) return quality_of(range);
        if (str_is(coding, "*")) any = quality_of(range);
    }
    return any;
}

enum coding coding_choose(struct str accept_encoding, unsigned offered)
{
    static const enum coding smallest_first[] = { CODING_BROTLI, CODING_GZIP };
    enum coding chosen = CODING_IDENTITY;
    int best = 0;

    if (accept_encoding.data == NULL) return CODING_IDENTITY;
    for (size_t i = 0; i < 2; i++) {
        int wish = wish_for(accept_encoding, coding_names[smallest_first[i]]);

        if ((offered & 1u << smallest_first[i]) == 0 || wish <= best) continue;
        best = wish;
        chosen = smallest_first[i];
    }
    return chosen;
}

/* Where to write, and how much: there is room for it, then is written. */
struct room {
    unsigned char *at;
    size_t size;
};

static bool gzip(int level, struct str bytes, struct room *room)
{
    enum { GZIP_WINDOW_BITS = 15 + 16, MEMORY_LEVEL = 8 };
    z_stream stream = { .next_in = (Bytef *)(uintptr_t)bytes.data,
                        .avail_in = (uInt)bytes.size,
                        .next_out = room->at,
                        .avail_out = (uInt)room->size };
    int ended;

    if (deflateInit2(&stream, level, Z_DEFLATED, GZIP_WINDOW_BITS, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    ended = deflate(&stream, Z_FINISH);
    room->size = stream.total_out;
    deflateEnd(&stream);
    return ended == Z_STREAM_END;
}

static bool brotli(int level, struct str bytes, struct room *room)
{
    return BrotliEncoderCompress(level, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size,
                                 (const uint8_t *)bytes.data, &room->size, room->at) == BROTLI_TRUE;
}

enum status compress_bytes(enum coding coding, int level, struct str bytes, struct buf *out)
{
    struct room room = { (unsigned char *)buf_room(out, bytes.size), bytes.size };
    bool done;

    if (room.at == NULL) return MC_LIMIT;
    done = coding == CODING_GZIP ? gzip(level, bytes, &room) : brotli(level, bytes, &room);
    if (done) buf_advance(out, room.size);
    return done ? MC_OK : MC_LIMIT;
}
