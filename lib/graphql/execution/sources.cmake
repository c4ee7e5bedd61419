list(APPEND GRAPHQL_SOURCES
    execution/batch.c execution/cache_policy.c execution/client_documents.c execution/column.c execution/compile.c execution/cost.c execution/complete.c execution/errors_json.c execution/level.c
    execution/plan.c execution/reply.c execution/root_fields.c execution/run.c)
