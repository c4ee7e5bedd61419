# motcua.cmake - the words that the directories' CMakeLists.txt are written in.
#
#   mc_library(name SOURCES a.c b.c [USES base libuv])
#   mc_executable(name SOURCES main.c [USES ...])
#   mc_test(name SOURCES test_x.c [USES base] [LABEL unit] [TIMEOUT 30] [SERVICES])
#   mc_script_test(name COMMAND sh x.sh [LABEL e2e] [TIMEOUT 120] [SERVICES] [RUN_SERIAL])
#   mc_node_test(name FILE x.test.mjs [LABEL e2e] [TIMEOUT 120] [SERVICES] [RUN_SERIAL])
#   mc_fuzz(name SOURCES fuzz_x.c [USES graphql] [CORPUS dir])
#   mc_embed(target DIR sql [EXTENSION sql] PREFIX SQL_ [HEADER sql.h])
#
# USES takes our own targets and these outside names: libuv libpq hiredis libjwt jansson nghttp2
# openssl curl re2 zlib brotli cmocka h2o. A library is looked for when something first uses it.
# SERVICES gives a test the private PostgreSQL and Redis (MOTCUA_* in its environment).

option(MOTCUA_WERROR "Warnings are errors" OFF)
option(MOTCUA_TESTS "Build the tests (needs cmocka)" ON)
option(MOTCUA_HARDEN "Hardened binaries (needs optimisation)" OFF)
option(MOTCUA_FAULTS "Fault points (lib/base/fault.h) may be hit" OFF)
option(MOTCUA_COVERAGE "Count executed lines (gcov)" OFF)
option(MOTCUA_FUZZ "Build fuzz drivers on libFuzzer (clang)" OFF)
set(MOTCUA_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")
set(MOTCUA_H2O_DIR "" CACHE PATH "Where our libh2o is installed; empty for a place under .cache/")

include(${CMAKE_CURRENT_LIST_DIR}/flags.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/uses.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/embed.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/tests.cmake)

# What another target includes: "base/status.h" from lib/, "services.h" or "resolvers/services.h"
# from the directories at the top.
function(mc_include_root target)
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}"
               OUTPUT_VARIABLE where)
    if(where MATCHES "^lib/")
        target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/lib")
    else()
        target_include_directories(${target} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}"
                                                    "${CMAKE_SOURCE_DIR}")
    endif()
endfunction()

function(mc_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES")
    mc_known_arguments("mc_library(${name})" "${arg_UNPARSED_ARGUMENTS}")
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE mc_flags)
    mc_include_root(${name})
    mc_link(${name} PUBLIC ${arg_USES})
endfunction()

function(mc_executable name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES")
    mc_known_arguments("mc_executable(${name})" "${arg_UNPARSED_ARGUMENTS}")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE mc_flags)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_SOURCE_DIR}")
    mc_link(${name} PRIVATE ${arg_USES})
endfunction()
