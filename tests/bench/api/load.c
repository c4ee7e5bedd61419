/*
 * load.c - api-load: asks a GraphQL server over HTTP/2 and TLS for some seconds, each request with
 * the token and the body of the next line of a file. h2load sends the same header fields always, so
 * it cannot ask for many people in turn.
 *
 *     api-load PORT SECONDS CONNECTIONS STREAMS START [CODINGS] < requests
 *
 * CODINGS is sent as accept-encoding; of an answer that is coded the beginning is not looked at.
 * A line is "token<TAB>JSON body"; the first one asked is line START, then the next, from the
 * beginning again after the last. All connections share the turn. With 0 SECONDS it ends when each
 * line was asked once. Prints what rotate.lua of the benchmark prints for wrk, as one line of JSON;
 * an error is a status that is not 200, a body that does not begin with {"data":, or a stream that
 * was reset. What is under way at the end is not counted. One thread, blocking on nothing but poll.
 * Limits: CONNECTIONS_MAX, STREAMS_MAX, TIMES_MAX answers; a lost connection ends the program with
 * exit code 1.
 */
#include "base/status.h"

#include <nghttp2/nghttp2.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256, STREAMS_MAX = 100, TIMES_MAX = 1 << 24, INPUT_BYTES_MAX = 1 << 28 };

struct line {
    const char *token, *body;
    size_t token_size, body_size;
};

struct exchange {
    const struct line *line;
    size_t sent;
    int64_t begun_us;
    size_t seen; /* of the body, up to the length of data_begin */
    bool is_coded;
    bool is_data; /* so far */
    bool ok;
};

struct load {
    struct line *lines;
    const char *codings; /* or NULL */
    size_t line_count, next;
    int64_t end_us;
    size_t answers_max;
    size_t answered, errors, bytes;
    uint32_t *times; /* microseconds */
    char authority[32];
};

struct connection {
    struct load *load;
    int fd;
    SSL *tls;
    nghttp2_session *session;
    const uint8_t *out; /* of the session, until its next mem_send */
    size_t out_size;
    bool lost;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "api-load: %s\n", what);
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec now;

    MC_ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- requests ---- */

/* NOLINTNEXTLINE(readability-function-size): nghttp2's signature */
static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *out, size_t size,
                         uint32_t *flags, nghttp2_data_source *source, void *user)
{
    struct exchange *exchange = source->ptr;
    size_t left = exchange->line->body_size - exchange->sent;
    size_t count = left < size ? left : size;

    (void)session, (void)stream, (void)user;
    memcpy(out, exchange->line->body + exchange->sent, count);
    exchange->sent += count;
    if (exchange->sent == exchange->line->body_size) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)count;
}

static nghttp2_nv field(const char *name, const char *value, size_t value_size)
{
    return (nghttp2_nv){ .name = (uint8_t *)(uintptr_t)name,
                         .namelen = strlen(name),
                         .value = (uint8_t *)(uintptr_t)value,
                         .valuelen = value_size };
}

#define FIELD(name, value) field(name, value, sizeof(value) - 1)

static void ask(struct connection *connection)
{
    struct load *load = connection->load;
    struct exchange *exchange = calloc(1, sizeof(*exchange));
    const struct line *line = &load->lines[load->next++ % load->line_count];
    char size[24], bearer[4200];

    MC_ASSERT(exchange != NULL);
    exchange->line = line;
    exchange->is_data = true;
    exchange->begun_us = now_us();
    int digits = snprintf(size, sizeof(size), "%zu", line->body_size);
    int letters =
        snprintf(bearer, sizeof(bearer), "Bearer %.*s", (int)line->token_size, line->token);
    nghttp2_nv fields[9] = {
        FIELD(":method", "POST"),
        FIELD(":scheme", "https"),
        field(":authority", load->authority, strlen(load->authority)),
        FIELD(":path", "/graphql"),
        FIELD("content-type", "application/json"),
        FIELD("accept", "application/json"),
        field("content-length", size, (size_t)digits),
    };
    size_t count = 7;

    if (line->token_size > 0) fields[count++] = field("authorization", bearer, (size_t)letters);
    if (load->codings != NULL)
        fields[count++] = field("accept-encoding", load->codings, strlen(load->codings));

    nghttp2_data_provider body = { .source = { .ptr = exchange }, .read_callback = read_body };

    if (nghttp2_submit_request(connection->session, NULL, fields, count, &body, exchange) < 0)
        die("a request is not taken");
}

/* ---- answers ---- */

