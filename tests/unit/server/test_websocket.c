/* A WebSocket is over once, whatever became of its handshake's answer. */
#include "http/websocket.h"
#include "tests/unit/check.h"

#include <netinet/in.h>
#include <signal.h>
#include <unistd.h>

enum { BUFFER_BYTES = 4096, FILLS_MAX = 200, GOODBYE_MS = 5, LONG_MS = 500, ACCEPT_MS = 10000 };
enum { FILL_BYTES = 800, GUARD_MS = 20000 };

static const char upgrade[] = "GET /socket HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n"
                              "connection: Upgrade\r\nsec-websocket-version: 13\r\n"
                              "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
static const char fill[] = "GET /fill HTTP/1.1\r\nhost: x\r\n\r\n";

static const char filling[FILL_BYTES];

static struct {
    uv_loop_t loop;
    struct http_server *server;
    struct addresses addresses;
    struct sockaddr_in address;
    size_t accepted, closed, drained;
} world;

static void fill_handle(struct http_exchange *exchange, void *data)
{
    (void)data;
    http_reply(exchange, 200, NULL, 0, (struct str){ filling, FILL_BYTES });
}

static void on_message(struct http_websocket *socket, struct str text)
{
    (void)socket;
    (void)text;
}

static void on_drained(struct http_websocket *socket)
{
    (void)socket;
}

static void on_closed(struct http_websocket *socket)
{
    (void)socket;
    world.closed++;
}

/* Its owner says goodbye at once. */
static void socket_handle(struct http_exchange *exchange, void *data)
{
    const struct http_websocket_options options = {
        .protocol = "test",
        .message_bytes_max = 1024,
        .queue_bytes_max = 1024,
        .goodbye_ms = GOODBYE_MS,
        .message = on_message,
        .drained = on_drained,
        .closed = on_closed,
    };
    struct http_websocket *socket;

    (void)data;
    assert_int_equal(http_websocket_accept(exchange, &options, &socket), MC_OK);
    world.accepted++;
    http_websocket_close(socket, 1001, "bye");
}

static void refuse(struct http_exchange *exchange, enum status status, void *data)
{
    (void)data;
    http_reply(exchange, status_http(status), NULL, 0, STR(""));
}

static int listener_new(void)
{
    socklen_t size = sizeof(world.address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), bytes = BUFFER_BYTES;

    world.address =
        (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    /* Those it accepts have the same. */
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&world.address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&world.address, &size), 0);
    return fd;
}

static int start(void **state)
{
    static const struct http_route routes[] = { { "/fill", fill_handle },
                                                { "/socket", socket_handle } };
    struct http_settings settings = {
        .server_name = "test",
        .body_bytes_max = 1024,
        .url_bytes_max = 1024,
        .requests_max = 10,
        .connections_max = 10,
        .addresses = &world.addresses,
#define PRESET(name, initial, unit, sentence) .name = (initial),
        .guard = { GUARD_SETTINGS(PRESET) },
#undef PRESET
        .drain_ms = 100,
        .routes = routes,
        .route_count = 2,
        .refuse = refuse,
    };

    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    assert_int_equal(addresses_open(&world.addresses, 10), MC_OK);
    assert_int_equal(uv_loop_init(&world.loop), 0);
    world.server = http_server_new(&world.loop, &settings, listener_new(), NULL);
    http_server_listen(world.server);
    return 0;
}

static void on_server_drained(void *data)
{
    (void)data;
    world.drained++;
}

/* False: not within the time. */
static bool run_until(const size_t *counter, size_t count, uint64_t ms)
{
    uint64_t end_ms = uv_hrtime() / 1000000 + ms;

    while (uv_hrtime() / 1000000 < end_ms) {
        if (*counter >= count) return true;
        uv_run(&world.loop, UV_RUN_NOWAIT);
        usleep(200);
    }
    return false;
}

static int stop(void **state)
{
    (void)state;
    http_server_drain(world.server, on_server_drained, NULL);
    assert_true(run_until(&world.drained, 1, GUARD_MS));
    return 0;
}

/* Asks for so many answers that it does not read, and then for a WebSocket. */
static int client_new(size_t fills)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), bytes = BUFFER_BYTES;

    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&world.address, sizeof(world.address)), 0);
    for (size_t i = 0; i < fills; i++)
        assert_int_equal(send(fd, fill, sizeof(fill) - 1, 0), sizeof(fill) - 1);
    assert_int_equal(send(fd, upgrade, sizeof(upgrade) - 1, 0), sizeof(upgrade) - 1);
    return fd;
}

/* More and more, until it is the handshake's own answer that finds no room and waits, while the
 * owner's goodbye runs out. */
static void a_handshake_that_is_never_read_ends_the_socket_once(void **state)
{
    bool is_stuck = false;

    (void)state;
    for (size_t fills = 0; !is_stuck && fills < FILLS_MAX; fills++) {
        size_t accepted = world.accepted, closed = world.closed;
        int fd = client_new(fills);

        assert_true(run_until(&world.accepted, accepted + 1, ACCEPT_MS));
        is_stuck = !run_until(&world.closed, closed + 1, LONG_MS);
        close(fd);
        assert_true(run_until(&world.closed, closed + 1, GUARD_MS));
        (void)run_until(&world.closed, closed + 2, GOODBYE_MS);
        assert_int_equal(world.closed, closed + 1);
    }
    assert_true(is_stuck);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handshake_that_is_never_read_ends_the_socket_once),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
