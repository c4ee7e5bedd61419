#include "serve.h"

#include "app.h"
#include "base/log.h"
#include "http/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BACK_OFF_MIN_MS = 100,
    BACK_OFF_MAX_MS = 5000,
    LONG_LIFE_MS = 10000,
    PARENT_GRACE_MS = 1500,
    TICKET_KEY_LIFE_MS = 12 * 3600 * 1000,
};

struct child {
    pid_t pid; /* 0: none */
    int64_t started_ms, start_at_ms, back_off_ms;
};

enum { SCHEMA_BYTES_MAX = 64 * 1024 * 1024 };

struct parent {
    const struct server_config *config;
    struct server_secrets secrets;
    struct metrics metrics;
    struct tallies tallies;
    struct addresses addresses;
    unsigned char *ticket_key; /* shared: drawn anew twice a day */
    int64_t ticket_key_until_ms;
    int bound_fd;
    struct sockaddr_storage address;
    socklen_t address_size;
    struct child children[METRICS_SLOTS_MAX];
    size_t count;
    bool stopping;
    int64_t kill_at_ms;
    sigset_t signals, former_signals;
};

static int64_t now_ms(void)
{
    return clock_monotonic_us(&clock_system) / 1000;
}

static enum status parse_address(const struct server_config *config, struct parent *parent)
{
    struct sockaddr_in *four = (struct sockaddr_in *)&parent->address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&parent->address;

    if (inet_pton(AF_INET, config->listen_address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)config->port);
        parent->address_size = sizeof(*four);
        return MC_OK;
    }
    if (inet_pton(AF_INET6, config->listen_address, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)config->port);
        parent->address_size = sizeof(*six);
        return MC_OK;
    }
    return MC_BAD_INPUT;
}

static int bind_socket(const struct parent *parent, bool share)
{
    int fd = socket(parent->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    if (fd < 0) return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (share) (void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    if (bind(fd, (const struct sockaddr *)&parent->address, parent->address_size) == 0) return fd;
    close(fd);
    return -1;
}

/* Without SO_REUSEPORT first: somebody else's listener on the port must not be shared in silence.
 */
static enum status bind_port(struct parent *parent)
{
    int alone = bind_socket(parent, false);

    if (alone < 0) {
        fprintf(stderr,
                "motcua-server: %s port %lld cannot be bound (%s); end what uses it, or choose "
                "another by MOTCUA_PORT.\n",
                parent->config->listen_address, (long long)parent->config->port, strerror(errno));
        return MC_UNAVAILABLE;
    }
    if (getsockname(alone, (struct sockaddr *)&parent->address, &parent->address_size) != 0)
        parent->address_size = 0;
    close(alone);
    parent->bound_fd = bind_socket(parent, true);
    return parent->bound_fd < 0 ? MC_UNAVAILABLE : MC_OK;
}

static int port_of(const struct parent *parent)
{
    if (parent->address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&parent->address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)&parent->address)->sin_port);
}

static void draw_ticket_key(struct parent *parent)
{
    MC_ASSERT(getrandom(parent->ticket_key, TLS_TICKET_KEY_BYTES, 0) == TLS_TICKET_KEY_BYTES);
    parent->ticket_key_until_ms = now_ms() + TICKET_KEY_LIFE_MS;
}

_Noreturn static void run_child(struct parent *parent, size_t slot)
{
    static char who[32];
    int fd = bind_socket(parent, true);

    close(parent->bound_fd);
    sigprocmask(SIG_SETMASK, &parent->former_signals, NULL);
    (void)snprintf(who, sizeof(who), "server/%zu", slot);
    log_set_who(who);
    if (fd < 0) exit(3);
    exit(app_serve(&(struct app_options){ .config = parent->config,
                                          .secrets = parent->secrets,
                                          .metrics = &parent->metrics,
                                          .tallies = &parent->tallies,
                                          .addresses = &parent->addresses,
                                          .slot = slot,
                                          .processes = parent->count,
                                          .ticket_key = parent->ticket_key,
                                          .bound_fd = fd }));
}

