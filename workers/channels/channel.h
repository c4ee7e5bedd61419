/*
 * channel.h - a way to reach a device: one row of a table. A new channel is a new row and a file.
 *
 * Life:    state lives from open to close; what build makes lives in the arena given to it.
 * Fails:   open: MC_NOT_FOUND when the channel is not configured, MC_BAD_INPUT when what is
 *          configured cannot be used (one sentence appended to why). ready: MC_BUSY while something
 *          (a token) is on its way, and host->changed when it has come. build: MC_BAD_INPUT when
 *          this device can never be reached, MC_UNAVAILABLE when it cannot now.
 */
#ifndef WORKERS_CHANNELS_CHANNEL_H
#define WORKERS_CHANNELS_CHANNEL_H

#include "base/arena.h"
#include "base/clock.h"
#include "config.h"
#include "io/http2_client.h"

enum { CHANNEL_HEADERS_MAX = 8, CHANNEL_PAYLOAD_BYTES_MAX = 3993 };

/* What one delivery has to say, and to whom. */
struct channel_message {
    struct str nid;         /* the same on every attempt: the app shows it once */
    struct str event;       /* UUID of the dossier's event */
    struct str tail;        /* of the dossier's code */
    struct str template_id; /*, for an app that words it itself */
    struct str title, body;
    struct str collapse; /* at most 32 of A-Z a-z 0-9 - _ */
    struct str address, p256dh, auth;
    int64_t priority; /* 0 at the door, 1 deadline, 2 information */
    int64_t ttl_s;
};

struct channel_request {
    struct str origin, path;
    struct http2_header headers[CHANNEL_HEADERS_MAX];
    size_t header_count;
    struct str body;
};

/* ok        done
 * retry     the provider cannot now: back-off
 * throttle  the provider wants less: wait as told, and so do all others to the same server
 * prune     the device is gone: no more to it
 * dead      this message will never be taken
 * config    our key or our set-up is wrong: spends no attempt and prunes nothing
 */
#define CHANNEL_CLASSES(X)                                                                         \
    X(OK, "ok")                                                                                    \
    X(RETRY, "retry")                                                                              \
    X(THROTTLE, "throttle")                                                                        \
    X(PRUNE, "prune")                                                                              \
    X(DEAD, "dead")                                                                                \
    X(CONFIG, "confi"                                                                              \
              "g")
#define CHANNEL_CLASS_ENUM(name, text) CHANNEL_##name,
enum channel_class { CHANNEL_CLASSES(CHANNEL_CLASS_ENUM) CHANNEL_CLASS_COUNT };
#undef CHANNEL_CLASS_ENUM

struct channel_verdict {
    enum channel_class class;
    const char *reason; /* a symbol of ours or of the provider's documentation */
};

struct channel_host {
    const struct worker_config *config;
    struct http2_client *client;
    struct clock *clock;
    void (*changed)(void *data);
    void *data;
};

struct channel {
    int64_t id; /* delivery.channel */
    const char *name;
    const char *device_kind; /* device.kind */
    enum status (*open)(const struct channel_host *host, struct buf *why, void **ret_state);
    void (*close)(void *state);
    enum status (*ready)(void *state);
    enum status (*build)(void *state, const struct channel_message *message, struct arena *arena,
                         struct channel_request *ret_request);
    struct channel_verdict (*judge)(void *state, const struct http2_request *answer);
    /* The provider's own name for what it took; absent when it gives none. */
    struct str (*provider_id)(const struct http2_request *answer, struct arena *arena);
};

enum { CHANNEL_WEBPUSH = 1, CHANNEL_FCM = 2, CHANNEL_COUNT = 2 };

extern const struct channel channel_webpush, channel_fcm;
extern const struct channel *const channels[CHANNEL_COUNT];

/* A row of a classification: the first that fits counts. code NULL fits any, http 0 too. */
struct channel_rule {
    int http_least, http_most;
    const char *code;
    enum channel_class class;
    const char *reason;
};

struct channel_verdict channel_judge(const struct channel_rule *rules, size_t count, int http,
                                     struct str code);

void channel_header(struct channel_request *request, struct str name, struct str value);

/* A file of at most 64 KiB; MC_NOT_FOUND. */
enum status channel_read_file(const char *path, struct arena *arena, struct str *ret_text);

/* What a push carries, as the app reads it: {"nid":…,"event":…,"tail":…,"template":…,"title":…,
 * "body":…}. */
void channel_payload(const struct channel_message *message, struct buf *out);

#endif
