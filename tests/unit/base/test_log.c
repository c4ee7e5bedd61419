/* log: lines that nobody can forge, and a reader who never holds up the writer. */
#include "base/buf.h"
#include "base/log.h"
#include "tests/unit/check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES = 10000, SECONDS_MAX = 30, FLUSHES = 1000 };

static struct str read_all(int fd, struct buf *out)
{
    char chunk[4096];
    ssize_t size;

    buf_init(out, 16 * 1024 * 1024);
    while ((size = read(fd, chunk, sizeof(chunk))) > 0)
        buf_add(out, (struct str){ chunk, (size_t)size });
    buf_add_char(out, '\0');
    return buf_str(out);
}

static void a_line_cannot_be_forged(void **state)
{
    int ends[2], kept = dup(STDERR_FILENO);
    struct buf out;
    struct str line;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    log_event(LOG_WARN, "unit", LOG_OURS("id", log_ours(STR("a b\nlevel=error\x1b[31m"))),
              LOG_I64("n", -3), LOG_HEX("h", 0xfedcba9876543210), LOG_SYMBOL("s", "two words"));
    dup2(kept, STDERR_FILENO);
    close(ends[1]);
    line = read_all(ends[0], &out);
    assert_non_null(strstr(line.data, " event=unit id=a?b?level?error??31m n=-3 "
                                      "h=fedcba9876543210 s=\"two words\"\n"));
    assert_ptr_equal(strchr(line.data, '\n'), line.data + line.size - 2);
    buf_done(&out);
    close(ends[0]);
    close(kept);
}

static void a_line_has_an_end_however_long(void **state)
{
    char text[4 * LOG_LINE_BYTES_MAX];
    int ends[2], kept = dup(STDERR_FILENO);
    struct buf out;
    struct str line;

    (void)state;
    memset(text, 'x', sizeof(text));
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    log_event(LOG_INFO, "unit", LOG_OURS("id", log_ours((struct str){ text, sizeof(text) })));
    dup2(kept, STDERR_FILENO);
    close(ends[1]);
    line = read_all(ends[0], &out);
    assert_int_equal(line.size - 1, LOG_LINE_BYTES_MAX + 1);
    assert_ptr_equal(strchr(line.data, '\n'), line.data + line.size - 2);
    buf_done(&out);
    close(ends[0]);
    close(kept);
}

/* ---- a reader who does not read ---- */

/* In a process of its own, since holding has no end. Killed if it waits for its reader. */
static pid_t write_lines(int fd, int go)
{
    pid_t child = fork();

    if (child != 0) return child;
    alarm(SECONDS_MAX);
    dup2(fd, STDERR_FILENO);
    close(fd);
    log_hold();
    for (int i = 0; i < LINES; i++) {
        log_event(LOG_INFO, "unit", LOG_I64("n", i));
        if (i % 100 == 0) log_flush();
    }
    if (write(go, "x", 1) != 1) _exit(1);
    for (int i = 0; i < FLUSHES; i++) {
        log_flush();
        usleep(1000);
    }
    _exit(0);
}

static void check_lines(const char *text)
{
    int64_t next = 0, lost = -1;
    const char *at = text;

    while (*at != '\0') {
        const char *end = strchr(at, '\n'), *number = strstr(at, " event=unit n=");
        const char *loss = strstr(at, " event=log_lost lines=");

        assert_non_null(end);
        if (number != NULL && number < end) {
            assert_int_equal(strtoll(number + strlen(" event=unit n="), NULL, 10), next);
            next++;
        } else {
            assert_true(loss != NULL && loss < end);
            lost = strtoll(loss + strlen(" event=log_lost lines="), NULL, 10);
        }
        at = end + 1;
    }
    assert_true(next > 0 && lost > 0);
    assert_int_equal(next + lost, LINES);
}

static void check_reader(int reads, int writes)
{
    int go[2], state;
    char byte;
    struct buf out;

    assert_int_equal(pipe(go), 0);
    pid_t child = write_lines(writes, go[1]);

    close(writes);
    close(go[1]);
    assert_int_equal(read(go[0], &byte, 1), 1);
    check_lines(read_all(reads, &out).data);
    assert_int_equal(waitpid(child, &state, 0), child);
    assert_true(WIFEXITED(state) && WEXITSTATUS(state) == 0);
    buf_done(&out);
    close(reads);
    close(go[0]);
}

static void who_reads_a_pipe_slowly_loses_lines_and_is_told(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    check_reader(ends[0], ends[1]);
}

static void who_reads_a_socket_slowly_loses_lines_and_is_told(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_reader(ends[0], ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_cannot_be_forged),
        cmocka_unit_test(a_line_has_an_end_however_long),
        cmocka_unit_test(who_reads_a_pipe_slowly_loses_lines_and_is_told),
        cmocka_unit_test(who_reads_a_socket_slowly_loses_lines_and_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
