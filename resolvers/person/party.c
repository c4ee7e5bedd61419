#include "person/party.h"

enum gql_progress party_resolve(struct gql_batch *batch)
{
    const size_t *at = gql_data(batch);

    for (size_t i = 0; i < gql_count(batch); i++) {
        struct party *party =
            (struct party *)(void *)((char *)(uintptr_t)gql_parent(batch, i) + *at);

        if (party->name.data != NULL) gql_set_object(batch, i, party);
    }
    return GQL_NOW;
}

const struct gql_field party_fields[] = {
    GQL_MEMBER("id", struct party, id),
    GQL_MEMBER("name", struct party, name),
    GQL_MEMBER("kind", struct party, kind),
    GQL_FIELDS_END,
};
