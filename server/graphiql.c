#include "graphiql.h"

#include "app.h"
#include "base/log.h"
#include "base/memory.h"
#include "compression.h"
#include "graphiql_css.h"
#include "graphiql_html.h"
#include "graphiql_js.h"
#include "reply.h"

#include <limits.h>

enum { FILE_BYTES_MAX = 4 * 1024 * 1024, GZIP_LEVEL = 6 };

#define GRAPHIQL_FILES(X)                                                                          \
    X("/graphiql", "text/html; charset=utf-8", GRAPHIQL_PAGE_INDEX, NULL)                          \
    X("/graphiql/boot.js", "text/javascript; charset=utf-8", GRAPHIQL_SCRIPT_BOOT, NULL)           \
    X("/graphiql/page.css", "text/css; charset=utf-8", GRAPHIQL_STYLE_PAGE, NULL)                  \
    X("/graphiql/graphiql.js", "text/javascript; charset=utf-8", NULL, "graphiql/graphiql.min.js") \
    X("/graphiql/graphiql.css", "text/css; charset=utf-8", NULL, "graphiql/graphiql.min.css")      \
    X("/graphiql/react.js", "text/javascript; charset=utf-8", NULL,                                \
      "react/umd/react.production.min.js")                                                         \
    X("/graphiql/react-dom.js", "text/javascript; charset=utf-8", NULL,                            \
      "react-dom/umd/react-dom.production.min.js")

#define FILE_PATH(path, media, own, package) path,
const char *const graphiql_paths[] = { GRAPHIQL_FILES(FILE_PATH) };
#undef FILE_PATH

enum { FILES = sizeof(graphiql_paths) / sizeof(graphiql_paths[0]) };
const size_t graphiql_path_count = FILES;

struct file {
    const char *media;
    struct buf plain, gzip; /* gzip: empty when it is no smaller */
};

struct graphiql {
    struct file files[FILES];
    bool is_whole; /* every file was there */
};

static bool read_package(const char *folder, const char *name, struct buf *out)
{
    char path[PATH_MAX], bytes[16 * 1024];
    size_t size;
    FILE *opened;

    if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path)) return false;
    opened = fopen(path, "rb");
    if (opened == NULL) return false;
    while ((size = fread(bytes, 1, sizeof(bytes), opened)) > 0)
        buf_add(out, (struct str){ bytes, size });
    (void)fclose(opened);
    return buf_status(out) == MC_OK;
}

static bool load(struct graphiql *graphiql, const char *folder)
{
#define FILE_ROW(path, media, own, package) { media, own, package },
    const struct {
        const char *media;
        const struct embedded *own;
        const char *package;
    } rows[FILES] = { GRAPHIQL_FILES(FILE_ROW) };
#undef FILE_ROW
    bool whole = true;

    for (size_t i = 0; i < FILES; i++) {
        struct file *file = &graphiql->files[i];

        file->media = rows[i].media;
        buf_init(&file->plain, FILE_BYTES_MAX);
        buf_init(&file->gzip, FILE_BYTES_MAX);
        if (rows[i].own != NULL)
            buf_add(&file->plain, (struct str){ rows[i].own->text, rows[i].own->text_bytes });
        else if (!read_package(folder, rows[i].package, &file->plain))
            whole = false;
        if (file->plain.size < COMPRESSED_FROM_BYTES ||
            compress_bytes(CODING_GZIP, GZIP_LEVEL, buf_str(&file->plain), &file->gzip) != MC_OK)
            buf_reset(&file->gzip);
    }
    return whole;
}

struct graphiql *graphiql_new(const struct server_config *config)
{
    struct graphiql *graphiql;

    if (!config->development && !config->graphiql) return NULL;
    graphiql = MEM_NEW(struct graphiql);
    graphiql->is_whole = load(graphiql, config->graphiql_dir);
    if (!graphiql->is_whole && config->graphiql)
        log_event(LOG_WARN, "graphiql_not_found",
                  LOG_OURS("dir", log_ours(str_of(config->graphiql_dir))));
    return graphiql;
}

void graphiql_free(struct graphiql *graphiql)
{
    if (graphiql == NULL) return;
    for (size_t i = 0; i < FILES; i++) {
        buf_done(&graphiql->files[i].plain);
        buf_done(&graphiql->files[i].gzip);
    }
    mem_free(graphiql);
}

static const struct file *file_at(const struct graphiql *graphiql, struct str path)
{
    for (size_t i = 0; i < FILES; i++)
        if (str_is(path, graphiql_paths[i])) return &graphiql->files[i];
    return NULL;
}

static void send_file(struct http_exchange *exchange, const struct file *file)
{
    unsigned offered = file->gzip.size > 0 ? 1u << CODING_GZIP : 0;
    enum coding coding = coding_choose(http_header(exchange, "accept-encoding"), offered);
    const struct http_header headers[] = {
        { STR("content-type"), str_of(file->media) },
        { STR("cache-control"), STR("private, max-age=300") },
        { STR("vary"), STR("accept-encoding") },
        { STR("x-content-type-options"), STR("nosniff") },
        { STR("referrer-policy"), STR("no-referrer") },
        { STR("content-security-policy"),
          STR("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src "
              "'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
              "form-action 'none'; frame-ancestors 'none'") },
        { STR("content-encoding"), STR("gzip") },
    };
    size_t count = sizeof(headers) / sizeof(headers[0]);

    http_reply(exchange, 200, headers, coding == CODING_GZIP ? count : count - 1,
               buf_str(coding == CODING_GZIP ? &file->gzip : &file->plain));
}

void graphiql_handle(struct http_exchange *exchange, void *data)
{
    const struct graphiql *graphiql = ((struct app *)data)->graphiql;

    if (graphiql == NULL)
        reply_refusal(exchange, MC_NOT_FOUND, NULL, NULL);
    else if (!str_is(http_method(exchange), "GET"))
        reply_refusal(exchange, MC_METHOD, NULL, "GET");
    else if (!graphiql->is_whole)
        reply_refusal(exchange, MC_NOT_FOUND,
                      "GraphiQL is not installed: MOTCUA_GRAPHIQL_DIR names the folder of its npm "
                      "packages (node_modules).",
                      NULL);
    else
        send_file(exchange, file_at(graphiql, http_path(exchange)));
}