static void start_child(struct parent *parent, size_t slot)
{
    struct child *child = &parent->children[slot];
    pid_t pid = fork();

    if (pid == 0) run_child(parent, slot);
    child->started_ms = now_ms();
    child->pid = pid < 0 ? 0 : pid;
    if (pid < 0) child->start_at_ms = now_ms() + BACK_OFF_MAX_MS;
}

static void note_death(struct parent *parent, size_t slot, int state)
{
    struct child *child = &parent->children[slot];
    bool lived_long = now_ms() - child->started_ms > LONG_LIFE_MS;

    child->pid = 0;
    metrics_clear_gauges(&parent->metrics, slot);
    addresses_clear(&parent->addresses, slot);
    if (parent->stopping) return;
    child->back_off_ms = lived_long || child->back_off_ms == 0      ? BACK_OFF_MIN_MS
                         : child->back_off_ms * 2 > BACK_OFF_MAX_MS ? BACK_OFF_MAX_MS
                                                                    : child->back_off_ms * 2;
    child->start_at_ms = now_ms() + child->back_off_ms;
    metrics_add(&parent->metrics, 0, METRIC_RESTARTS, 1);
    log_event(LOG_ERROR, "child_died", LOG_I64("slot", slot),
              LOG_I64("signal", WIFSIGNALED(state) ? WTERMSIG(state) : 0),
              LOG_I64("exit", WIFEXITED(state) ? WEXITSTATUS(state) : -1),
              LOG_I64("restart_in_ms", child->back_off_ms));
}

static void reap(struct parent *parent)
{
    int state;
    pid_t pid;

    while ((pid = waitpid(-1, &state, WNOHANG)) > 0)
        for (size_t slot = 0; slot < parent->count; slot++)
            if (parent->children[slot].pid == pid) note_death(parent, slot, state);
}

static void signal_children(const struct parent *parent, int number)
{
    for (size_t slot = 0; slot < parent->count; slot++)
        if (parent->children[slot].pid > 0) kill(parent->children[slot].pid, number);
}

static void begin_stop(struct parent *parent)
{
    if (parent->stopping) return;
    parent->stopping = true;
    parent->kill_at_ms = now_ms() + parent->config->drain_ms + PARENT_GRACE_MS;
    signal_children(parent, SIGTERM);
}

static bool any_alive(const struct parent *parent)
{
    for (size_t slot = 0; slot < parent->count; slot++)
        if (parent->children[slot].pid > 0) return true;
    return false;
}

static void start_due(struct parent *parent)
{
    for (size_t slot = 0; slot < parent->count && !parent->stopping; slot++)
        if (parent->children[slot].pid == 0 && parent->children[slot].start_at_ms <= now_ms())
            start_child(parent, slot);
}

static void handle_signal(struct parent *parent, int number)
{
    if (number == SIGTERM || number == SIGINT) begin_stop(parent);
    if (number == SIGHUP) signal_children(parent, SIGHUP);
    if (number == SIGCHLD) reap(parent);
}

static int supervise(struct parent *parent)
{
    const struct timespec tick = { .tv_nsec = 50 * 1000 * 1000 };

    while (!parent->stopping || any_alive(parent)) {
        int number = sigtimedwait(&parent->signals, NULL, &tick);

        if (number > 0) handle_signal(parent, number);
        reap(parent);
        start_due(parent);
        if (parent->stopping && now_ms() > parent->kill_at_ms) signal_children(parent, SIGKILL);
        if (now_ms() > parent->ticket_key_until_ms) {
            draw_ticket_key(parent);
            signal_children(parent, SIGHUP);
        }
    }
    return 0;
}

static void block_signals(struct parent *parent)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };

    sigemptyset(&parent->signals);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        sigaddset(&parent->signals, numbers[i]);
    sigprocmask(SIG_BLOCK, &parent->signals, &parent->former_signals);
}

