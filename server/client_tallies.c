#include "client_tallies.h"

enum { NAME_BYTES_MAX = 32, VERSION_BYTES_MAX = 20 };

const struct tally_family tally_families[TALLY_FAMILIES] = {
    [TALLY_CLIENTS] = { "motcua_client_operations_total",
                        "Operations by name and version of the client." },
    [TALLY_DEPRECATED] = { "motcua_deprecated_uses_total",
                           "Operations that use something deprecated, by client." },
};

static bool is_word(struct str text, size_t bytes_max)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '-' || c == '_' || c == '+'))
            return false;
    }
    return text.size > 0 && text.size <= bytes_max;
}

static struct str header_of(const struct http_exchange *exchange, const char *first,
                            const char *second, size_t bytes_max)
{
    struct str value = http_header(exchange, first);

    if (value.data == NULL) value = http_header(exchange, second);
    return is_word(value, bytes_max) ? value : STR_NONE;
}

struct client_name client_name_of(const struct http_exchange *exchange)
{
    return (struct client_name){
        .name =
            header_of(exchange, "apollographql-client-name", "graphql-client-name", NAME_BYTES_MAX),
        .version = header_of(exchange, "apollographql-client-version", "graphql-client-version",
                             VERSION_BYTES_MAX),
    };
}

static struct str or_none(struct str text)
{
    return text.data == NULL ? STR("none") : text;
}

/* On every request, where printf would cost more than the count. */
static char *put(char *at, struct str text)
{
    memcpy(at, text.data, text.size);
    return at + text.size;
}

void client_tally(struct tallies *tallies, size_t slot, const struct client_name *client,
                  const struct gql_plan *plan)
{
    struct str name = or_none(client->name), version = or_none(client->version);
    char labels[TALLY_BYTES_MAX + 2];
    char *end = put(put(labels, STR("client=\"")), name);
    int size;

    end = put(put(put(end, STR("\",version=\"")), version), STR("\""));
    tallies_add(tallies, slot, TALLY_CLIENTS, (struct str){ labels, (size_t)(end - labels) });
    for (const struct gql_use *use = gql_plan_deprecated(plan); use != NULL; use = use->next) {
        size = snprintf(labels, sizeof(labels), "coordinate=\"%.*s\",client=\"%.*s\"",
                        STR_PRINT(use->coordinate), STR_PRINT(name));
        tallies_add(tallies, slot, TALLY_DEPRECATED, (struct str){ labels, (size_t)size });
    }
}
