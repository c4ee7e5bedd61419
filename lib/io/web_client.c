#include "io/web_client.h"

#include "base/memory.h"

#include <curl/curl.h>

enum { HEADER_BYTES_MAX = 8192 };

struct web_client {
    struct web_client_settings settings;
    uv_loop_t *loop;
    uv_timer_t timer;
    CURLM *multi;
    struct web_request *requests;
    size_t handles; /* of the loop, not closed yet */
    bool closing;
    void (*closed)(void *data);
    void *closed_data;
};

/* A socket of curl's, watched. */
struct watch {
    uv_poll_t poll;
    struct web_client *client;
    curl_socket_t socket;
};

static void handle_gone(struct web_client *client)
{
    if (--client->handles > 0 || !client->closing) return;
    if (client->closed != NULL) client->closed(client->closed_data);
    mem_free(client);
}

/* ---- the end of a request ---- */

/* done may send the same request again. */
static void finish(struct web_request *request, enum status status)
{
    struct buf body = request->body;

    *request->link = request->next;
    if (request->next != NULL) request->next->link = request->link;
    (void)curl_multi_remove_handle(request->client->multi, request->easy);
    curl_easy_cleanup(request->easy);
    curl_slist_free_all(request->headers);
    request->easy = NULL;
    request->headers = NULL;
    request->done(request, status);
    buf_done(&body);
}

static enum status status_of(const struct web_request *request, CURLcode code)
{
    if (request->too_large) return MC_TOO_LARGE;
    if (code == CURLE_OPERATION_TIMEDOUT) return MC_TIMEOUT;
    return code == CURLE_OK ? MC_OK : MC_UNAVAILABLE;
}

static void finish_those_done(struct web_client *client)
{
    struct web_request *request;
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        curl_off_t retry_after_s = 0;

        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&request);
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE,
                                &request->http_status);
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_RETRY_AFTER, &retry_after_s);
        request->retry_after_s = retry_after_s;
        finish(request, status_of(request, code));
    }
}

/* ---- curl on the loop ---- */

static void act(struct web_client *client, curl_socket_t socket, int flags)
{
    int running;

    if (client->closing) return;
    (void)curl_multi_socket_action(client->multi, socket, flags, &running);
    finish_those_done(client);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    const struct watch *watch = poll->data;
    int flags = 0;

    if (status < 0) flags |= CURL_CSELECT_ERR;
    if (events & UV_READABLE) flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE) flags |= CURL_CSELECT_OUT;
    act(watch->client, watch->socket, flags);
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    struct web_client *client = watch->client;

    mem_free(watch);
    handle_gone(client);
}

static struct watch *watch_new(struct web_client *client, curl_socket_t socket)
{
    struct watch *watch = MEM_NEW(struct watch);

    watch->client = client;
    watch->socket = socket;
    MC_ASSERT(uv_poll_init_socket(client->loop, &watch->poll, socket) == 0);
    watch->poll.data = watch;
    client->handles++;
    (void)curl_multi_assign(client->multi, socket, watch);
    return watch;
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *data, void *socket_data)
{
    struct web_client *client = data;
    struct watch *watch = socket_data;
    int events = 0;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch == NULL) return 0;
        (void)curl_multi_assign(client->multi, socket, NULL);
        uv_poll_stop(&watch->poll);
        uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
        return 0;
    }
    if (watch == NULL) watch = watch_new(client, socket);
    if (what & CURL_POLL_IN) events |= UV_READABLE;
    if (what & CURL_POLL_OUT) events |= UV_WRITABLE;
    MC_ASSERT(uv_poll_start(&watch->poll, events, on_ready) == 0);
    return 0;
}

static int on_timeout(CURLM *multi, long timeout_ms, void *data)
{
    struct web_client *client = data;

    (void)multi;
    if (client->closing) return 0;
    if (timeout_ms < 0)
        uv_timer_stop(&client->timer);
    else
        uv_timer_start(&client->timer, on_timer, (uint64_t)timeout_ms, 0);
    return 0;
}

struct web_client *web_client_new(uv_loop_t *loop, const struct web_client_settings *settings)
{
    struct web_client *client = MEM_NEW(struct web_client);

