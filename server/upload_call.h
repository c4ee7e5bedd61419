/*
 * upload_call.h - one request about an upload, as its methods (uploads.c, upload_patch.c) share it.
 *
 * Life:    freed by its reply; texts live in its arena.
 */
#ifndef SERVER_UPLOAD_CALL_H
#define SERVER_UPLOAD_CALL_H

#include "app.h"
#include "quota.h"
#include "reply.h"
#include "upload_file.h"

struct upload_row {
    int64_t length, received, expires_at;
};

struct upload_answer {
    int status;
    struct str body; /* JSON; empty: none */
    struct http_header more[REPLY_MORE_MAX];
    size_t more_count;
};

struct upload_call;

struct upload_method {
    const char *name;
    bool names_upload;
    /* What the header fields say; anything but MC_OK has been answered. */
    enum status (*read)(struct upload_call *call);
    void (*begin)(struct upload_call *call);
};

/* Under way; freed by its reply. */
struct upload_call {
    struct app *app;
    struct http_exchange *exchange;
    const struct upload_method *method;
    struct arena arena;
    struct str id, media_type, body;
    int64_t number; /* Upload-Length of a creation, Upload-Offset of a PATCH */
    struct session_check check;
    struct quota_charge charge;
    struct db_group group;
    struct db_ask ask;
    void (*answered)(struct upload_call *call);
    struct upload_file file;
    const struct upload_answer *after_close;
};

/* ---- the reply, which ends the call ---- */

struct upload_answer *upload_answer_new(struct upload_call *call, int status);
void upload_answer_add(struct upload_answer *answer, const char *name, struct str value);
struct str upload_number(struct upload_call *call, int64_t number);

/* sentence NULL: the status's own. */
struct upload_answer *upload_refusal_new(struct upload_call *call, int http_status,
                                         enum status status, const char *sentence);

void upload_reply(struct upload_call *call, const struct upload_answer *answer);
void upload_refuse(struct upload_call *call, int http_status, enum status status,
                   const char *sentence);
void upload_refuse_as(struct upload_call *call, enum status status);

/* ---- the database ---- */

/* Sends call->ask; writes: on the lane for changes. */
enum status upload_ask(struct upload_call *call, bool writes,
                       void (*answered)(struct upload_call *call));
/* Its row is a struct upload_row. */
enum status upload_ask_find(struct upload_call *call, void (*answered)(struct upload_call *call));
/* MC_NOT_FOUND when there is no row. */
enum status upload_asked(const struct upload_call *call);

/* ---- PATCH (upload_patch.c) ---- */

enum status upload_patch_read(struct upload_call *call);
void upload_patch_begin(struct upload_call *call);

#endif
