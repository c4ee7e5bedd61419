#include "paper_kind.h"

enum { BOX_HEAD_BYTES = 8, BRANDS_BYTES_MAX = 256 };

static bool begins(struct str bytes, const char *magic, size_t size)
{
    return str_starts(bytes, (struct str){ magic, size });
}

static bool is_pdf(struct str bytes)
{
    return begins(bytes, "%PDF-", 5);
}

static bool is_jpeg(struct str bytes)
{
    return begins(bytes, "\xff\xd8\xff", 3);
}

static bool is_png(struct str bytes)
{
    return begins(bytes, "\x89PNG\r\n\x1a\n", 8);
}

/* ---- HEIC ---- */

static uint64_t number_at(struct str bytes, size_t at, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | (unsigned char)bytes.data[at + i];
    return number;
}

/* Its size with the head; 0: it does not fit. */
static size_t box_size(struct str bytes)
{
    uint64_t size;

    if (bytes.size < BOX_HEAD_BYTES) return 0;
    size = number_at(bytes, 0, 4);
    if (size == 0) return bytes.size;
    if (size == 1) {
        if (bytes.size < (size_t)2 * BOX_HEAD_BYTES) return 0;
        size = number_at(bytes, BOX_HEAD_BYTES, 8);
    }
    return size < BOX_HEAD_BYTES || size > bytes.size ? 0 : (size_t)size;
}

static bool is_one_of(const char *name, const char *const names[])
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (memcmp(name, names[i], 4) == 0) return true;
    return false;
}

/* The brand of a single picture in HEVC, as the file's own or among those it is compatible with. */
static bool has_brand(struct str box)
{
    static const char *const brands[] = { "heic", "heix", "heim", "heis", NULL };

    if (box.size < 16 || box.size > BRANDS_BYTES_MAX || box.size % 4 != 0) return false;
    for (size_t at = 8; at + 4 <= box.size; at += 4)
        if (at != 12 && is_one_of(box.data + at, brands)) return true;
    return false;
}

static bool is_heic(struct str bytes)
{
    static const char *const boxes[] = { "meta", "mdat", "free", "skip", NULL };
    size_t size = box_size(bytes);

    if (size == 0 || memcmp(bytes.data + 4, "ftyp", 4) != 0 ||
        !has_brand((struct str){ bytes.data, size }))
        return false;
    for (;;) {
        bytes.data += size;
        bytes.size -= size;
        if (bytes.size == 0) return true;
        size = box_size(bytes);
        if (size == 0 || !is_one_of(bytes.data + 4, boxes)) return false;
    }
}

static const struct {
    const char *media_type;
    bool (*is)(struct str bytes);
    bool is_photo;
} kinds[] = {
    { "application/pdf", is_pdf, false },
    { "image/jpeg", is_jpeg, true },
    { "image/png", is_png, true },
    { "image/heic", is_heic, true },
};

enum status paper_kind_check(struct str media_type, struct str bytes)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (str_is(media_type, kinds[i].media_type)) return kinds[i].is(bytes) ? MC_OK : MC_INVALID;
    return MC_MEDIA_TYPE;
}

bool paper_kind_is_photo(struct str media_type)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (str_is(media_type, kinds[i].media_type)) return kinds[i].is_photo;
    return false;
}
