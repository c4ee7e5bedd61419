#include "graphql_request.h"

#include "body_document.h"
#include "quality.h"

static bool is_media(struct str value, const char *media)
{
    struct str rest = value;

    return str_eq_nocase(str_trim(str_split(&rest, ';')), str_of(media));
}

/* What is offered, in our order of preference for equal wishes. A range with q=0 is a no. */
static const struct {
    const char *media;
    enum graphql_media kind;
} offers[] = {
    { "text/event-stream", GRAPHQL_EVENT_STREAM },
    { "multipart/mixed", GRAPHQL_MULTIPART },
    { "application/graphql-response+json", GRAPHQL_REPLY },
    { "application/json", GRAPHQL_JSON },
    { "application/*", GRAPHQL_JSON },
    { "*/*", GRAPHQL_JSON },
};

/* Of the multipart protocols we speak Apollo's for subscriptions, in its only version. */
static bool is_subscription_spec(struct str range)
{
    while (range.data != NULL) {
        struct str value = str_trim(str_split(&range, ';'));
        struct str name = str_split(&value, '=');

        if (str_eq_nocase(name, STR("subscriptionSpec")))
            return str_is(value, "1.0") || str_is(value, "\"1.0\"");
    }
    return false;
}

static enum status choose_media(struct str accept, enum graphql_media *ret_media)
{
    int best = 0;

    if (str_trim(accept).size == 0) {
        *ret_media = GRAPHQL_JSON;
        return MC_OK;
    }
    while (accept.data != NULL) {
        struct str range = str_trim(str_split(&accept, ','));
        int wish = quality_of(range);

        for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
            if (!is_media(range, offers[i].media) || wish <= best) continue;
            if (offers[i].kind == GRAPHQL_MULTIPART && !is_subscription_spec(range)) continue;
            best = wish;
            *ret_media = offers[i].kind;
        }
    }
    return best > 0 ? MC_OK : MC_NOT_ACCEPTABLE;
}

/* A part of a few bytes of text costs some hundred in memory. */
static bool is_too_large(struct str text, size_t parts_max)
{
    size_t depth = 0, parts = 0;
    bool in_string = false;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (in_string && c == '\\') i++;
        if (c == '"') in_string = !in_string;
        if (in_string) continue;
        if ((c == '{' || c == '[') && ++depth > GRAPHQL_JSON_DEPTH_MAX) return true;
        if ((c == '{' || c == '[' || c == ',') && ++parts > parts_max) return true;
        if ((c == '}' || c == ']') && depth > 0) depth--;
    }
    return false;
}

json_t *graphql_json_read(struct str text, size_t parts_max)
{
    json_t *json;

    if (text.data == NULL || is_too_large(text, parts_max)) return NULL;
    json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    if (json != NULL) return json;
    /* A number beyond 64 bits is lawful, for a Float, and an error of its own for an Int. */
    return json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
}

/* An optional member: absent, null, or a string. */
static enum status read_text(const json_t *body, const char *key, struct str *ret_text)
{
    const json_t *value = json_object_get(body, key);

    *ret_text = STR_NONE;
    if (value == NULL || json_is_null(value)) return MC_OK;
    if (!json_is_string(value)) return MC_BAD_INPUT;
    *ret_text = (struct str){ json_string_value(value), json_string_length(value) };
    return MC_OK;
}

static enum status read_persisted(const json_t *persisted, struct graphql_request *request)
{
    if (persisted == NULL || json_is_null(persisted)) return MC_OK;
    if (json_integer_value(json_object_get(persisted, "version")) != 1) return MC_BAD_INPUT;
    if (read_text(persisted, "sha256Hash", &request->persisted_hash) != MC_OK) return MC_BAD_INPUT;
    return request->persisted_hash.data == NULL ? MC_BAD_INPUT : MC_OK;
}

static enum status read_members(struct graphql_request *request, const char **ret_why)
{
    const json_t *variables = json_object_get(request->json, "variables");
    const json_t *extensions = json_object_get(request->json, "extensions");

    *ret_why = "The body is a JSON object with a string member \"query\" or \"documentId\".";
    if (read_text(request->json, "query", &request->document.text) != MC_OK ||
        read_text(request->json, "documentId", &request->document_id) != MC_OK)
        return MC_BAD_INPUT;
    *ret_why = "\"operationName\" is a string or null.";
    if (read_text(request->json, "operationName", &request->document.operation_name) != MC_OK)
        return MC_BAD_INPUT;
    if (request->document.operation_name.size == 0) request->document.operation_name = STR_NONE;
    *ret_why = "\"variables\" is an object or null.";
    if (variables != NULL && !json_is_null(variables) && !json_is_object(variables))
        return MC_BAD_INPUT;
    *ret_why = "\"extensions\" is an object or null.";
    if (extensions != NULL && !json_is_null(extensions) && !json_is_object(extensions))
        return MC_BAD_INPUT;
    *ret_why = "\"extensions.persistedQuery\" is {\"version\": 1, \"sha256Hash\": ...}.";
    if (read_persisted(json_object_get(extensions, "persistedQuery"), request) != MC_OK)
        return MC_BAD_INPUT;
    *ret_why = "The body is a JSON object with a string member \"query\" or \"documentId\".";
    if (request->document.text.data == NULL && request->document_id.data == NULL &&
        request->persisted_hash.data == NULL)
        return MC_BAD_INPUT;
    request->variables = json_is_object(variables) ? variables : NULL;
    return MC_OK;
}

/* bytes: of the text they were read from, which is no shorter; SIZE_MAX: not known. */
static enum status check_variables(const struct graphql_request *request, size_t bytes,
                                   size_t bytes_max, const char **ret_why)
{
    if (request->variables == NULL || bytes <= bytes_max) return MC_OK;
    if (json_dumpb(request->variables, NULL, 0, JSON_COMPACT) <= bytes_max) return MC_OK;
    *ret_why = "The variables are too long.";
    return MC_TOO_LARGE;
}

