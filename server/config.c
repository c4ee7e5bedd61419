#include "config.h"

#include "base/base64.h"
#include "http/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

const struct config_row server_config_rows[] = {
#define X(...) CONFIG_ROW(struct server_config, __VA_ARGS__)
#include "config.def"
#undef X
#define GUARD_ROW(name, initial, unit, sentence)                                                   \
    { "guard_" #name, CONFIG_I64, offsetof(struct server_config, guard_##name),                    \
      #initial,       1,          INT32_MAX,                                                       \
      unit,           sentence },
    GUARD_SETTINGS(GUARD_ROW)
#undef GUARD_ROW
};

const size_t server_config_count = sizeof(server_config_rows) / sizeof(server_config_rows[0]);

struct guard_settings server_config_guard(const struct server_config *config)
{
    struct guard_settings settings;

#define GUARD_COPY(name, initial, unit, sentence) settings.name = (uint32_t)config->guard_##name;
    GUARD_SETTINGS(GUARD_COPY)
#undef GUARD_COPY
    return settings;
}

static const struct {
    size_t setting;
    const char *name, *need;
} needs[] = {
    { offsetof(struct server_config, public_url), "MOTCUA_PUBLIC_URL",
      "the address that clients and partners know us by" },
    { offsetof(struct server_config, issuers_file), "MOTCUA_ISSUERS_FILE",
      "who vouches for people, or nobody can sign in" },
    { offsetof(struct server_config, key_ring_file), "MOTCUA_KEY_RING_FILE",
      "keys that you keep a copy of: without them the sealed personal numbers are lost" },
    { offsetof(struct server_config, storage_dir), "MOTCUA_STORAGE_DIR",
      "where people's papers are kept, on a disk that is backed up with the database" },
};

/* An address that others can ask: not this machine's own name for itself, as the preset is. */
static bool is_public(struct str url)
{
    struct str host;

    if (!str_starts(url, STR("https://"))) return false;
    host = (struct str){ url.data + sizeof("https://") - 1, url.size - (sizeof("https://") - 1) };
    host = str_split(&host, '/');
    host = str_split(&host, ':');
    return host.size > 0 && host.data[0] != '[' && !str_is(host, "localhost") &&
           !str_is(host, "127.0.0.1");
}

static bool is_given(const struct server_config *config, size_t setting)
{
    const char *value;

    if (setting == offsetof(struct server_config, public_url))
        return is_public(str_of(config->public_url));
    memcpy(&value, (const char *)config + setting, sizeof(value));
    return value[0] != '\0';
}

enum status server_config_check(const struct server_config *config, struct buf *why)
{
    enum status status = MC_OK;

    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]) && !config->development; i++) {
        if (is_given(config, needs[i].setting)) continue;
        buf_printf(why, "%s must name %s; only a workshop (MOTCUA_DEVELOPMENT=yes) does without.\n",
                   needs[i].name, needs[i].need);
        status = MC_BAD_INPUT;
    }
    return status;
}

static enum status make_directory(const char *path, struct buf *why)
{
    struct stat info;

    if (mkdir(path, 0700) == 0 ||
        (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
        return MC_OK;
    buf_printf(why, "%s cannot be made; name another directory by MOTCUA_STATE_DIR.\n", path);
    return MC_UNAVAILABLE;
}

static struct str read_file(const char *path, struct arena *arena)
{
    char text[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text));

    if (fd >= 0) close(fd);
    if (size <= 0) return STR_NONE;
    return str_trim(arena_str(arena, (struct str){ text, (size_t)size }));
}

/* Two processes may come here at once: the file is made whole under another name, then linked, and
 * whoever comes second reads the first one's. */
static void write_new_key(const char *path, struct arena *arena)
{
    char secret[32];
    struct str temporary = arena_printf(arena, "%s.%d", path, (int)getpid());
    int fd = open(temporary.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    MC_ASSERT(getrandom(secret, sizeof(secret), 0) == (ssize_t)sizeof(secret));
    if (fd < 0) return;
    struct str key = base64url_encode(arena, (struct str){ secret, sizeof(secret) });
    struct str text = arena_printf(arena, "dev:%.*s", STR_PRINT(key));

    if (write(fd, text.data, text.size) == (ssize_t)text.size && link(temporary.data, path) != 0 &&
        errno != EEXIST)
        (void)unlink(path);
    close(fd);
    (void)unlink(temporary.data);
}

static enum status load_token_keys(struct arena *arena, const char *path, struct buf *why,
                                   const char **ret_keys)
{
    struct str keys = read_file(path, arena);

    if (keys.data == NULL) write_new_key(path, arena);
    keys = read_file(path, arena);
    if (keys.data == NULL) {
        buf_printf(why, "%s cannot be written; give a key ring by MOTCUA_TOKEN_KEYS.\n", path);
        return MC_UNAVAILABLE;
    }
    *ret_keys = arena_printf(arena, "%.*s", STR_PRINT(keys)).data;
    return MC_OK;
}

static enum status load_key_ring(const struct server_config *config, struct arena *arena,
                                 struct buf *why, struct key_ring *ring)
{
    const char *path = config->key_ring_file;
    enum status status;

    if (path[0] != '\0') return key_ring_load(ring, path, why);
    path = arena_printf(arena, "%s/key_ring", config->state_dir).data;
    status = key_ring_make(path, why);
    return status == MC_OK ? key_ring_load(ring, path, why) : status;
}

enum status server_secrets_load(const struct server_config *config, struct arena *arena,
                                struct buf *why, struct server_secrets *ret_secrets)
{
    struct server_secrets secrets = { .tls_certificate = config->tls_certificate,
                                      .tls_key = config->tls_key,
                                      .token_keys = config->token_keys };
    bool own_tls = secrets.tls_certificate[0] != '\0', own_keys = secrets.token_keys[0] != '\0';
    bool own_ring = config->key_ring_file[0] != '\0';
    enum status status = server_config_check(config, why);

    if (status != MC_OK) return status;
    if (!own_tls || !own_keys || !own_ring) status = make_directory(config->state_dir, why);
    if (status == MC_OK && !own_tls) {
        secrets.tls_certificate = arena_printf(arena, "%s/tls.crt", config->state_dir).data;
        secrets.tls_key = arena_printf(arena, "%s/tls.key", config->state_dir).data;
        status = tls_make_development(secrets.tls_certificate, secrets.tls_key, why);
    }
    if (status == MC_OK && !own_keys)
        status =
            load_token_keys(arena, arena_printf(arena, "%s/token.keys", config->state_dir).data,
                            why, &secrets.token_keys);
    if (status == MC_OK) status = load_key_ring(config, arena, why, &secrets.keys);
    if (status == MC_OK) *ret_secrets = secrets;
    return status;
}
