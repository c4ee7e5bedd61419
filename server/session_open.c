#include "session_open.h"

#include "base/json_out.h"
#include "base/memory.h"
#include "base/uuid.h"
#include "code_exchange.h"
#include "io/cell.h"
#include "operation.h"
#include "personal_no.h"
#include "quota.h"
#include "refresh_token.h"
#include "server_sql.h"
#include "session_row.h"

#include <openssl/evp.h>

enum { SHA256_BYTES = 32, IDENTITY_BYTES_MAX = 16 * 1024 };

/* Under way; in the call's arena. */
struct opening {
    struct sign_in_call *call;
    struct app *app;
    struct code_exchange exchange;
    struct quota_attempt attempt;
    void (*counted)(struct opening *opening);
    struct db_group group;
    struct db_ask ask;
    void (*next)(struct opening *opening);
    struct str opened_by, public_id, sealed, index;
    struct str session;
    int64_t generation; /* 0: no refresh token */
    bool starting;
    enum status early; /* of a failure before the start has returned */
};

static void end(struct opening *opening, enum status status)
{
    if (opening->starting)
        opening->early = status;
    else
        opening->call->done(opening->call, status);
}

/* ---- asking the database ---- */

static void on_rows(struct db_group *group)
{
    struct opening *opening = group->data;

    if (opening->ask.status == MC_OK)
        opening->next(opening);
    else
        end(opening, opening->ask.status);
}

/* opening->ask is bound. */
static enum status ask(struct opening *opening, void (*next)(struct opening *opening))
{
    opening->next = next;
    db_group_init(&opening->group, (uint32_t)opening->app->config->request_timeout_ms, on_rows,
                  opening);
    db_group_set(&opening->group, "app.viewer", STR("SERVICE"));
    db_group_add(&opening->group, &opening->ask);
    return db_pool_send(opening->app->service_pool, &opening->group);
}

static void ask_or_end(struct opening *opening, void (*next)(struct opening *opening))
{
    enum status status = ask(opening, next);

    if (status != MC_OK) end(opening, status);
}

static void begin_ask(struct opening *opening, const struct embedded *sql,
                      const struct db_column *columns, size_t row_size)
{
    db_ask_init(&opening->ask, sql, opening->call->arena);
    opening->ask.columns = columns;
    opening->ask.row_size = row_size;
    opening->ask.rows_max = 1;
}

/* ---- tokens ---- */

static enum status sign(struct opening *opening)
{
    struct sign_in_call *call = opening->call;
    const struct app *app = opening->app;
    int64_t now_s = clock_wall_us(app->clock) / 1000000;
    int64_t expires_s = now_s + app->config->token_life_s;

    call->expires_at = expires_s * 1000000;
    if (opening->generation > 0)
        call->next_refresh_token = refresh_token_make(&app->secrets.keys, call->viewer.session,
                                                      opening->generation, call->arena);
    return jwt_sign_access(
        &app->sessions.ring,
        &(struct jwt_access){ .subject = call->viewer.id,
                              .session = call->viewer.session,
                              .kind = str_of(viewer_kind_name(call->viewer.kind)),
                              .issued_s = now_s,
                              .expires_s = expires_s },
        call->arena, &call->access_token);
}

static void on_viewer(struct opening *opening)
{
    enum status status = session_row_viewer(&opening->ask, &opening->call->viewer);

    end(opening, status == MC_OK ? sign(opening) : status);
}

static void load(struct opening *opening, struct str session, int64_t generation)
{
    opening->generation = generation;
    session_row_ask(&opening->ask, opening->call->arena, session);
    ask_or_end(opening, on_viewer);
}

/* ---- a new session ---- */

struct found_row {
    struct str session, public_id;
};

static const struct db_column found_columns[] = {
    DB_COLUMN(struct found_row, session, DB_UUID),
    DB_COLUMN(struct found_row, public_id, DB_UUID),
    DB_COLUMNS_END,
};

struct opened_row {
    struct str failure, session;
};

static const struct db_column opened_columns[] = {
    DB_COLUMN(struct opened_row, failure, DB_TEXT),
    DB_COLUMN(struct opened_row, session, DB_UUID),
    DB_COLUMNS_END,
};

static const char *people_of(const struct issuer *issuer)
{
    return issuer->officers ? "OFFICERS" : "CITIZENS";
}

static struct str index_of(const struct opening *opening)
{
    return personal_no_index(&opening->app->secrets.keys, opening->exchange.identity.personal_no,
                             opening->call->arena);
}

static void write_text(struct json_out *json, const char *name, struct str text)
{
    if (text.data == NULL) return;
    json_key(json, name);
    json_str(json, text);
}

static struct str identity_json(const struct opening *opening)
{
    const struct code_exchange *exchange = &opening->exchange;
    const struct identity *identity = &exchange->identity;
    struct buf text;
    struct json_out json = json_out(&text);
    struct str copy;