/* NOLINTNEXTLINE(readability-function-size): nghttp2's signature */
static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_size, const uint8_t *value, size_t value_size, uint8_t flags,
                     void *user)
{
    struct exchange *exchange = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);

    (void)flags, (void)user;
    if (exchange != NULL && name_size == 7 && memcmp(name, ":status", 7) == 0)
        exchange->ok = value_size == 3 && memcmp(value, "200", 3) == 0;
    if (exchange != NULL && name_size == 16 && memcmp(name, "content-encoding", 16) == 0)
        exchange->is_coded = true;
    return 0;
}

static const char data_begin[] = "{\"data\":";

/* NOLINTNEXTLINE(readability-function-size): nghttp2's signature */
static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *data,
                   size_t size, void *user)
{
    struct exchange *exchange = nghttp2_session_get_stream_user_data(session, stream);
    struct connection *connection = user;

    (void)flags;
    connection->load->bytes += size;
    if (exchange == NULL) return 0;
    for (size_t i = 0; i < size && exchange->seen < sizeof(data_begin) - 1; i++)
        if (data[i] != (uint8_t)data_begin[exchange->seen++]) exchange->is_data = false;
    return 0;
}

static bool is_good(const struct exchange *exchange, uint32_t error)
{
    bool is_data = exchange->is_data && exchange->seen == sizeof(data_begin) - 1;

    return error == NGHTTP2_NO_ERROR && exchange->ok && (exchange->is_coded || is_data);
}

static int on_close(nghttp2_session *session, int32_t stream, uint32_t error, void *user)
{
    struct exchange *exchange = nghttp2_session_get_stream_user_data(session, stream);
    struct connection *connection = user;
    struct load *load = connection->load;
    int64_t now = now_us();

    if (now < load->end_us) {
        if (!is_good(exchange, error)) load->errors++;
        load->times[load->answered++] = (uint32_t)(now - exchange->begun_us);
        if (load->answered == load->answers_max) load->end_us = now;
        ask(connection);
    }
    free(exchange);
    return 0;
}

/* ---- connections ---- */

static nghttp2_session *open_session(struct connection *connection)
{
    nghttp2_settings_entry wide = { NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20 };
    nghttp2_session_callbacks *callbacks;
    nghttp2_session *session;

    MC_ASSERT(nghttp2_session_callbacks_new(&callbacks) == 0);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    MC_ASSERT(nghttp2_session_client_new(&session, callbacks, connection) == 0);
    nghttp2_session_callbacks_del(callbacks);
    MC_ASSERT(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &wide, 1) == 0);
    MC_ASSERT(nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, 1 << 24) == 0);
    return session;
}

