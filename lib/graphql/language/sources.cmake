list(APPEND GRAPHQL_SOURCES
    error.c
    language/lexer.c language/lexer_string.c language/parser.c language/parser_executable.c
    language/parser_type_system.c language/parser_value.c language/printer.c
    language/printer_executable.c language/printer_type_system.c language/schema_coordinate.c)
