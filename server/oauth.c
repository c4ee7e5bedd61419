/* One request for a token: form, how often, key, assertion, jti, session, token. */
#include "oauth.h"

#include "app.h"
#include "assertion.h"
#include "base/json_out.h"
#include "base/log.h"
#include "base/memory.h"
#include "form.h"
#include "quota.h"
#include "reply.h"
#include "server_sql.h"
#include "sha256.h"

enum { CALL_BYTES_MAX = 512 * 1024, REPLY_BYTES_MAX = 16 * 1024 };

static const char assertion_type[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/* Under way; freed by its reply. */
struct token_call {
    struct app *app;
    struct http_exchange *exchange;
    struct arena arena;
    struct assertion assertion;
    struct str scope; /* as asked for; absent: all of the key's */
    struct str key;   /* uuid */
    struct db_group group;
    struct db_ask ask;
    void (*next)(struct token_call *call);
    struct redis_ask once;
    struct quota_attempt attempt;
};

/* ---- the reply ---- */

/* retry_after_s counts with 429 and 503. */
static void reply_json(struct http_exchange *exchange, int status, int64_t retry_after_s,
                       struct str body)
{
    char seconds[32];
    int size = snprintf(seconds, sizeof(seconds), "%lld", (long long)retry_after_s);
    const struct http_header headers[] = {
        { STR("content-type"), str_of(media_json) },
        { STR("cache-control"), STR("no-store") },
        { STR("x-content-type-options"), STR("nosniff") },
        { status == 405 ? STR("allow") : STR("retry-after"),
          status == 405 ? STR("POST") : (struct str){ seconds, (size_t)size } },
    };
    size_t count = status == 405 || status == 429 || status == 503 ? 4 : 3;

    http_reply(exchange, status, headers, count, body);
}

static void reply_error(struct http_exchange *exchange, int status, int64_t retry_after_s,
                        const char *error)
{
    struct buf body;
    struct json_out json = json_out(&body);

    buf_init(&body, REPLY_BYTES_MAX);
    json_object_open(&json);
    json_key(&json, "error");
    json_str(&json, str_of(error));
    json_object_close(&json);
    reply_json(exchange, status, retry_after_s, buf_str(&body));
    buf_done(&body);
}

static void call_free(struct token_call *call)
{
    arena_done(&call->arena);
    mem_free(call);
}

static void refuse(struct token_call *call, int status, const char *error)
{
    reply_error(call->exchange, status, 1, error);
    call_free(call);
}

static void refuse_client(struct token_call *call, const char *why)
{
    log_event(LOG_INFO, "assertion_refused", LOG_SYMBOL("why", why));
    refuse(call, 401, "invalid_client");
}

static void refuse_status(struct token_call *call, enum status status)
{
    if (status_http(status) == 503)
        refuse(call, 503, "temporarily_unavailable");
    else
        refuse(call, 500, "server_error");
}

/* ---- asking the database ---- */

static void on_rows(struct db_group *group)
{
    struct token_call *call = group->data;

    if (call->ask.status == MC_OK)
        call->next(call);
    else
        refuse_status(call, call->ask.status);
}

static void begin_ask(struct token_call *call, const struct embedded *sql,
                      const struct db_column *columns, size_t row_size)
{
    db_ask_init(&call->ask, sql, &call->arena);
    call->ask.columns = columns;
    call->ask.row_size = row_size;
    call->ask.rows_max = 1;
}

/* call->ask is bound. */
static void send_ask(struct token_call *call, void (*next)(struct token_call *call))
{
    enum status status;

    call->next = next;
    db_group_init(&call->group, (uint32_t)call->app->config->request_timeout_ms, on_rows, call);
    db_group_set(&call->group, "app.viewer", STR("SERVICE"));
    db_group_add(&call->group, &call->ask);
    status = db_pool_send(call->app->service_pool, &call->group);
    if (status != MC_OK) refuse_status(call, status);
}

/* ---- the token ---- */

struct session_columns {
    struct str failure, session, scopes;
};

static const struct db_column session_columns[] = {
    DB_COLUMN(struct session_columns, failure, DB_TEXT),
    DB_COLUMN(struct session_columns, session, DB_UUID),
    DB_COLUMN(struct session_columns, scopes, DB_TEXT),
    DB_COLUMNS_END,
};

static void reply_token(struct token_call *call, struct str token, struct str scopes)
{
    struct buf body;
    struct json_out json = json_out(&body);

    buf_init(&body, REPLY_BYTES_MAX);
    json_object_open(&json);
    json_key(&json, "access_token");
    json_str(&json, token);
    json_key(&json, "token_type");
    json_str(&json, STR("Bearer"));
    json_key(&json, "expires_in");
    json_i64(&json, call->app->config->token_life_s);
    json_key(&json, "scope");
    json_str(&json, scopes);
    json_object_close(&json);
    reply_json(call->exchange, 200, 0, buf_str(&body));
    buf_done(&body);
    call_free(call);
}

static void sign(struct token_call *call, const struct session_columns *row)
{
    int64_t now_s = clock_wall_us(call->app->clock) / 1000000;
    struct str token;
    enum status status = jwt_sign_access(
        &call->app->sessions.ring,
        &(struct jwt_access){ .subject = call->assertion.client,
                              .session = row->session,
                              .kind = str_of(viewer_kind_name(VIEWER_PARTNER)),
                              .issued_s = now_s,
                              .expires_s = now_s + call->app->config->token_life_s },
        &call->arena, &token);

    if (status == MC_OK)
        reply_token(call, token, row->scopes);
    else
        refuse_status(call, status);
}

static void on_session(struct token_call *call)
{
    const struct session_columns *row = call->ask.rows;

    if (call->ask.row_count == 1 && row->failure.data == NULL)
        sign(call, row);
    else if (call->ask.row_count == 1 && str_is(row->failure, "SCOPE"))
        refuse(call, 400, "invalid_scope");
    else
        refuse_client(call, "ended");
}

/* ---- the assertion ---- */

static void on_once(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    struct token_call *call = ask->data;

    if (status != MC_OK) {
        refuse(call, 503, "temporarily_unavailable");
    } else if (reply->kind == REDIS_NIL) {
        refuse_client(call, "replayed");
    } else {
        begin_ask(call, SQL_PARTNER_SESSION, session_columns, sizeof(struct session_columns));
        db_bind_text(&call->ask, call->key);
        db_bind_text(&call->ask, call->scope.data == NULL ? STR("") : call->scope);
        send_ask(call, on_session);
    }
}

/* It counts once: remembered for as long as it could come again. */
static void claim_jti(struct token_call *call, int64_t now_s)
{
    const struct assertion *assertion = &call->assertion;
    char hash[SHA256_TEXT_BYTES];
    struct str jti = sha256_text(assertion->jti, hash);
    int64_t keep_s = assertion->expires_s - now_s + ASSERTION_SKEW_S + 1;

    redis_ask_init(&call->once, (uint32_t)call->app->config->redis_timeout_ms, on_once, call);
    redis_ask_add(&call->once, STR("SET"));
    redis_ask_add(&call->once, arena_printf(&call->arena, "assertion:{%.*s}:%.*s",
                                            STR_PRINT(assertion->client), STR_PRINT(jti)));
    redis_ask_add(&call->once, STR("1"));
    redis_ask_add(&call->once, STR("NX"));
    redis_ask_add(&call->once, STR("EX"));
    redis_ask_add(&call->once, arena_printf(&call->arena, "%lld", (long long)keep_s));
    if (redis_send(call->app->redis, &call->once) != MC_OK)
        refuse(call, 503, "temporarily_unavailable");
}

struct key_row {
    struct str key, jwk;
};

static const struct db_column key_columns[] = {
    DB_COLUMN(struct key_row, key, DB_UUID),
    DB_COLUMN(struct key_row, jwk, DB_TEXT),
    DB_COLUMNS_END,
};

static void on_key(struct token_call *call)
{
    const struct key_row *row = call->ask.rows;
    struct assertion_check check = {
        .audience = str_of(call->app->config->public_url),
        .now_s = clock_wall_us(call->app->clock) / 1000000,
    };
    const char *why = "unknown";

    if (call->ask.row_count == 1) {
        check.jwk = row->jwk;
        call->key = row->key;
        if (assertion_verify(&call->assertion, &call->arena, &check, &why) == MC_OK) {
            claim_jti(call, check.now_s);
            return;
        }
    }
    refuse_client(call, why);
}

static void find_key(struct token_call *call)
{
    begin_ask(call, SQL_PARTNER_KEY_FIND, key_columns, sizeof(struct key_row));
    db_bind_text(&call->ask, call->assertion.client);
    db_bind_text(&call->ask, call->assertion.kid);
    send_ask(call, on_key);
}

/* ---- how often ---- */

/* Of a refusal for being too many RFC 6749, section 5.2, knows nothing: the status is RFC 6585's,
 * the word the one it has for "later" (section 4.1.2.1), as with 503. */
static void on_counted(struct quota_attempt *attempt)
{
    struct token_call *call = attempt->data;

    if (attempt->status == MC_OK) {
        find_key(call);
    } else if (attempt->status == MC_RATE) {
        reply_error(call->exchange, 429, attempt->retry_after_s, "temporarily_unavailable");
        call_free(call);
    } else {
        refuse_status(call, MC_UNAVAILABLE);
    }
}

/* Before its key is looked for: known and unknown clients, good and bad signatures count alike. */
static void count(struct token_call *call)
{
    call->attempt = (struct quota_attempt){ .client = call->assertion.client,
                                            .address = http_peer(call->exchange),
                                            .in_all = true,
                                            .arena = &call->arena,
                                            .done = on_counted,
                                            .data = call };
    if (quota_attempt(call->app->quota, &call->attempt) == QUOTA_NOW) on_counted(&call->attempt);
}

/* ---- the form ---- */

/* RFC 6749, section 3.3. */
static bool is_scope(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < ' ' || text.data[i] > '~' || text.data[i] == '"' || text.data[i] == '\\')
            return false;
    return true;
}

