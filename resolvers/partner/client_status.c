#include "partner/client_status.h"

#include "reference.h"
#include "request.h"

enum { PART_MAX = 999999, VERSION_BYTES_MAX = 64 };

/* Where what does not count begins. */
static size_t numbers_end(struct str text)
{
    size_t end = 0;

    while (end < text.size && text.data[end] != '-' && text.data[end] != '+')
        end++;
    return end;
}

enum status version_read(struct str text, int64_t ret_parts[VERSION_PARTS])
{
    struct str rest = text;
    size_t count = 0;

    if (text.size == 0 || text.size > VERSION_BYTES_MAX) return MC_BAD_INPUT;
    rest.size = numbers_end(text);
    memset(ret_parts, 0, VERSION_PARTS * sizeof(ret_parts[0]));
    while (rest.data != NULL) {
        struct str part = str_split(&rest, '.');

        if (count == VERSION_PARTS || part.size == 0 || part.data[0] == '-' ||
            str_to_i64(part, &ret_parts[count]) != MC_OK || ret_parts[count] > PART_MAX)
            return MC_BAD_INPUT;
        count++;
    }
    return MC_OK;
}

int version_compare(const int64_t a[VERSION_PARTS], const int64_t b[VERSION_PARTS])
{
    for (size_t i = 0; i < VERSION_PARTS; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

static bool is_below(const int64_t version[VERSION_PARTS], struct str bound)
{
    int64_t parts[VERSION_PARTS];

    return version_read(bound, parts) == MC_OK && version_compare(version, parts) < 0;
}

/* An app of which nothing is said may be used. */
enum gql_progress query_client_status(struct gql_batch *batch)
{
    const struct request *request = request_of(batch);
    const struct client_release *release =
        reference_client(request->reference, gql_arg_text(batch, "name"));
    int64_t version[VERSION_PARTS];

    if (version_read(gql_arg_text(batch, "version"), version) != MC_OK)
        gql_fail(batch, 0, MC_BAD_INPUT, "A version is numbers with dots between, as 1.12.3.");
    else if (release != NULL && is_below(version, release->least_version))
        gql_set_text(batch, 0, STR("UPDATE_REQUIRED"));
    else if (release != NULL && is_below(version, release->advised_version))
        gql_set_text(batch, 0, STR("UPDATE_ADVISED"));
    else
        gql_set_text(batch, 0, STR("OK"));
    return GQL_NOW;
}