/* Before a child reads them: a manifest with a fault is one sentence and an end, not a restart. */
static enum status check_documents(const struct server_config *config, struct buf *why)
{
    struct gql_limits limits = app_limits(config);
    struct trusted_documents *documents;
    struct gql_schema *schema;
    struct arena arena;
    enum status status;

    arena_init(&arena, SCHEMA_BYTES_MAX);
    status = app_schema(&arena, config->list_max, why, &schema);
    if (status == MC_OK) {
        documents = trusted_documents_new(schema, &limits);
        status = trusted_documents_load(documents, config->documents_dir, why);
        trusted_documents_free(documents);
    }
    arena_done(&arena);
    return status;
}

/* Before a child needs it, for the same reason. */
static enum status check_storage(const struct server_config *config, struct buf *why)
{
    struct storage storage;

    if (config->upload_chunk_bytes_max > config->body_bytes_max) {
        buf_add(why, STR("MOTCUA_UPLOAD_CHUNK_BYTES_MAX is no more than MOTCUA_BODY_BYTES_MAX.\n"));
        return MC_BAD_INPUT;
    }
    return storage_init(&storage, config->storage_dir, why);
}

static enum status prepare(struct parent *parent, struct arena *arena)
{
    struct buf why;
    enum status_profile profile;
    enum status status;
    void *tls = NULL;

    buf_init(&why, 4096);
    status = server_secrets_load(parent->config, arena, &why, &parent->secrets);
    if (status == MC_OK)
        status =
            tls_load(parent->secrets.tls_certificate, parent->secrets.tls_key, NULL, &why, &tls);
    tls_free(tls);
    if (status == MC_OK &&
        status_profile_named(parent->config->status_profile, &profile) != MC_OK) {
        buf_add(&why, STR("MOTCUA_STATUS_PROFILE is audit or draft2026.\n"));
        status = MC_BAD_INPUT;
    }
    if (status == MC_OK) status = check_documents(parent->config, &why);
    if (status == MC_OK) status = check_storage(parent->config, &why);
    if (status == MC_OK && parse_address(parent->config, parent) != MC_OK) {
        buf_add(&why, STR("MOTCUA_LISTEN_ADDRESS is not an IPv4 or IPv6 address.\n"));
        status = MC_BAD_INPUT;
    }
    if (why.size > 0) fprintf(stderr, "motcua-server: %.*s", STR_PRINT(buf_str(&why)));
    buf_done(&why);
    if (status == MC_OK) status = bind_port(parent);
    if (status == MC_OK) status = metrics_open(&parent->metrics, counter_rows, COUNTERS);
    if (status == MC_OK) status = tallies_open(&parent->tallies, tally_families, TALLY_FAMILIES);
    if (status == MC_OK)
        status = addresses_open(&parent->addresses,
                                (uint32_t)parent->config->connections_per_address_max);
    return status;
}

int serve(const struct server_config *config)
{
    static struct parent parent;
    struct arena arena;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    arena_init(&arena, 1024 * 1024);
    parent.config = config;
    parent.count = (size_t)(config->processes > 0 ? config->processes : cores > 0 ? cores : 1);
    if (parent.count > METRICS_SLOTS_MAX) parent.count = METRICS_SLOTS_MAX;
    if (prepare(&parent, &arena) != MC_OK) {
        arena_done(&arena);
        return 2;
    }
    parent.ticket_key =
        mmap(NULL, TLS_TICKET_KEY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MC_ASSERT(parent.ticket_key != MAP_FAILED);
    draw_ticket_key(&parent);
    block_signals(&parent);
    start_due(&parent);
    printf("listening on https://%s:%d/graphql\n", config->listen_address, port_of(&parent));
    fflush(stdout);
    int code = supervise(&parent);

    metrics_close(&parent.metrics);
    tallies_close(&parent.tallies);
    arena_done(&arena);
    return code;
}
