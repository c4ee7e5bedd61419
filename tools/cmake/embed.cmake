# embed.cmake - files of a directory as C constants.
#
# mc_embed(resolvers DIR sql PREFIX SQL_) makes, from resolvers/sql/dossier_timeline.sql,
#     SQL_DOSSIER_TIMELINE    a `const struct embedded *` (lib/base/embedded.h)
#     resolvers_sql[]         all of them, resolvers_sql_count long
# in sql.h, which resolvers includes as "sql.h" and those who use resolvers as
# "resolvers/sql.h". EXTENSION (default sql) says which files; HEADER defaults to EXTENSION.h.
# A new file in the directory is noticed at the next build.

if(NOT TARGET mc_embed_tool)
    add_executable(mc_embed_tool "${CMAKE_SOURCE_DIR}/tools/embed.c")
    target_link_libraries(mc_embed_tool PRIVATE mc_flags)
    set_target_properties(mc_embed_tool PROPERTIES OUTPUT_NAME embed)
    add_custom_target(mc_generated COMMENT "Generated sources")
endif()

function(mc_embed target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIR;EXTENSION;PREFIX;HEADER" "")
    mc_known_arguments("mc_embed(${target})" "${arg_UNPARSED_ARGUMENTS}")
    if(NOT arg_EXTENSION)
        set(arg_EXTENSION sql)
    endif()
    if(NOT arg_HEADER)
        set(arg_HEADER "${arg_EXTENSION}.h")
    endif()
    cmake_path(ABSOLUTE_PATH arg_DIR BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    file(GLOB files CONFIGURE_DEPENDS "${arg_DIR}/*.${arg_EXTENSION}")
    list(SORT files)
    if(NOT files)
        message(FATAL_ERROR "mc_embed(${target}): no *.${arg_EXTENSION} in ${arg_DIR}")
    endif()

    cmake_path(GET arg_HEADER STEM stem)
    set(place "${CMAKE_CURRENT_BINARY_DIR}/embedded")
    set(output "${place}/${target}/${stem}")
    file(MAKE_DIRECTORY "${place}/${target}")
    add_custom_command(
        OUTPUT "${output}.c" "${output}.h"
        COMMAND mc_embed_tool "${output}" "${target}_${stem}" "${arg_PREFIX}" ${files}
        DEPENDS mc_embed_tool ${files}
        COMMENT "Embedding ${arg_DIR}/*.${arg_EXTENSION}"
        VERBATIM)
    target_sources(${target} PRIVATE "${output}.c" "${output}.h")
    target_include_directories(${target} PRIVATE "${place}/${target}"
                               PUBLIC "${place}" "${CMAKE_SOURCE_DIR}/lib")
    add_custom_target(${target}_${stem}_embedded DEPENDS "${output}.h")
    add_dependencies(mc_generated ${target}_${stem}_embedded)
endfunction()
