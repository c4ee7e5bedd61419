/*
 * config.h - the server's settings (config.def, and the guard's budgets), from MOTCUA_* variables.
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "base/arena.h"
#include "base/config.h"
#include "http/guard_settings.h"
#include "io/key_ring.h"

struct server_config {
#define X(...) CONFIG_MEMBER(__VA_ARGS__)
#include "config.def"
#undef X
#define GUARD_MEMBER(name, initial, unit, sentence) int64_t guard_##name;
    GUARD_SETTINGS(GUARD_MEMBER)
#undef GUARD_MEMBER
};

extern const struct config_row server_config_rows[];
extern const size_t server_config_count;

struct guard_settings server_config_guard(const struct server_config *config);

/* Outside of development nothing that cannot be made again is made for an operator who forgot to
 * name it. Fails: MC_BAD_INPUT, with a sentence in why for each setting that is missing. */
enum status server_config_check(const struct server_config *config, struct buf *why);

/* PEM files, token keys and the key ring: those named, or made in state_dir at first use. Texts
 * live in arena. Fails: as server_config_check; MC_BAD_INPUT, MC_UNAVAILABLE with one sentence in
 * why. */
struct server_secrets {
    const char *tls_certificate, *tls_key, *token_keys;
    struct key_ring keys;
};

enum status server_secrets_load(const struct server_config *config, struct arena *arena,
                                struct buf *why, struct server_secrets *ret_secrets);

#endif
