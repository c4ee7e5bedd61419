/*
 * guard.h - what one connection may cost before it is refused or cut.
 *
 * libh2o limits neither what a peer may ask for by cheap frames nor how long it may keep something
 * waiting. A guard watches one accepted socket: budgets are taken in libh2o's call-outs (the frame
 * over budget is answered by GOAWAY), deadlines by a sweep over all connections of the loop, which
 * retires (GOAWAY) or cuts (shutdown) those that are late.
 *
 * Life:    struct guards is embedded by the caller, one per loop. A guard is made by guard_open and
 *          frees itself when its socket closes; guards_done may come before or after.
 * Order:   guards_init before h2o_context_init (which copies the timeouts set here); guard_open
 *          right after h2o_uv_socket_create and before h2o_accept: it takes socket->on_close.
 * Limits:  GUARD_SETTINGS. Connections per address are counted elsewhere.
 * Needs:   SIGPIPE ignored; every handler calls guard_mark_http1 for requests over HTTP/1, because
 *          a connection that shows no HTTP/2 frame is taken for a silent one.
 * Fails:   never; out of memory aborts.
 * Source:  CVE-2019-9511 to 9518, CVE-2023-44487 (rapid reset), CVE-2025-8671 (MadeYouReset);
 *          tools/h2o/patches/05-guard-hook.patch for the call-outs.
 */
#ifndef SERVER_HTTP_GUARD_H
#define SERVER_HTTP_GUARD_H

#include "http/guard_settings.h"

#include <h2o.h>
#include <uv.h>

#include <stdbool.h>
#include <stdint.h>

/* symbol, name in metrics, sentence */
#define GUARD_REASONS(X)                                                                           \
    X(GUARD_SETTINGS_FLOOD, "settings_flood", "too many SETTINGS frames")                          \
    X(GUARD_CHEAP_FLOOD, "cheap_flood", "too many cheap frames in a second")                       \
    X(GUARD_RESET_FLOOD, "reset_flood", "too many RST_STREAM frames in a second")                  \
    X(GUARD_ZERO_INCREMENT, "zero_increment", "WINDOW_UPDATE by nothing")                          \
    X(GUARD_STREAM_ERRORS, "stream_errors", "too many streams reset for the peer's fault")         \
    X(GUARD_SILENT, "silent", "no frame and no request since accept")                              \
    X(GUARD_STALLED, "stalled", "a request that does not go on")                                   \
    X(GUARD_UNREAD, "unread", "a response that is not read")                                       \
    X(GUARD_LINGER, "linger", "a last write that is not read")                                     \
    X(GUARD_IDLE, "idle", "retired by GOAWAY for doing nothing")                                   \
    X(GUARD_AGE, "age", "retired by GOAWAY for its age")                                           \
    X(GUARD_OUTSTAYED, "outstayed", "still there after GOAWAY and its grace")

#define GUARD_REASON_SYMBOL(symbol, name, sentence) symbol,
enum guard_reason { GUARD_REASONS(GUARD_REASON_SYMBOL) GUARD_REASON_COUNT };
#undef GUARD_REASON_SYMBOL

struct guards {
    uv_loop_t *loop;
    uv_timer_t sweep;
    h2o_linklist_t open; /* struct guard */
    struct guard_settings settings;
    uint32_t count;
    uint64_t cuts[GUARD_REASON_COUNT];
};

/* The defaults of the table. */
void guard_settings_init(struct guard_settings *settings);

/*
 * Starts the sweep (it does not keep the loop alive), sets the call-outs in the configuration and
 * those of its timeouts that would work against the settings.
 */
void guards_init(struct guards *guards, uv_loop_t *loop, h2o_globalconf_t *config,
                 const struct guard_settings *settings);

/* Watches no more. The struct may be reused once the loop has run its closing callbacks. */
void guards_done(struct guards *guards);

/* Sockets being watched. */
uint32_t guards_count(const struct guards *guards);

/* Connections refused, retired or cut for this reason since guards_init. */
uint64_t guards_cut_count(const struct guards *guards, enum guard_reason reason);

/* As in metrics: "cheap_flood". */
const char *guard_reason_name(enum guard_reason reason);
const char *guard_reason_sentence(enum guard_reason reason);

/* Watches the socket from now until it closes; stream is the handle it was made from. */
void guard_open(struct guards *guards, uv_stream_t *stream, h2o_socket_t *socket);

/* The socket speaks HTTP/1, whose own timeout is libh2o's. Unguarded sockets are let be. */
void guard_mark_http1(h2o_socket_t *socket);

#endif
