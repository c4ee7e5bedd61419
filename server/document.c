#include "document.h"

#include "sha256.h"

/* In the words that Apollo's clients look for. */
static const char not_found[] = "PersistedQueryNotFound";

static enum status fail(struct gql_errors *errors, enum status status, const char *why)
{
    gql_errors_add(errors, status, STR_NONE, NULL, 0, "%s", why);
    return status;
}

static enum status use(struct operation *operation, const struct trusted_document *document)
{
    bool its_only = operation->graphql.document.operation_name.data == NULL;

    /* The documents may be read anew while the operation waits. */
    operation->graphql.document.text = arena_str(&operation->arena, document->text);
    operation->is_trusted = true;
    if (document->plan != NULL && its_only) {
        operation->plan = gql_plan_ref(document->plan);
        operation->plan_is_known = true;
    }
    return MC_OK;
}

static enum status find_by_id(struct operation *operation, struct gql_errors *errors)
{
    const struct trusted_document *document =
        trusted_document(operation->app->trusted, operation->graphql.document_id);

    if (operation->graphql.document.text.data != NULL)
        return fail(errors, MC_BAD_INPUT, "Send \"documentId\" or \"query\", not both.");
    if (document == NULL) return fail(errors, MC_DOCUMENT_UNKNOWN, not_found);
    return use(operation, document);
}

static enum status find_by_text(struct operation *operation, struct gql_errors *errors)
{
    const struct trusted_document *document;

    if (operation->policy.free_documents) return MC_OK;
    document = trusted_document_of_text(operation->app->trusted, operation->graphql.document.text);
    if (document != NULL) return use(operation, document);
    return fail(errors, MC_DOCUMENT_REFUSED, status_sentence(MC_DOCUMENT_REFUSED));
}

static enum status find_by_both(struct operation *operation, struct gql_errors *errors)
{
    const struct graphql_request *graphql = &operation->graphql;
    char hash[SHA256_TEXT_BYTES];

    if (!str_eq(sha256_text(graphql->document.text, hash), graphql->persisted_hash))
        return fail(errors, MC_BAD_INPUT, "provided sha does not match query");
    return find_by_text(operation, errors);
}

static enum status find_by_hash(struct operation *operation, struct gql_errors *errors)
{
    struct graphql_request *graphql = &operation->graphql;
    const struct trusted_document *document =
        trusted_document(operation->app->trusted, graphql->persisted_hash);
    struct str text;

    if (document != NULL) return use(operation, document);
    if (graphql->document.text.data != NULL) return find_by_both(operation, errors);
    text = operation->policy.free_documents
               ? persisted_query(&operation->app->persisted, graphql->persisted_hash)
               : STR_NONE;
    if (text.data == NULL) return fail(errors, MC_DOCUMENT_UNKNOWN, not_found);
    graphql->document.text = arena_str(&operation->arena, text);
    return MC_OK;
}

enum status document_find(struct operation *operation, struct gql_errors *errors)
{
    if (operation->graphql.document_id.data != NULL) return find_by_id(operation, errors);
    if (operation->graphql.persisted_hash.data != NULL) return find_by_hash(operation, errors);
    return find_by_text(operation, errors);
}

void document_remember(struct operation *operation)
{
    const struct graphql_request *graphql = &operation->graphql;

    if (graphql->persisted_hash.data == NULL || operation->is_trusted) return;
    persisted_query_put(&operation->app->persisted, graphql->persisted_hash,
                        graphql->document.text);
}