static void open_connection(struct connection *connection, SSL_CTX *context, uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
    int on = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connection->fd < 0 || connect(connection->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
        die("nobody listens there");
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    connection->tls = SSL_new(context);
    MC_ASSERT(connection->tls != NULL && SSL_set_fd(connection->tls, connection->fd) == 1);
    if (SSL_connect(connection->tls) != 1) die("no TLS there");
    MC_ASSERT(fcntl(connection->fd, F_SETFL, O_NONBLOCK) == 0);
    connection->session = open_session(connection);
}

/* An absent count is what TLS has to wait for. */
static bool waits(struct connection *connection, int result)
{
    int why = SSL_get_error(connection->tls, result);

    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return true;
    connection->lost = true;
    return false;
}

static void receive(struct connection *connection)
{
    static uint8_t bytes[64 * 1024];

    for (;;) {
        int count = SSL_read(connection->tls, bytes, sizeof(bytes));

        if (count <= 0) {
            waits(connection, count);
            return;
        }
        if (nghttp2_session_mem_recv(connection->session, bytes, (size_t)count) < 0)
            connection->lost = true;
    }
}

/* True when all is out. What the session has to say goes out as few records as it gives pieces. */
static bool send_all(struct connection *connection)
{
    for (;;) {
        if (connection->out_size == 0) {
            ssize_t count = nghttp2_session_mem_send(connection->session, &connection->out);

            if (count < 0) connection->lost = true;
            if (count <= 0) return true;
            connection->out_size = (size_t)count;
        }
        int sent = SSL_write(connection->tls, connection->out, (int)connection->out_size);

        if (sent <= 0) {
            waits(connection, sent);
            return false;
        }
        connection->out += sent;
        connection->out_size -= (size_t)sent;
    }
}

/* ---- the run ---- */

static void run(struct connection *connections, size_t count, struct load *load)
{
    struct pollfd polled[CONNECTIONS_MAX];

    for (;;) {
        int64_t left = load->end_us - now_us();

        if (left <= 0) return;
        for (size_t i = 0; i < count; i++) {
            bool out = send_all(&connections[i]);

            polled[i] = (struct pollfd){ .fd = connections[i].fd,
                                         .events = (short)(POLLIN | (out ? 0 : POLLOUT)) };
        }
        int wait_ms = left < 1000000 ? (int)(left / 1000) + 1 : 1000;

        if (poll(polled, (nfds_t)count, wait_ms) < 0) die("poll");
        for (size_t i = 0; i < count; i++) {
            if (polled[i].revents & (POLLIN | POLLERR | POLLHUP)) receive(&connections[i]);
            if (connections[i].lost) die("a connection was lost");
        }
    }
}

static int by_time(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static uint32_t at(const struct load *load, double share)
{
    size_t place = (size_t)((double)load->answered * share);

    if (load->answered == 0) return 0;
    return load->times[place < load->answered ? place : load->answered - 1];
}

static void print(struct load *load, int64_t spent_us)
{
    qsort(load->times, load->answered, sizeof(load->times[0]), by_time);
    printf("{\"requests\":%zu,\"duration_us\":%lld,\"bytes\":%zu,\"errors\":%zu,\"p50_us\":%u,"
           "\"p90_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"cpu_us\":%lld}\n",
           load->answered, (long long)spent_us, load->bytes, load->errors, at(load, 0.5),
           at(load, 0.9), at(load, 0.99), at(load, 1),
           (long long)clock() * 1000000 / CLOCKS_PER_SEC);
}

/* All of the input in memory, and where its lines are. */
static void read_lines(struct load *load)
{
    size_t size = 0, room = 1 << 20;
    char *text = malloc(room);

    for (size_t got; text != NULL && (got = fread(text + size, 1, room - size, stdin)) > 0;) {
        size += got;
        if (size == INPUT_BYTES_MAX) die("the input is too long");
        if (size == room) text = realloc(text, room *= 2);
    }
    MC_ASSERT(text != NULL);
    for (char *begin = text, *end; (end = memchr(begin, '\n', size - (size_t)(begin - text)));
         begin = end + 1) {
        char *tab = memchr(begin, '\t', (size_t)(end - begin));

        if (tab == NULL) die("a line is not a token, a tab and a body");
        if (load->line_count % 1024 == 0)
            load->lines = realloc(load->lines, (load->line_count + 1024) * sizeof(struct line));
        MC_ASSERT(load->lines != NULL);
        load->lines[load->line_count++] =
            (struct line){ begin, tab + 1, (size_t)(tab - begin), (size_t)(end - tab - 1) };
    }
    if (load->line_count == 0) die("the input is empty");
}

static long number(const char *text, long least, long most)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || value < least || value > most)
        die("usage: api-load PORT SECONDS CONNECTIONS STREAMS START [CODINGS] < requests");
    return value;
}

static SSL_CTX *client_context(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    MC_ASSERT(context != NULL);
    SSL_CTX_set_alpn_protos(context, (const uint8_t *)"\x02h2", 3);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

int main(int count, char **words)
{
    static struct connection connections[CONNECTIONS_MAX];
    static struct load load;

    if (count != 6 && count != 7) number("", 0, 0);
    uint16_t port = (uint16_t)number(words[1], 1, 65535);
    long seconds = number(words[2], 0, 3600);
    size_t connection_count = (size_t)number(words[3], 1, CONNECTIONS_MAX);
    long streams = number(words[4], 1, STREAMS_MAX);
    SSL_CTX *context = client_context();

    signal(SIGPIPE, SIG_IGN);
    load.next = (size_t)number(words[5], 0, 1 << 30);
    load.codings = words[6];
    load.times = malloc(TIMES_MAX * sizeof(load.times[0]));
    MC_ASSERT(load.times != NULL);
    snprintf(load.authority, sizeof(load.authority), "127.0.0.1:%u", port);
    read_lines(&load);
    load.end_us = INT64_MAX;
    for (size_t i = 0; i < connection_count; i++) {
        connections[i].load = &load;
        open_connection(&connections[i], context, port);
        for (long k = 0; k < streams; k++)
            ask(&connections[i]);
        send_all(&connections[i]); /* who says nothing is cut off while the others come */
    }
    int64_t begun = now_us();

    load.answers_max = seconds > 0 ? TIMES_MAX : load.line_count;
    if (seconds > 0) load.end_us = begun + seconds * 1000000;
    run(connections, connection_count, &load);
    print(&load, now_us() - begun);
    return 0;
}