    buf_init(&text, IDENTITY_BYTES_MAX);
    json_object_open(&json);
    write_text(&json, "people", str_of(people_of(exchange->issuer)));
    write_text(&json, "issuer", exchange->issuer->name);
    write_text(&json, "subject", identity->subject);
    write_text(&json, "publicId", opening->public_id);
    write_text(&json, "name", identity->name);
    write_text(&json, "bornOn", identity->born_on);
    write_text(&json, "device", opening->call->device);
    json_key(&json, "secondFactor");
    json_bool(&json, identity->second_factor);
    json_key(&json, "lifeSeconds");
    json_i64(&json, opening->app->config->session_life_s);
    json_object_close(&json);
    copy = arena_str(opening->call->arena, buf_str(&text));
    buf_done(&text);
    return copy;
}

static void on_opened(struct opening *opening)
{
    const struct opened_row *row = opening->ask.rows;

    if (opening->ask.row_count != 1 || row->failure.data != NULL)
        end(opening, MC_UNAUTHENTICATED);
    else
        load(opening, row->session, 1);
}

/* The seal is bound to whom the number is of: who is new gets its public id here. */
static void on_person(struct opening *opening)
{
    const struct found_row *row = opening->ask.rows;
    struct arena *arena = opening->call->arena;
    struct cell_place place = { opening->exchange.issuer->officers ? "officer" : "person",
                                "personal_no", STR_NONE };
    enum status status;

    opening->public_id = opening->ask.row_count == 1 && row->public_id.data != NULL
                             ? row->public_id
                             : uuid_random(arena);
    place.row = opening->public_id;
    status = cell_seal(&opening->app->secrets.keys, &place, opening->exchange.identity.personal_no,
                       arena, &opening->sealed);
    if (status != MC_OK) {
        end(opening, status);
        return;
    }
    begin_ask(opening, SQL_SIGN_IN, opened_columns, sizeof(struct opened_row));
    db_bind_text(&opening->ask, identity_json(opening));
    db_bind_bytes(&opening->ask, opening->opened_by);
    db_bind_bytes(&opening->ask, opening->sealed);
    db_bind_bytes(&opening->ask, opening->index);
    ask_or_end(opening, on_opened);
}

static void bind_find(struct opening *opening)
{
    const struct code_exchange *exchange = &opening->exchange;

    begin_ask(opening, SQL_SIGN_IN_FIND, found_columns, sizeof(struct found_row));
    db_bind_bytes(&opening->ask, opening->opened_by);
    db_bind_text(&opening->ask, str_of(people_of(exchange->issuer)));
    db_bind_text(&opening->ask, exchange->issuer->name);
    db_bind_text(&opening->ask, exchange->identity.subject);
    db_bind_bytes(&opening->ask, opening->index);
}

/* ---- how often it is tried ---- */

static void on_counted(struct quota_attempt *attempt)
{
    struct opening *opening = attempt->data;

    opening->call->retry_after_s = attempt->retry_after_s;
    if (attempt->status == MC_OK)
        opening->counted(opening);
    else
        end(opening, attempt->status);
}

/* opening->attempt says by what. */
static void count(struct opening *opening, void (*counted)(struct opening *opening))
{
    opening->counted = counted;
    opening->attempt.arena = opening->call->arena;
    opening->attempt.done = on_counted;
    opening->attempt.data = opening;
    if (quota_attempt(opening->app->quota, &opening->attempt) == QUOTA_NOW)
        on_counted(&opening->attempt);
}

/* ---- the second factor ---- */

struct stepped_row {
    bool stepped_up;
};

static const struct db_column stepped_columns[] = {
    DB_COLUMN(struct stepped_row, stepped_up, DB_BOOL),
    DB_COLUMNS_END,
};

static void on_stepped_up(struct opening *opening)
{
    const struct stepped_row *row = opening->ask.rows;

    if (opening->ask.row_count != 1 || !row->stepped_up)
        end(opening, MC_UNAUTHENTICATED);
    else
        load(opening, opening->call->session, 0);
}

static void step_up(struct opening *opening)
{
    begin_ask(opening, SQL_STEP_UP, stepped_columns, sizeof(struct stepped_row));
    db_bind_text(&opening->ask, opening->call->session);
    db_bind_bytes(&opening->ask, opening->index);
    ask_or_end(opening, on_stepped_up);
}

/* ---- the code ---- */

static void open_for_identity(struct opening *opening)
{
    const struct code_exchange *exchange = &opening->exchange;

    opening->index = index_of(opening);
    if (opening->call->kind == SIGN_IN_NEW) {
        bind_find(opening);
        ask_or_end(opening, on_person);
    } else if (exchange->identity.second_factor) {
        step_up(opening);
    } else {
        end(opening, MC_UNAUTHENTICATED);
    }
}

static void on_identity(struct code_exchange *exchange, enum status status)
{
    struct opening *opening = exchange->data;

    if (status != MC_OK) {
        end(opening, status);
        return;
    }
    opening->attempt = (struct quota_attempt){ .number = exchange->identity.personal_no };
    count(opening, open_for_identity);
}

static void exchange_code(struct opening *opening)
{
    enum status status = code_exchange_start(&opening->exchange, &opening->app->exchange_settings);

    if (status != MC_OK) end(opening, status);
}

