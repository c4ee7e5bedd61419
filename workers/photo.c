#include "photo.h"

#include "base/memory.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What prlimit(1) ends with when it cannot run the program, as env(1) and shells do. */
enum { CANNOT_RUN = 126, NOT_FOUND = 127 };

/* Of the process, beside its time on the clock. */
#define MEMORY_LIMIT "--as=536870912"
#define CPU_LIMIT    "--cpu=15"

static void on_handle_closed(uv_handle_t *handle)
{
    struct photo *photo = handle->data;

    if (--photo->open_handles > 0) return;
    if (photo->found >= 0) close(photo->found);
    photo->done(photo, photo->status);
}

static void end(struct photo *photo, enum status status)
{
    photo->status = status;
    if (photo->open_handles > 1) uv_close((uv_handle_t *)&photo->process, on_handle_closed);
    uv_close((uv_handle_t *)&photo->timer, on_handle_closed);
}

static bool has_found_nothing(const struct photo *photo)
{
    struct stat info;

    return fstat(photo->found, &info) == 0 && info.st_size == 0;
}

static void on_exit(uv_process_t *process, int64_t code, int number)
{
    struct photo *photo = process->data;

    if (photo->status != MC_OK)
        end(photo, photo->status);
    else if (code == CANNOT_RUN || code == NOT_FOUND)
        end(photo, MC_UNAVAILABLE);
    else
        end(photo, code == 0 && number == 0 && has_found_nothing(photo) ? MC_OK : MC_INVALID);
}

/* Of a process that never ran, or has ended, the number is 0 or another's: a signal to 0 would be
 * one to all of us. */
static void stop(struct photo *photo, enum status status)
{
    photo->status = status;
    if (uv_is_active((uv_handle_t *)&photo->process))
        (void)uv_process_kill(&photo->process, SIGKILL);
}

static void on_time(uv_timer_t *timer)
{
    stop(timer->data, MC_TIMEOUT);
}

void photo_cancel(struct photo *photo)
{
    stop(photo, MC_CANCELLED);
}

static int start(struct photo *photo, char *const arguments[])
{
    static char path[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C";
    static char *environment[] = { path, locale, NULL };
    uv_stdio_container_t stdio[] = {
        { .flags = UV_IGNORE },
        { .flags = UV_INHERIT_FD, .data.fd = photo->found },
        { .flags = UV_IGNORE },
    };

    return uv_spawn(photo->loop, &photo->process,
                    &(uv_process_options_t){ .exit_cb = on_exit,
                                             .file = "/usr/bin/prlimit",
                                             .args = (char **)(uintptr_t)arguments,
                                             .env = environment,
                                             .stdio_count = 3,
                                             .stdio = stdio });
}

void photo_clean(struct photo *photo, const char *from, const char *to)
{
    char size[32];
    /* The first command writes what is kept; the second prints what of any place it has left. */
    const char *const arguments[] = { "prlimit",
                                      MEMORY_LIMIT,
                                      CPU_LIMIT,
                                      size,
                                      "--core=0",
                                      "--nofile=64",
                                      "--",
                                      photo->program,
                                      "-config",
                                      "",
                                      "-q",
                                      "-q",
                                      "-all=",
                                      "-trailer:all=",
                                      "--ICC_Profile:all",
                                      "-tagsFromFile",
                                      "@",
                                      "-EXIF:Orientation",
                                      "-o",
                                      to,
                                      from,
                                      "-execute",
                                      "-q",
                                      "-q",
                                      "-ee",
                                      "-a",
                                      "-s3",
                                      "-Location:all",
                                      to,
                                      NULL };

    (void)snprintf(size, sizeof(size), "--fsize=%lld", (long long)photo->bytes_max);
    photo->status = MC_OK;
    photo->found = memfd_create("found", MFD_CLOEXEC);
    MC_ASSERT(uv_timer_init(photo->loop, &photo->timer) == 0);
    photo->timer.data = photo->process.data = photo;
    photo->open_handles = photo->found < 0 ? 1 : 2; /* the process is made by start() */
    if (photo->found < 0 || start(photo, (char *const *)(uintptr_t)arguments) != 0) {
        end(photo, MC_UNAVAILABLE);
        return;
    }
    uv_timer_start(&photo->timer, on_time, PHOTO_TIMEOUT_MS, 0);
}
