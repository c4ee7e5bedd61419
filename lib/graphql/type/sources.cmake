list(APPEND GRAPHQL_SOURCES
    type/builtin.c type/coerce.c type/coerce_literal.c type/coerce_reader.c type/coerce_value.c
    type/coerce_variables.c type/input.c type/introspection.c type/scalars.c type/schema.c
    type/schema_bind.c type/schema_build.c type/schema_check.c type/schema_check_inputs.c
    type/schema_check_interfaces.c type/schema_hints.c type/schema_make.c type/schema_make_order.c
    type/schema_make_parts.c type/schema_print.c type/schema_sources.c type/sdl_check.c
    type/sdl_directives.c type/sdl_names.c type/suggest.c)