/* Where the code has been exchanged already its session is given again. */
static void on_repeat(struct opening *opening)
{
    const struct found_row *row = opening->ask.rows;

    if (opening->ask.row_count == 1 && row->session.data != NULL)
        load(opening, row->session, 1);
    else
        exchange_code(opening);
}

static struct str opened_by(const struct sign_in_call *call)
{
    struct str all = arena_printf(call->arena, "%zu:%.*s%.*s", call->code.size,
                                  STR_PRINT(call->code), STR_PRINT(call->code_verifier));
    unsigned char *digest = arena_alloc(call->arena, SHA256_BYTES);

    MC_ASSERT(EVP_Digest(all.data, all.size, digest, NULL, EVP_sha256(), NULL) == 1);
    return (struct str){ (const char *)digest, SHA256_BYTES };
}

static void find_repeat(struct opening *opening)
{
    opening->opened_by = opened_by(opening->call);
    opening->index = opening->opened_by; /* nobody's yet */
    bind_find(opening);
    ask_or_end(opening, on_repeat);
}

/* A device is known by a name that many have: only together with its address is it one. */
static struct str device_of(const struct sign_in_call *call, const struct http_address *address)
{
    size_t size = sizeof(address->bytes) + call->device.size;
    char *both = arena_alloc(call->arena, size);

    if (call->device.data == NULL) return STR_NONE;
    memcpy(both, address->bytes, sizeof(address->bytes));
    memcpy(both + sizeof(address->bytes), call->device.data, call->device.size);
    return (struct str){ both, size };
}

static enum status start_code(struct opening *opening)
{
    struct sign_in_call *call = opening->call;
    struct http_address address = CONTAINER_OF(call->request, struct operation, request)->address;
    struct issuer *issuer = issuers_find(&opening->app->issuers, call->issuer);

    if (issuer == NULL) return MC_UNAUTHENTICATED;
    opening->exchange = (struct code_exchange){ .issuer = issuer,
                                                .code = call->code,
                                                .code_verifier = call->code_verifier,
                                                .redirect_uri = call->redirect_uri,
                                                .nonce = call->nonce,
                                                .arena = call->arena,
                                                .done = on_identity,
                                                .data = opening };
    opening->attempt = (struct quota_attempt){ .device = device_of(call, &address),
                                               .address = address,
                                               .in_all = true };
    opening->starting = true;
    opening->early = MC_OK;
    count(opening, call->kind == SIGN_IN_NEW ? find_repeat : exchange_code);
    opening->starting = false;
    return opening->early;
}

/* ---- a refresh ---- */

struct refreshed_row {
    struct str failure, session;
    int64_t generation;
};

static const struct db_column refreshed_columns[] = {
    DB_COLUMN(struct refreshed_row, failure, DB_TEXT),
    DB_COLUMN(struct refreshed_row, session, DB_UUID),
    DB_COLUMN(struct refreshed_row, generation, DB_I64),
    DB_COLUMNS_END,
};

static void on_refreshed(struct opening *opening)
{
    const struct refreshed_row *row = opening->ask.rows;

    if (opening->ask.row_count == 1 && row->failure.data == NULL) {
        load(opening, row->session, row->generation);
        return;
    }
    /* It may have ended just now, because its token came twice. */
    session_forget(&opening->app->sessions, opening->session, NULL, NULL);
    end(opening, MC_UNAUTHENTICATED);
}

static enum status start_refresh(struct opening *opening)
{
    struct sign_in_call *call = opening->call;
    int64_t generation;
    enum status status = refresh_token_read(&opening->app->secrets.keys, call->refresh_token,
                                            call->arena, &opening->session, &generation);

    if (status != MC_OK) return status;
    begin_ask(opening, SQL_REFRESH_SESSION, refreshed_columns, sizeof(struct refreshed_row));
    db_bind_text(&opening->ask, opening->session);
    db_bind_i64(&opening->ask, generation);
    return ask(opening, on_refreshed);
}

/* ---- a person of the sandbox ---- */

static void on_sandbox_opened(struct opening *opening)
{
    const struct opened_row *row = opening->ask.rows;

    if (opening->ask.row_count == 1 && str_is(row->failure, "NOT_FOUND"))
        end(opening, MC_NOT_FOUND);
    else
        on_opened(opening);
}

static enum status start_sandbox(struct opening *opening)
{
    const struct sign_in_call *call = opening->call;

    begin_ask(opening, SQL_SANDBOX_SIGN_IN, opened_columns, sizeof(struct opened_row));
    db_bind_text(&opening->ask, call->session);
    db_bind_text(&opening->ask, call->person);
    db_bind_text(&opening->ask, call->device);
    db_bind_i64(&opening->ask, opening->app->config->session_life_s);
    return ask(opening, on_sandbox_opened);
}

enum status session_open(void *data, struct sign_in_call *call)
{
    struct opening *opening = ARENA_NEW(call->arena, struct opening);

    opening->call = call;
    opening->app = data;
    if (call->kind == SIGN_IN_SANDBOX) return start_sandbox(opening);
    return call->kind == SIGN_IN_REFRESH ? start_refresh(opening) : start_code(opening);
}