/* NULL: it can go on. */
static const char *check_form(const struct form *form)
{
    struct str grant = form_text(form, "grant_type");

    if (grant.data == NULL) return "invalid_request";
    if (!str_is(grant, "client_credentials")) return "unsupported_grant_type";
    /* One way to prove who one is, RFC 6749, section 2.3. */
    if (form_text(form, "client_secret").data != NULL) return "invalid_request";
    return is_scope(form_text(form, "scope")) ? NULL : "invalid_scope";
}

static enum status read_client(struct token_call *call, const struct form *form)
{
    struct str client = form_text(form, "client_id");
    enum status status;

    if (!str_is(form_text(form, "client_assertion_type"), assertion_type))
        return MC_UNAUTHENTICATED;
    status = assertion_read(&call->assertion, &call->arena, form_text(form, "client_assertion"));
    if (status == MC_OK && client.data != NULL && !str_eq(client, call->assertion.client))
        status = MC_UNAUTHENTICATED;
    return status;
}

static bool is_form(struct str media)
{
    return str_eq_nocase(str_trim(str_split(&media, ';')),
                         STR("application/x-www-form-urlencoded"));
}

static void start(struct token_call *call)
{
    struct http_exchange *exchange = call->exchange;
    struct form form;
    const char *error = "invalid_request";

    if (http_header(exchange, "authorization").data == NULL &&
        is_form(http_header(exchange, "content-type")) &&
        form_parse(&form, &call->arena, http_body(exchange)) == MC_OK)
        error = check_form(&form);
    if (error != NULL) {
        refuse(call, 400, error);
    } else if (read_client(call, &form) != MC_OK) {
        refuse_client(call, "form");
    } else {
        call->scope = form_text(&form, "scope");
        count(call);
    }
}

void oauth_token_handle(struct http_exchange *exchange, void *data)
{
    struct token_call *call;

    if (!str_is(http_method(exchange), "POST")) {
        reply_error(exchange, 405, 0, "invalid_request");
        return;
    }
    call = MEM_NEW(struct token_call);
    call->app = data;
    call->exchange = exchange;
    arena_init(&call->arena, CALL_BYTES_MAX);
    start(call);
}