enum status graphql_request_of_json(const json_t *json, size_t variables_bytes_max,
                                    struct graphql_request *ret_request, const char **ret_why)
{
    enum status status;

    *ret_request = (struct graphql_request){ .json = json_incref((json_t *)(uintptr_t)json) };
    status = read_members(ret_request, ret_why);
    if (status != MC_OK) return status;
    return check_variables(ret_request, SIZE_MAX, variables_bytes_max, ret_why);
}

/* JSON in UTF-8, whatever other parameters it names. */
static bool is_json(struct str content_type)
{
    struct str rest = content_type;

    if (!is_media(content_type, "application/json")) return false;
    (void)str_split(&rest, ';');
    while (rest.data != NULL) {
        struct str value = str_trim(str_split(&rest, ';'));
        struct str name = str_split(&value, '=');

        if (str_eq_nocase(name, STR("charset")) && !str_eq_nocase(value, STR("utf-8")) &&
            !str_eq_nocase(value, STR("\"utf-8\"")))
            return false;
    }
    return true;
}

static enum status read_batch(const struct graphql_request *request, size_t batch_max,
                              const char **ret_why)
{
    size_t count = json_array_size(request->json);

    if (count > 0 && count <= batch_max) return MC_OK;
    *ret_why = batch_max == 0 ? "Batches are off: send one request."
               : count == 0   ? "A batch has at least one request."
                              : "There are more requests in the batch than the service takes.";
    return batch_max == 0 || count == 0 ? MC_BAD_INPUT : MC_LIMIT;
}

static enum status read_post(const struct http_exchange *exchange, struct arena *arena,
                             const struct graphql_request_limits *limits,
                             struct graphql_request *request, const char **ret_why)
{
    struct str body = http_body(exchange), document, rest = body;
    bool taken;
    enum status status;

    if (!is_json(http_header(exchange, "content-type"))) {
        *ret_why = "Send the request as application/json, in UTF-8.";
        return MC_MEDIA_TYPE;
    }
    taken = body_take_document(body, arena, &document, &rest);
    request->json = graphql_json_read(rest, limits->json_parts_max);
    if (request->json == NULL) {
        *ret_why = "The body is not JSON, is nested too deeply, or has too many parts.";
        return MC_SYNTAX;
    }
    if (json_is_array(request->json)) return read_batch(request, limits->batch_max, ret_why);
    status = read_members(request, ret_why);
    if (status != MC_OK) return status;
    if (taken) request->document.text = document;
    return check_variables(request, body.size, limits->variables_bytes_max, ret_why);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* application/x-www-form-urlencoded; a bad escape stays as it is. */
static struct str decode_form(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        bool escape = text.data[i] == '%' && i + 2 < text.size &&
                      hex_value(text.data[i + 1]) >= 0 && hex_value(text.data[i + 2]) >= 0;

        if (escape) {
            out[size++] = (char)(hex_value(text.data[i + 1]) << 4 | hex_value(text.data[i + 2]));
            i += 2;
        } else {
            out[size++] = text.data[i] == '+' ? ' ' : text.data[i];
        }
    }
    return (struct str){ out, size };
}

static enum status add_parameter(json_t *body, size_t parts_max, struct str name, struct str value)
{
    static const char *const texts[] = { "query", "operationName", "documentId" };
    static const char *const objects[] = { "variables", "extensions" };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (str_is(name, texts[i]) &&
            json_object_set_new(body, texts[i], json_stringn(value.data, value.size)) != 0)
            return MC_BAD_INPUT;
    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
        if (str_is(name, objects[i]) && value.size > 0 &&
            json_object_set_new(body, objects[i], graphql_json_read(value, parts_max)) != 0)
            return MC_BAD_INPUT;
    }
    return MC_OK;
}

static enum status read_get(const struct http_exchange *exchange, struct arena *arena,
                            const struct graphql_request_limits *limits,
                            struct graphql_request *request, const char **ret_why)
{
    struct str query = http_query(exchange);
    size_t bytes = query.size;
    enum status status;

    request->json = json_object();
    *ret_why = "A parameter of the address is not what GraphQL over HTTP says.";
    while (query.data != NULL) {
        struct str value = str_split(&query, '&');
        struct str name = str_split(&value, '=');

        if (add_parameter(request->json, limits->json_parts_max, decode_form(arena, name),
                          decode_form(arena, value.data == NULL ? STR("") : value)) != MC_OK)
            return MC_BAD_INPUT;
    }
    status = read_members(request, ret_why);
    if (status != MC_OK) return status;
    return check_variables(request, bytes, limits->variables_bytes_max, ret_why);
}

enum status graphql_request_read(const struct http_exchange *exchange, struct arena *arena,
                                 const struct graphql_request_limits *limits,
                                 struct graphql_request *ret_request, const char **ret_why)
{
    struct str method = http_method(exchange);
    bool get = str_is(method, "GET"), query = str_is(method, "QUERY");
    enum status status;

    *ret_request = (struct graphql_request){ .is_safe = get || query };
    *ret_why = NULL;
    if (!get && !query && !str_is(method, "POST")) return MC_METHOD;
    status = choose_media(http_header(exchange, "accept"), &ret_request->media);
    if (status != MC_OK) return status;
    if (get) return read_get(exchange, arena, limits, ret_request, ret_why);
    return read_post(exchange, arena, limits, ret_request, ret_why);
}

void graphql_request_done(struct graphql_request *request)
{
    json_decref(request->json);
    request->json = NULL;
}
