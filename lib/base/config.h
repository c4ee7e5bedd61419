/*
 * config.h - settings as a table: one row a setting gives the struct member, the environment
 * variable, the check of its range, `… config` output and the README's table.
 *
 * A binary writes its rows once, in config.def:
 *     X(port, I64, "8443", 0, 65535, "", "TCP port to listen on; 0 takes a free one")
 * and expands them with the macros below. The environment variable is MOTCUA_ + upper-case name.
 *
 * Life:  texts live in the arena given.   Fails: MC_BAD_INPUT with one sentence that names the
 *        variable, what it holds and what it may hold. Unknown MOTCUA_ variables are not errors.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/buf.h"

enum config_type { CONFIG_I64, CONFIG_TEXT, CONFIG_BOOL };

struct config_row {
    const char *name;
    enum config_type type;
    size_t offset;
    const char *preset;
    int64_t min, max;
    const char *unit;
    const char *sentence;
};

#define CONFIG_TYPE_I64                                             int64_t
#define CONFIG_TYPE_TEXT                                            const char *
#define CONFIG_TYPE_BOOL                                            bool
#define CONFIG_MEMBER(name, type, preset, min, max, unit, sentence) CONFIG_TYPE_##type name;
#define CONFIG_ROW(struct_type, name, type, preset, min, max, unit, sentence)                      \
    { #name, CONFIG_##type, offsetof(struct_type, name), preset, min, max, unit, sentence },

/* Fills the struct from the environment (getenv) or the presets. A text is the environment's own
 * memory. On MC_BAD_INPUT the sentence is appended to problem. */
enum status config_load(const struct config_row *rows, size_t count, void *config,
                        struct buf *problem);

/* One line a setting: NAME=value  # unit; sentence (default ...). Values of settings whose name
 * ends in _key, _secret or _url with a password are not shown. */
void config_print(const struct config_row *rows, size_t count, const void *config, struct buf *out);

/* The README's rows: | `NAME` | default | unit | sentence | */
void config_print_markdown(const struct config_row *rows, size_t count, struct buf *out);

#endif
