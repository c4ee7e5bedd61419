/* PATCH: the next bytes of an upload, counted once they are on the disk. */
#include "base/fault.h"
#include "server_sql.h"
#include "tus.h"
#include "upload_call.h"

struct advanced_row {
    int64_t received;
    bool whole;
};

static const struct db_column advanced_columns[] = {
    DB_COLUMN(struct advanced_row, received, DB_I64),
    DB_COLUMN(struct advanced_row, whole, DB_BOOL),
    DB_COLUMNS_END,
};

enum status upload_patch_read(struct upload_call *call)
{
    struct str checksum = http_header(call->exchange, "upload-checksum");
    struct str body = http_body(call->exchange);
    struct tus_checksum expected;

    if (!str_eq_nocase(http_header(call->exchange, "content-type"),
                       STR("application/offset+octet-stream"))) {
        upload_refuse(call, 415, MC_MEDIA_TYPE, "Send application/offset+octet-stream.");
        return MC_MEDIA_TYPE;
    }
    if (tus_number(http_header(call->exchange, "upload-offset"), &call->number) != MC_OK) {
        upload_refuse(call, 400, MC_BAD_INPUT, "Upload-Offset says where the bytes belong.");
        return MC_BAD_INPUT;
    }
    if (body.size > (size_t)call->app->config->upload_chunk_bytes_max) {
        upload_refuse_as(call, MC_TOO_LARGE);
        return MC_TOO_LARGE;
    }
    if (checksum.data != NULL && tus_checksum_read(checksum, &call->arena, &expected) != MC_OK) {
        upload_refuse(call, 400, MC_BAD_INPUT, "Upload-Checksum is sha1 or sha256 and its base64.");
        return MC_BAD_INPUT;
    }
    if (checksum.data != NULL && !tus_checksum_fits(&expected, body)) {
        upload_refuse(call, 460, MC_BAD_INPUT,
                      "The bytes do not have this checksum; send them again.");
        return MC_BAD_INPUT;
    }
    /* The request goes with its client; the thread that writes must not. */
    call->body = arena_str(&call->arena, body.data == NULL ? STR("") : body);
    return MC_OK;
}

static const struct upload_answer *answer_offset(struct upload_call *call, int64_t offset)
{
    struct upload_answer *answer = upload_answer_new(call, 204);

    upload_answer_add(answer, "upload-offset", upload_number(call, offset));
    return answer;
}

static void on_file_closed(struct upload_file *file, enum status status)
{
    struct upload_call *call = file->data;

    (void)status;
    upload_reply(call, call->after_close);
}

/* Answers once the lock is let go, so that who hears it can go on at once. */
static void close_and_reply(struct upload_call *call, const struct upload_answer *answer)
{
    call->after_close = answer;
    call->file.done = on_file_closed;
    upload_file_close(&call->file);
}

static void close_and_refuse(struct upload_call *call, enum status status, const char *sentence)
{
    close_and_reply(call, upload_refusal_new(call, status_http(status), status, sentence));
}

static void on_advanced(struct upload_call *call)
{
    enum status status = upload_asked(call);
    const struct advanced_row *row = call->ask.rows;

    if (status != MC_OK) {
        close_and_refuse(call, status, NULL);
        return;
    }
    if (row->whole) call->app->services.ring(call->app->services.data);
    close_and_reply(call, answer_offset(call, row->received));
}

static void on_written(struct upload_file *file, enum status status)
{
    struct upload_call *call = file->data;

    MC_DEATH("upload.written");
    if (status == MC_OK) {
        db_ask_init(&call->ask, SQL_UPLOAD_ADVANCE, &call->arena);
        call->ask.columns = advanced_columns;
        call->ask.row_size = sizeof(struct advanced_row);
        db_bind_text(&call->ask, call->id);
        db_bind_i64(&call->ask, call->number);
        db_bind_i64(&call->ask, (int64_t)call->body.size);
        status = upload_ask(call, true, on_advanced);
    }
    if (status != MC_OK) close_and_refuse(call, status, NULL);
}

/* MC_OK: these bytes are the next. */
static enum status check_place(const struct upload_call *call, const char **ret_sentence)
{
    const struct upload_row *row = call->ask.rows;
    enum status status = upload_asked(call);

    *ret_sentence = NULL;
    if (status != MC_OK) return status;
    if (row->received != call->number) {
        *ret_sentence = "The upload stands at another offset: ask for it by HEAD.";
        return MC_CONFLICT;
    }
    if ((int64_t)call->body.size > row->length - row->received) {
        *ret_sentence = "These are more bytes than Upload-Length has said.";
        return MC_TOO_LARGE;
    }
    return MC_OK;
}

static void on_found_locked(struct upload_call *call)
{
    const char *sentence;
    enum status status = check_place(call, &sentence);

    if (status != MC_OK) {
        close_and_refuse(call, status, sentence);
        return;
    }
    call->file.done = on_written;
    upload_file_write(&call->file, call->body, call->number);
}

/* Asked again: between the first answer and the lock another PATCH may have gone on. */
static void on_file_opened(struct upload_file *file, enum status status)
{
    struct upload_call *call = file->data;

    if (status == MC_CONFLICT) {
        upload_refuse(call, 423, MC_CONFLICT, "Another request is writing this upload.");
        return;
    }
    if (status != MC_OK) {
        upload_refuse_as(call, status);
        return;
    }
    status = upload_ask_find(call, on_found_locked);
    if (status != MC_OK) close_and_refuse(call, status, NULL);
}

static void on_found(struct upload_call *call)
{
    const char *sentence;
    enum status status = check_place(call, &sentence);

    if (status != MC_OK) {
        upload_refuse(call, status_http(status), status, sentence);
        return;
    }
    if (call->body.size == 0) {
        upload_reply(call, answer_offset(call, call->number));
        return;
    }
    call->file = (struct upload_file){ .loop = &call->app->loop,
                                       .storage = &call->app->storage,
                                       .done = on_file_opened,
                                       .data = call };
    upload_file_open(&call->file, call->id);
}

void upload_patch_begin(struct upload_call *call)
{
    enum status status = upload_ask_find(call, on_found);

    if (status != MC_OK) upload_refuse_as(call, status);
}
