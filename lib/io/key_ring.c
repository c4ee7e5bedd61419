#include "io/key_ring.h"

#include "base/base64.h"

#include <openssl/crypto.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const purpose_names[KEY_PURPOSE_COUNT] = { "CELL", "INDEX", "REFRESH" };

static bool purpose_named(struct str name, enum key_purpose *ret_purpose)
{
    for (int purpose = 0; purpose < KEY_PURPOSE_COUNT; purpose++) {
        if (!str_is(name, purpose_names[purpose])) continue;
        *ret_purpose = (enum key_purpose)purpose;
        return true;
    }
    return false;
}

static bool read_key(struct str text, struct ring_key *key)
{
    struct arena arena;
    struct str bytes;
    bool good;

    arena_init(&arena, KEY_RING_FILE_BYTES_MAX);
    good = base64url_decode(&arena, text, &bytes) == MC_OK && bytes.size == KEY_BYTES;
    if (good) memcpy(key->bytes, bytes.data, KEY_BYTES);
    if (good) OPENSSL_cleanse((void *)(uintptr_t)bytes.data, bytes.size);
    arena_done(&arena);
    return good;
}

/* Says what does not fit; NULL when all does. */
static const char *add_line(struct key_ring *ring, struct str line)
{
    struct str rest = line, name = str_split(&rest, ' '), id_text = str_split(&rest, ' ');
    enum key_purpose purpose;
    struct ring_key *key;
    int64_t id;

    if (!purpose_named(name, &purpose)) return "begins with none of CELL, INDEX and REFRESH";
    if (str_to_i64(id_text, &id) != MC_OK || id < 1 || id > UINT16_MAX)
        return "has no key id from 1 to 65535";
    if (key_ring_find(ring, purpose, (uint16_t)id) != NULL) return "repeats a key id";
    if (ring->purposes[purpose].count == (purpose == KEY_INDEX ? 1 : KEY_RING_KEYS_MAX))
        return "is one key too many for its purpose";
    key = &ring->purposes[purpose].keys[ring->purposes[purpose].count];
    key->id = (uint16_t)id;
    if (!read_key(str_trim(rest), key)) return "has no key of 32 bytes in base64url";
    ring->purposes[purpose].count++;
    return NULL;
}

enum status key_ring_parse(struct key_ring *ring, struct str text, struct buf *why)
{
    struct str rest = text;

    *ring = (struct key_ring){ 0 };
    for (int number = 1; rest.data != NULL; number++) {
        struct str line = str_trim(str_split(&rest, '\n'));
        const char *complaint = line.size == 0 || line.data[0] == '#' ? NULL : add_line(ring, line);

        if (complaint == NULL) continue;
        buf_printf(why, "line %d of the key ring %s.\n", number, complaint);
        return MC_BAD_INPUT;
    }
    for (int purpose = 0; purpose < KEY_PURPOSE_COUNT; purpose++) {
        if (ring->purposes[purpose].count > 0) continue;
        buf_printf(why, "the key ring has no %s key.\n", purpose_names[purpose]);
        return MC_BAD_INPUT;
    }
    return MC_OK;
}

/* Of us alone, and not to be written by chance. */
static bool is_private(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0377) == 0 &&
           info.st_uid == geteuid();
}

static enum status read_ring(struct key_ring *ring, int fd, const char *path, struct buf *why)
{
    char text[KEY_RING_FILE_BYTES_MAX];
    ssize_t size;
    enum status status = MC_BAD_INPUT;

    if (!is_private(fd)) {
        buf_printf(why, "%s must be ours alone to read: chmod 0400, owner as the server's.\n",
                   path);
        return MC_BAD_INPUT;
    }
    size = read(fd, text, sizeof(text));
    if (size < 0 || size == (ssize_t)sizeof(text))
        buf_printf(why, "%s is no key ring.\n", path);
    else
        status = key_ring_parse(ring, (struct str){ text, (size_t)size }, why);
    OPENSSL_cleanse(text, sizeof(text));
    return status;
}

/* 1 byte and not 0: where a program takes the cores, the kernel heeds no other limit (core(5)). */
static void leave_no_core(void)
{
    struct rlimit limit;

    MC_ASSERT(getrlimit(RLIMIT_CORE, &limit) == 0);
    if (limit.rlim_max == 0) return;
    limit.rlim_cur = 1;
    MC_ASSERT(setrlimit(RLIMIT_CORE, &limit) == 0);
}

enum status key_ring_load(struct key_ring *ring, const char *path, struct buf *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    enum status status;

    if (fd < 0) {
        buf_printf(why, "%s cannot be opened (%s); name a key ring by MOTCUA_KEY_RING_FILE.\n",
                   path, strerror(errno));
        return MC_UNAVAILABLE;
    }
    leave_no_core();
    status = read_ring(ring, fd, path, why);
    close(fd);
    return status;
}

static struct str new_ring(struct arena *arena)
{
    struct buf text;
    struct str copy;

    buf_init(&text, KEY_RING_FILE_BYTES_MAX);
    for (int purpose = 0; purpose < KEY_PURPOSE_COUNT; purpose++) {
        char secret[KEY_BYTES];

        MC_ASSERT(getrandom(secret, sizeof(secret), 0) == (ssize_t)sizeof(secret));
        struct str key = base64url_encode(arena, (struct str){ secret, sizeof(secret) });

        buf_printf(&text, "%s 1 %.*s\n", purpose_names[purpose], STR_PRINT(key));
    }
    copy = arena_str(arena, buf_str(&text));
    buf_done(&text);
    return copy;
}

/* Two processes may come here at once: whoever links first has made it. */
enum status key_ring_make(const char *path, struct buf *why)
{
    struct arena arena;
    bool made = access(path, F_OK) == 0;
    int fd = -1;

    arena_init(&arena, KEY_RING_FILE_BYTES_MAX);
    if (!made) {
        const char *temporary = arena_printf(&arena, "%s.%d", path, (int)getpid()).data;
        struct str text = new_ring(&arena);

        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
        made = fd >= 0 && write(fd, text.data, text.size) == (ssize_t)text.size &&
               (link(temporary, path) == 0 || errno == EEXIST);
        if (fd >= 0) close(fd);
        if (fd >= 0) (void)unlink(temporary);
    }
    arena_done(&arena);
    if (!made) buf_printf(why, "%s cannot be written.\n", path);
    return made ? MC_OK : MC_UNAVAILABLE;
}

void key_ring_forget(struct key_ring *ring)
{
    OPENSSL_cleanse(ring, sizeof(*ring));
}

const struct ring_key *key_ring_current(const struct key_ring *ring, enum key_purpose purpose)
{
    MC_ASSERT(ring->purposes[purpose].count > 0);
    return &ring->purposes[purpose].keys[ring->purposes[purpose].count - 1];
}

const struct ring_key *key_ring_find(const struct key_ring *ring, enum key_purpose purpose,
                                     uint16_t id)
{
    for (size_t i = 0; i < ring->purposes[purpose].count; i++)
        if (ring->purposes[purpose].keys[i].id == id) return &ring->purposes[purpose].keys[i];
    return NULL;
}
