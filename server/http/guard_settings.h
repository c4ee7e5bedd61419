/*
 * guard_settings.h - the guard's budgets as a table: its struct, its defaults and the server's
 * settings MOTCUA_GUARD_* are made from it.
 */
#ifndef SERVER_HTTP_GUARD_SETTINGS_H
#define SERVER_HTTP_GUARD_SETTINGS_H

#include <stdint.h>

/* name, default, unit, sentence */
#define GUARD_SETTINGS(X)                                                                          \
    X(settings_frames_max, 4, "frames per connection", "SETTINGS frames other than ACK")           \
    X(cheap_frames_max, 300, "frames per second",                                                  \
      "PING, PRIORITY, WINDOW_UPDATE, empty DATA and CONTINUATION, unknown frames")                \
    X(window_update_bytes_min, 4096, "bytes",                                                      \
      "of DATA taken by the peer that pay for one WINDOW_UPDATE")                                  \
    X(resets_max, 100, "frames per second", "RST_STREAM frames")                                   \
    X(stream_errors_max, 20, "errors per connection", "streams reset by us for the peer's fault")  \
    X(silent_timeout_ms, 4000, "ms", "until the first frame or HTTP/1 request")                    \
    X(stalled_timeout_ms, 4000, "ms", "to go on with a frame, a header block or a body")           \
    X(stalled_data_bytes_min, 256, "bytes", "of DATA that count as going on")                      \
    X(stalled_wire_bytes_min, 1024, "bytes", "of an unfinished frame that count as going on")      \
    X(unread_timeout_ms, 10000, "ms", "to take more of what waits for the peer")                   \
    X(unread_bytes_min, 4096, "bytes", "that count as taking more")                                \
    X(linger_timeout_ms, 4000, "ms", "for the last write of a connection being closed")            \
    X(idle_timeout_ms, 30000, "ms", "without any stream until GOAWAY; PING does not count")        \
    X(idle_linger_ms, 4000, "ms", "from that GOAWAY to the cut")                                   \
    X(age_max_ms, 600000, "ms", "from accept to GOAWAY")                                           \
    X(age_linger_ms, 30000, "ms", "from that GOAWAY to the cut")                                   \
    X(body_bytes_max, 4194304, "bytes per connection", "request bodies held at a time")

#define GUARD_SETTING_MEMBER(name, initial, unit, sentence) uint32_t name;
struct guard_settings {
    GUARD_SETTINGS(GUARD_SETTING_MEMBER)
};
#undef GUARD_SETTING_MEMBER

#endif
