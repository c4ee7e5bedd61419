/*
 * probe.h - a small server around libh2o, driven by the tests of this directory.
 *
 * Built three ways: with the unpatched library, with the patched one, and with the guard on top
 * (--guard). It binds loopback ports of the system's choosing and prints them as one line of JSON.
 * Life:    struct probe lives as long as the process; one loop, one thread.
 */
#ifndef PROBE_H
#define PROBE_H

#include <h2o.h>

#include <stdbool.h>
#include <stdint.h>

/* 0 when built against the unpatched library, which has neither call-outs nor accessors. */
#ifndef PROBE_PATCHED
#define PROBE_PATCHED 1
#endif

#if PROBE_PATCHED
#include "server/http/guard.h"
#endif

struct probe {
    uv_loop_t loop;
    h2o_globalconf_t config;
    h2o_context_t context;
    unsigned long connections;
    unsigned long admitted; /* requests that reached a handler, but /counters */
    unsigned long slow_running;
    /* what the call-outs saw, when no guard took them */
    unsigned long frames;
    unsigned long stream_errors;
    unsigned long gone;
    int refused_frame_type; /* -1: none */
    int send_buffer_bytes;  /* of accepted sockets; 0: the system's */
    uint64_t drain_deadline_ms;
    bool guarded;
#if PROBE_PATCHED
    struct guard_settings guard_settings;
    struct guards guards;
#endif
};

extern struct probe probe;

/* Registers every handler on the host. */
void probe_register_handlers(h2o_hostconf_t *host);

/* A server context with a fresh self-signed certificate, ALPN h2 and http/1.1. Aborts on failure.
 */
SSL_CTX *probe_tls_new(void);

#endif
