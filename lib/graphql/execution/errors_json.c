/* Errors as a reply: the one place that knows their JSON. */
#include "base/json_out.h"
#include "graphql/execution/execution.h"
#include "graphql/type/input.h"

static void write_locations(struct json_out *json, const struct gql_error *error)
{
    if (error->location_count == 0) return;
    json_key(json, "locations");
    json_array_open(json);
    for (size_t i = 0; i < error->location_count; i++) {
        json_object_open(json);
        json_key(json, "line");
        json_i64(json, error->locations[i].line);
        json_key(json, "column");
        json_i64(json, error->locations[i].column);
        json_object_close(json);
    }
    json_array_close(json);
}

/* As deep as the response, which the plan has bounded. */
static void write_path_steps(struct json_out *json, const struct gql_path *path)
{
    if (path == NULL) return;
    write_path_steps(json, path->parent);
    if (path->key.data != NULL)
        json_str(json, path->key);
    else
        json_i64(json, (int64_t)path->index);
}

/* As deep as what a resolver gave. */
static void write_extensions(struct json_out *json, const struct json_t *extensions)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)extensions, key, value)
    {
        json_key(json, key);
        json_write(json->buf, value);
        json->comma = true;
    }
}

static void write_error(struct json_out *json, const struct gql_error *error)
{
    json_object_open(json);
    json_key(json, "message");
    json_str(json, error->message);
    write_locations(json, error);
    if (error->path != NULL) {
        json_key(json, "path");
        json_array_open(json);
        write_path_steps(json, error->path);
        json_array_close(json);
    }
    json_key(json, "extensions");
    json_object_open(json);
    json_key(json, "code");
    json_str(json, str_of(status_code(error->status)));
    write_extensions(json, error->extensions);
    json_object_close(json);
    json_object_close(json);
}

static void write_errors(struct json_out *json, const struct gql_errors *errors)
{
    json_key(json, "errors");
    json_array_open(json);
    for (const struct gql_error *error = errors->head; error != NULL; error = error->next)
        write_error(json, error);
    json_array_close(json);
}

void gql_errors_json(struct buf *out, const struct gql_errors *errors)
{
    struct json_out json = json_out(out);

    json_object_open(&json);
    write_errors(&json, errors);
    json_object_close(&json);
}

void errors_member(struct buf *out, const struct gql_errors *errors)
{
    struct json_out json = json_out(out);

    write_errors(&json, errors);
}
