/*
 * scanner.h - asks clamd whether bytes are malicious (INSTREAM), over a socket.
 *
 * Life:    a scan is embedded by the caller, its bytes live until done; one at a time.
 * Order:   done comes once, from the loop, never before scanner_scan has returned.
 * Limits:  timeout_ms for the whole; clamd's own StreamMaxLength is to be no less than a file.
 * Fails:   (in done) MC_INVALID: they are; MC_UNAVAILABLE, MC_TIMEOUT: it is not known.
 * Source:  clamd(8), INSTREAM and the z prefix.
 */
#ifndef WORKERS_SCANNER_H
#define WORKERS_SCANNER_H

#include "base/str.h"

#include <uv.h>

enum { SCANNER_REPLY_BYTES_MAX = 512, SCANNER_HOST_BYTES_MAX = 256 };

struct scan {
    uv_loop_t *loop;
    const char *url; /* host:port, or the path of a socket */
    uint32_t timeout_ms;
    struct str bytes;
    void (*done)(struct scan *scan, enum status status);
    void *data;

    union {
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } socket; /* the rest is its own */
    uv_timer_t timer;
    uv_connect_t connect;
    uv_getaddrinfo_t resolve;
    uv_write_t write;
    unsigned char head[16], tail[4];
    char reply[SCANNER_REPLY_BYTES_MAX];
    size_t reply_bytes;
    size_t open_handles;
    bool resolving, ending;
    enum status status;
};

/* Fits the setting? */
bool scanner_url_is_good(const char *url);

void scanner_scan(struct scan *scan);

/* Ends it: done comes soon, with MC_CANCELLED. */
void scanner_cancel(struct scan *scan);

/* What clamd has said: MC_OK (clean), MC_INVALID (malicious), MC_UNAVAILABLE (anything else). */
enum status scanner_reply_read(struct str reply);

#endif
