# tests.cmake - how tests are registered with CTest.

set(mc_services_run "${CMAKE_SOURCE_DIR}/tools/dev/with_services.sh")
set(mc_test_environment
    "MOTCUA_SOURCE_DIR=${CMAKE_SOURCE_DIR}"
    "MOTCUA_BUILD_DIR=${CMAKE_BINARY_DIR}"
    "ASAN_OPTIONS=detect_leaks=1:abort_on_error=0"
    "UBSAN_OPTIONS=print_stacktrace=1")

# Options that every kind of test shares. The services come up before the first test that asks
# for them and go down after the last.
macro(mc_add_test name default_label default_timeout)
    if(NOT arg_LABEL)
        set(arg_LABEL ${default_label})
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT ${default_timeout})
    endif()
    if(arg_SERVICES)
        add_test(NAME ${name} COMMAND "${mc_services_run}" ${ARGN}
                 WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
        set_property(TEST ${name} PROPERTY FIXTURES_REQUIRED services)
    else()
        add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    endif()
    set_tests_properties(${name} PROPERTIES
        LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${mc_test_environment}")
    if(arg_RUN_SERIAL)
        set_property(TEST ${name} PROPERTY RUN_SERIAL TRUE)
    endif()
endmacro()

function(mc_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "SERVICES;RUN_SERIAL" "TIMEOUT" "SOURCES;USES;LABEL")
    mc_known_arguments("mc_test(${name})" "${arg_UNPARSED_ARGUMENTS}")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE mc_flags)
    target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}"
                               "${CMAKE_SOURCE_DIR}/lib" "${CMAKE_SOURCE_DIR}")
    mc_link(${name} PRIVATE ${arg_USES} cmocka)
    mc_add_test(${name} unit 60 $<TARGET_FILE:${name}>)
endfunction()

function(mc_script_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "SERVICES;RUN_SERIAL" "TIMEOUT" "COMMAND;LABEL")
    mc_known_arguments("mc_script_test(${name})" "${arg_UNPARSED_ARGUMENTS}")
    mc_add_test(${name} unit 120 ${arg_COMMAND})
endfunction()

function(mc_node_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "SERVICES;RUN_SERIAL" "FILE;TIMEOUT" "LABEL")
    mc_known_arguments("mc_node_test(${name})" "${arg_UNPARSED_ARGUMENTS}")
    cmake_path(ABSOLUTE_PATH arg_FILE BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    mc_add_test(${name} e2e 120 "${CMAKE_SOURCE_DIR}/tools/dev/node.sh" --test "${arg_FILE}")
endfunction()

# With MOTCUA_FUZZ the driver is a fuzzer (`./dev fuzz name`); otherwise it is a unit test that
# feeds it every input kept in tests/fuzz/regression/<name>/ and in the corpus.
function(mc_fuzz name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS;TIMEOUT" "SOURCES;USES;LABEL")
    mc_known_arguments("mc_fuzz(${name})" "${arg_UNPARSED_ARGUMENTS}")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE mc_flags)
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/lib" "${CMAKE_SOURCE_DIR}")
    mc_link(${name} PRIVATE ${arg_USES})

    set(inputs "${CMAKE_SOURCE_DIR}/tests/fuzz/regression/${name}")
    if(arg_CORPUS)
        cmake_path(ABSOLUTE_PATH arg_CORPUS BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
        list(APPEND inputs "${arg_CORPUS}")
    endif()
    if(MOTCUA_FUZZ)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
        # libFuzzer keeps what it finds in the first directory and insists that all are there.
        set(found "${CMAKE_BINARY_DIR}/found/${name}")
        file(MAKE_DIRECTORY "${found}")
        foreach(input IN LISTS inputs)
            if(IS_DIRECTORY "${input}")
                list(APPEND found "${input}")
            endif()
        endforeach()
        list(JOIN found "\n" lines)
        file(WRITE "${CMAKE_BINARY_DIR}/bin/${name}.inputs" "${lines}\n")
        mc_add_test(${name} unit 60 $<TARGET_FILE:${name}> -runs=2000 ${found})
    else()
        target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tools/cmake/fuzz_replay.c")
        mc_add_test(${name} unit 60 $<TARGET_FILE:${name}> ${inputs})
    endif()
endfunction()

# The services themselves, as CTest sees them.
function(mc_services)
    add_test(NAME services_start COMMAND "${CMAKE_SOURCE_DIR}/tools/dev/test_services.sh" start)
    add_test(NAME services_stop COMMAND "${CMAKE_SOURCE_DIR}/tools/dev/test_services.sh" stop)
    set_tests_properties(services_start PROPERTIES FIXTURES_SETUP services TIMEOUT 300)
    set_tests_properties(services_stop PROPERTIES FIXTURES_CLEANUP services TIMEOUT 120)
    set_tests_properties(services_start services_stop PROPERTIES
        LABELS services ENVIRONMENT "${mc_test_environment}")
endfunction()