    client->settings = *settings;
    client->loop = loop;
    client->multi = curl_multi_init();
    MC_ASSERT(client->multi != NULL && uv_timer_init(loop, &client->timer) == 0);
    client->timer.data = client;
    client->handles = 1;
    (void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    (void)curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    (void)curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    return client;
}

static void on_timer_closed(uv_handle_t *handle)
{
    handle_gone(handle->data);
}

void web_client_close(struct web_client *client, void (*closed)(void *data), void *data)
{
    client->closing = true;
    client->closed = closed;
    client->closed_data = data;
    while (client->requests != NULL) {
        finish(client->requests, MC_UNAVAILABLE);
    }
    (void)curl_multi_cleanup(client->multi);
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}

/* ---- a request ---- */

static size_t on_body(const char *bytes, size_t size, size_t count, void *data)
{
    struct web_request *request = data;

    if (size * count > request->body_bytes_max - request->body.size) {
        request->too_large = true;
        return 0;
    }
    buf_add(&request->body, (struct str){ bytes, size * count });
    return size * count;
}

static bool is_own_machine(const char *host)
{
    static const char *const hosts[] = { "localhost", "127.0.0.1", "[::1]" };

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
        if (strcmp(host, hosts[i]) == 0) return true;
    return false;
}

/* The host is read by who will connect to it. */
static const char *protocols_for(const struct web_client *client, const char *text)
{
    bool plain = false;
    char *host = NULL;
    CURLU *url;

    if (!client->settings.allow_plain) return "https";
    url = curl_url();
    MC_ASSERT(url != NULL);
    if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        plain = is_own_machine(host);
    curl_free(host);
    curl_url_cleanup(url);
    return plain ? "https,http" : "https";
}

static void add_header(struct web_request *request, const char *name, const char *value)
{
    struct buf line;
    struct curl_slist *longer;

    buf_init(&line, HEADER_BYTES_MAX);
    buf_printf(&line, "%s%s", name, value);
    buf_add_char(&line, '\0');
    MC_ASSERT(buf_status(&line) == MC_OK);
    longer = curl_slist_append(request->headers, line.data);
    MC_ASSERT(longer != NULL);
    request->headers = longer;
    buf_done(&line);
}

static void set_body(struct web_request *request)
{
    struct str body = request->json.data != NULL ? request->json : request->form;

    if (request->bearer != NULL) add_header(request, "Authorization: Bearer ", request->bearer);
    if (request->json.data != NULL) add_header(request, "Content-Type: ", "application/json");
    (void)curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER, request->headers);
    if (body.data == NULL) return;
    (void)curl_easy_setopt(request->easy, CURLOPT_POSTFIELDSIZE, (long)body.size);
    (void)curl_easy_setopt(request->easy, CURLOPT_COPYPOSTFIELDS, body.data);
}

static void set_up(struct web_request *request)
{
    const struct web_client_settings *settings = &request->client->settings;
    CURL *easy = request->easy;

    (void)curl_easy_setopt(easy, CURLOPT_URL, request->url);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
                           protocols_for(request->client, request->url));
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* Or the loop would stand until the thread that looks a name up has given up. */
    (void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, "motcua");
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
    if (settings->ca_file != NULL && settings->ca_file[0] != '\0')
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, settings->ca_file);
    set_body(request);
}

enum status web_client_send(struct web_client *client, struct web_request *request)
{
    if (client->closing) return MC_UNAVAILABLE;
    request->client = client;
    request->easy = curl_easy_init();
    request->headers = NULL;
    request->too_large = false;
    if (request->easy == NULL) return MC_UNAVAILABLE;
    buf_init(&request->body, request->body_bytes_max);
    set_up(request);
    request->next = client->requests;
    request->link = &client->requests;
    if (request->next != NULL) request->next->link = &request->next;
    client->requests = request;
    (void)curl_multi_add_handle(client->multi, request->easy);
    return MC_OK;
}

void web_client_cancel(struct web_request *request)
{
    if (request->easy == NULL) return;
    finish(request, MC_CANCELLED);
}

bool web_is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void web_form_add(struct buf *form, const char *name, struct str value)
{
    static const char digits[] = "0123456789ABCDEF";

    buf_printf(form, "%s%s=", form->size == 0 ? "" : "&", name);
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];

        if (web_is_unreserved(value.data[i])) {
            buf_add_char(form, value.data[i]);
            continue;
        }
        buf_add_char(form, '%');
        buf_add_char(form, digits[c >> 4]);
        buf_add_char(form, digits[c & 15]);
    }
}
