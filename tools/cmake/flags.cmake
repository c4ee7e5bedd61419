# flags.cmake - mc_flags, the one target that carries compiler and linker options.

include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(mc_flags INTERFACE)
target_compile_options(mc_flags INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wvla -Wformat=2
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes> $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
    -fno-omit-frame-pointer)
target_compile_definitions(mc_flags INTERFACE _GNU_SOURCE)

if(MOTCUA_WERROR)
    target_compile_options(mc_flags INTERFACE -Werror)
endif()

if(MOTCUA_SANITIZE)
    target_compile_options(mc_flags INTERFACE
        -fsanitize=${MOTCUA_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(mc_flags INTERFACE -fsanitize=${MOTCUA_SANITIZE})
endif()

if(MOTCUA_HARDEN)
    target_compile_options(mc_flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
        -fcf-protection)
    target_link_options(mc_flags INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
endif()

if(MOTCUA_FAULTS)
    target_compile_definitions(mc_flags INTERFACE MOTCUA_FAULTS)
endif()

if(MOTCUA_COVERAGE)
    target_compile_options(mc_flags INTERFACE --coverage)
    target_link_options(mc_flags INTERFACE --coverage)
endif()

if(MOTCUA_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "MOTCUA_FUZZ needs clang: use the preset `fuzz`")
    endif()
    target_compile_options(mc_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# A misspelt keyword must not be read as one more source or be lost.
function(mc_known_arguments where unknown)
    if(unknown)
        message(FATAL_ERROR "${where}: do not know what to do with: ${unknown}")
    endif()
endfunction()
