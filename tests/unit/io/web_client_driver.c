/* Lines of JSON in: {url, form, timeout, max, cancel}; out: the status, or the HTTP status and the
 * body. argv: the file of an authority, and "plain" where http:// is allowed.
 *
 * There are no names but slow.example, whose server answers when the request has ended. */
#include "base/status.h"
#include "io/web_client.h"

#include <jansson.h>

#include <netdb.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES_MAX = 65536 };

static uv_sem_t ended;

/* In the place of the C library's, for curl's thread. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the C library's names */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **ret_addresses)
{
    (void)service;
    (void)hints;
    *ret_addresses = NULL;
    if (strcmp(name, "slow.example") == 0) uv_sem_wait(&ended);
    return EAI_NONAME;
}

static void on_done(struct web_request *request, enum status status)
{
    if (status == MC_OK)
        printf("%ld %.*s\n", request->http_status, STR_PRINT(buf_str(&request->body)));
    else
        printf("%s\n", status_name(status));
    (void)fflush(stdout);
    *(bool *)request->data = true;
}

static void ask(uv_loop_t *loop, struct web_client *client, const json_t *line)
{
    bool done = false;
    struct web_request request = {
        .url = json_string_value(json_object_get(line, "url")),
        .form = str_of(json_string_value(json_object_get(line, "form"))),
        .timeout_ms = (uint32_t)json_integer_value(json_object_get(line, "timeout")),
        .body_bytes_max = (size_t)json_integer_value(json_object_get(line, "max")),
        .done = on_done,
        .data = &done,
    };

    MC_ASSERT(web_client_send(client, &request) == MC_OK && !done);
    if (json_is_true(json_object_get(line, "cancel"))) web_client_cancel(&request);
    while (!done)
        uv_run(loop, UV_RUN_ONCE);
    if (strstr(request.url, "slow.example") != NULL) uv_sem_post(&ended);
}

int main(int count, char **arguments)
{
    static char line[LINE_BYTES_MAX];
    struct web_client *client;
    uv_loop_t loop;

    MC_ASSERT(uv_loop_init(&loop) == 0 && uv_sem_init(&ended, 0) == 0);
    client = web_client_new(
        &loop, &(struct web_client_settings){ .ca_file = count > 1 ? arguments[1] : NULL,
                                              .allow_plain = count > 2 });
    while (fgets(line, sizeof(line), stdin) != NULL) {
        json_t *json = json_loads(line, 0, NULL);

        ask(&loop, client, json);
        json_decref(json);
    }
    web_client_close(client, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    MC_ASSERT(uv_loop_close(&loop) == 0);
    return 0;
}
