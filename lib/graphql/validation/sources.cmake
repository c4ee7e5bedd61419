list(APPEND GRAPHQL_SOURCES validation/validate.c)
